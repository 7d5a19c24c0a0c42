/** Machines that may differ in what something costs, and in nothing else. */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineConfig } from '../../oracle/config.ts';
import { operation, type Step } from '../../oracle/space/step.ts';
import { caseOf, effort, machines } from '../../support/arbitrary.ts';
import { campaign } from '../../support/campaign.ts';
import { HABITS } from '../../support/operations.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { shortest } from '../../support/shrink.ts';
import { attempt, COUNTED, Divergence, report, type Trial } from '../../support/space-compare.ts';
import { SpaceEngine } from '../../support/space-engine.ts';
import { ampleMachine, largeMachine, pressedMachine } from '../../support/space-machines.ts';
import { differences, engineCounts, engineState, shapesOf } from '../../support/state.ts';

type Words = NonNullable<MachineConfig['words']>;
const withWords = (config: MachineConfig, words: Words): MachineConfig => ({
  ...config,
  words: { ...config.words, ...words },
});

/** Costs of a walk, and time, which they change. */
const WALKS: readonly string[] = [
  'walk_refs',
  'pwc_hits',
  'table_bytes',
  'table_nodes',
  'table_refills',
  'prefetch_late',
];
const NO_WALKS = COUNTERS.map(({ name }) => name).filter((name) => !WALKS.includes(name) && !name.endsWith('_ns'));
const ALL = COUNTERS.map(({ name }) => name);
/** What may be cached where, but not how it is taken away. */
const NO_SHOOTDOWNS: readonly CounterName[] = [...COUNTED, 'tlb_hits', 'tlb_misses', 'context_switches'];

interface Twin {
  readonly words: (config: MachineConfig) => readonly [Words, Words];
  readonly equal: readonly CounterName[];
  /** Time passes alike, too. */
  readonly clock?: true;
}

function trialOf({ words, equal, clock }: Twin, config: MachineConfig, steps: readonly Step[]): Trial {
  const [left, right] = words(config).map((each) => new SpaceEngine(withWords(config, each), steps)) as [
    SpaceEngine,
    SpaceEngine,
  ];
  for (const [at, step] of steps.entries()) {
    const differ = attempt(() => {
      const [one, other] = [left.step(step), right.step(step)];
      return one === other ? [] : [`one ends with ${one}, the other with ${other}`];
    });
    if (differ.length > 0) return { steps: at + 1, differ };
  }
  const differ = [null, ...left.pids.keys()].flatMap((slot) => {
    const [one, other] = [left.counters(slot), right.counters(slot)];
    const names = equal.filter((name) => one[name] !== other[name]);
    return names.map((name) => `${slot} ${name}: ${one[name]} in the one, ${other[name]} in the other`);
  });
  if (clock && left.clock.ns !== right.clock.ns) differ.push(`clock: ${left.clock.ns} and ${right.clock.ns}`);
  return { steps: steps.length, differ };
}

function isTwin(twin: Twin) {
  return (config: MachineConfig, steps: readonly Step[], origin: string): void => {
    const { steps: run, differ } = trialOf(twin, config, steps);
    if (differ.length === 0) return;
    const least = shortest(steps.slice(0, run), (some) => trialOf(twin, config, some).differ.length > 0);
    throw new Divergence(report(config, least, origin, (some) => trialOf(twin, config, some)));
  };
}

const DESIGNS = ['radix', 'hashed', 'hashed_open', 'clustered', 'inverted'];
const fourLevels = (seed: number) => {
  const { config, habits } = pressedMachine(seed);
  return { config: { ...config, levels: 4 }, habits };
};

describe('equal', () => {
  test.each(DESIGNS.slice(1))('but for walks: radix and %s', { timeout: 130_000 }, (design) => {
    const twin: Twin = { words: () => [{ design: 0 }, { design: DESIGNS.indexOf(design) }], equal: NO_WALKS };
    campaign({ scripts: 60, length: 250, machine: fourLevels }, isTwin(twin));
    campaign({ scripts: 15, length: 200, machine: largeMachine }, isTwin(twin));
  });

  test('but for shootdowns: one by one and in batches', { timeout: 130_000 }, () => {
    const words = () => [{ invalidation: 0, flush_ceiling: 1_000_000 }, { invalidation: 1 }] as const;
    campaign({ scripts: 100, length: 250, machine: pressedMachine }, isTwin({ words, equal: NO_SHOOTDOWNS }));
  });

  test('but for TLBs: exact sets and a Bloom filter, with and without a ceiling', { timeout: 130_000 }, () => {
    const words = () =>
      [
        { invalidation: 0, flush_ceiling: 1_000_000 },
        { invalidation: 2, flush_ceiling: 3 },
      ] as const;
    const faults = { prefetcher: 0, numa_balancing: 0 };
    const machine = (seed: number) => {
      const { config, habits } = pressedMachine(seed);
      return { config: withWords(config, faults), habits };
    };
    campaign({ scripts: 100, length: 250, machine }, isTwin({ words, equal: COUNTED }));
  });

  test('one node and no nodes at all, whatever its policy', { timeout: 130_000 }, () => {
    const one = { nodes: 1, numa_balancing: 0 };
    const words = () =>
      [
        { ...one, numa_mode: 1, numa_mask: 0 },
        { ...one, numa_mode: 4, numa_mask: 1 },
      ] as const;
    campaign({ scripts: 60, length: 250, machine: pressedMachine }, isTwin({ words, equal: ALL, clock: true }));
  });

  test('no prefetcher, with parameters or without', { timeout: 130_000 }, () => {
    const words = () => [{ prefetcher: 0 }, { prefetcher: 0, prefetch_0: 7, prefetch_1: 3 }] as const;
    campaign({ scripts: 30, length: 250, machine: pressedMachine }, isTwin({ words, equal: ALL, clock: true }));
  });

  test('space from the start, or from the first operation on', { timeout: 130_000 }, () => {
    const costs = { cpus: 1, design: 0, invalidation: 0, flush_ceiling: 33 };
    const none = { strict_regions: 0, zero_page: 1, fork_eager: 0, ...costs };
    const words = () =>
      [
        { ...none, space: 0 },
        { ...none, space: 1 },
      ] as const;
    campaign({ scripts: 60, length: 250, machine: ampleMachine }, isTwin({ words, equal: ALL, clock: true }));
  });
});

describe('a snapshot', () => {
  test.each([
    ['of small pages', pressedMachine, 40],
    ['of large ones', largeMachine, 15],
  ] as const)(
    '%s, restored in another machine, goes on as if nothing had happened',
    { timeout: 130_000 },
    (_, machine, scripts) => {
      campaign({ scripts, length: 200, machine }, (config, steps, origin) => {
        const [straight, other] = [new SpaceEngine(config, steps), new SpaceEngine(config, steps)];
        const half = steps.length / 2;
        for (const step of steps.slice(0, half)) straight.step(step);
        other.restore(straight.snapshot());
        for (const step of steps.slice(half)) expect(other.step(step), origin).toBe(straight.step(step));
        for (const slot of [null, ...straight.pids.keys()]) {
          expect(other.counters(slot), origin).toEqual(straight.counters(slot));
          if (slot !== null) expect([...other.places(slot)], origin).toEqual([...straight.places(slot)]);
        }
        expect([other.clock, other.check()], origin).toEqual([straight.clock, 'none']);
      });
    },
  );
});

describe('copying at once and copying on a write', () => {
  test('no more frames on a write than at once, at any time', { timeout: 130_000 }, () => {
    // A page that only one process has can be given up, a shared one cannot; and one read from swap stays for those who share its slot.
    const machine = (seed: number) => ({
      ...ampleMachine(seed),
      habits: {
        ...HABITS,
        spanning: false,
        advice: { ...HABITS.advice, free: 0, pageout: 0 },
        weights: { ...HABITS.weights, fork: 20 },
      },
    });
    campaign({ scripts: 60, length: 200, machine }, (config, steps, origin) => {
      const [cow, eager] = [0, 1].map((fork_eager) => new SpaceEngine(withWords(config, { fork_eager }), steps)) as [
        SpaceEngine,
        SpaceEngine,
      ];
      for (const [at, step] of steps.entries()) {
        expect(eager.step(step), `${origin} at ${at}`).toBe(cow.step(step));
        if (step.kind === 'operation')
          expect(cow.framesInUse(), `${origin} at ${at}`).toBeLessThanOrEqual(eager.framesInUse());
      }
    });
  });
});

describe('a machine with nothing of all this', () => {
  const facts = (engine: RawEngine, config: MachineConfig) => {
    const shapes = shapesOf(config);
    return new Map([...engineCounts(engine, shapes.keys()), ...engineState(engine, shapes)]);
  };

  test('is the plain one: every counter, the clock, and all that is in it', { timeout: 130_000 }, () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), ({ config, trace }) => {
        const plain = new RawEngine(config, trace).advance();
        const space = new RawEngine({ ...config, words: { space: 1 } }, trace).advance();
        expect(space.check()).toBe('none');
        expect(differences(facts(space, config), facts(plain, config))).toEqual([]);
      }),
      effort(150),
    );
  });

  test('also when an operation turns it into the other half way', { timeout: 130_000 }, () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), fc.nat(200), ({ config, trace }, cut) => {
        const at = Math.min(cut, trace.length);
        const plain = new RawEngine(config, trace).advance();
        const space = new SpaceEngine(config, [], trace).advance(at) as SpaceEngine;
        const pid = trace[at - 1]?.pid ?? trace[0]?.pid;
        if (pid === undefined) return;
        expect(space.step(operation(pid, 'sched', 0))).toBe(null);
        space.advance();
        expect(space.check()).toBe('none');
        const differ = differences(facts(space, config), facts(plain, config));
        expect(differ.filter((line) => !/(machine|pid \d+) operations/.test(line))).toEqual([]);
      }),
      effort(100),
    );
  });
});
