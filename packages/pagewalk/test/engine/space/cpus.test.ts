/** Several cpus in a whole machine: who misses where, who interrupts whom, and that each is a machine of its own until they share pages. */
import type { CounterName } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MachineConfig, machine } from '../../oracle/config.ts';
import { isForeseeing } from '../../oracle/future.ts';
import { type AccessStep, type Step, script } from '../../oracle/space/step.ts';
import type { Access } from '../../oracle/trace.ts';
import { caseOf, effort, machines } from '../../support/arbitrary.ts';
import { campaign } from '../../support/campaign.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { SpaceEngine } from '../../support/space-engine.ts';
import { largeMachine, pressedMachine } from '../../support/space-machines.ts';

type Words = NonNullable<MachineConfig['words']>;

const PAGE = 4096;
const full = { entries: 64, ways: 64, policy: 'lru' } as const;
const cpus = (count: number, words: Words = {}, parts: Partial<MachineConfig> = {}): MachineConfig =>
  machine({ frames: 64, tlbs: [full], ...parts, words: { cpus: count, space: 1, ...words } });

/** Each line of a script with the change of some counters that it makes. */
function plays(config: MachineConfig, names: readonly CounterName[], text: string): SpaceEngine {
  const engine = new SpaceEngine(config);
  const counts = (): number[] => names.map((name) => engine.count(name));
  for (const line of text.trim().split('\n')) {
    const [what = '', expected = ''] = line.split('|').map((part) => part.trim());
    const before = counts();
    for (const step of script(what, PAGE)) expect(engine.step(step), line).toBeNull();
    const change = counts().map((count, at) => count - (before[at] as number));
    expect(`${what} | ${change.join(' ')}`).toBe(`${what} | ${expected.split(/\s+/).join(' ')}`);
    expect(engine.check(), line).toBe('none');
  }
  return engine;
}

describe('a process and its cpu', () => {
  test('what it leaves on a cpu is there when it comes back; a switch is a change on one cpu', () => {
    plays(
      cpus(2),
      ['tlb_misses', 'context_switches'],
      `
      1 W 0-3       | 4 0
      2 W 0-3       | 4 0
      1 R 0-3       | 0 0
      1 sched 1     | 0 0
      1 R 0-3       | 4 1
      2 R 0-3       | 0 1
      1 sched 0     | 0 1
      1 R 0-3       | 0 0`,
    );
  });

  test('without tags a switch empties the caches of that cpu only', () => {
    plays(
      cpus(2, {}, { tagged: false, pwc: [4, 4, 4] }),
      ['tlb_misses', 'tlb_flushes'],
      `
      1 W 0-3       | 4 0
      2 W 0-3       | 4 0
      3 W 0-3       | 4 1
      2 R 0-3       | 0 0
      1 R 0-3       | 4 1`,
    );
  });

  test('the default is the place in the order of first use', () => {
    const engine = plays(cpus(3), ['context_switches'], '7 W 0 | 0\n5 W 0 | 0\n9 W 0 | 0\n2 W 0 | 1');
    const held = [0, 8, 16].map((index) =>
      (engine.view('cache_tag', index) as bigint[]).filter((tag) => tag >> 49n !== 0x7fffn).map((tag) => tag >> 49n),
    );
    expect(held).toEqual([[0n, 3n], [1n], [2n]]);
  });
});

describe('who is interrupted', () => {
  const COSTS = ['ipis', 'shootdowns', 'full_flushes', 'tlb_invalidations', 'shootdown_ns'] as const;

  test('munmap reaches the cpus where the process has been', () => {
    plays(
      cpus(4),
      COSTS,
      `
      1 mmap 0+8 rw- private | 0 0 0 0 0
      1 W 0-7                | 0 0 0 0 0
      1 sched 2              | 0 0 0 0 0
      1 R 0-3                | 0 0 0 0 0
      2 W 0-3                | 0 0 0 0 0
      1 munmap 0+8           | 1 1 0 12 2000`,
    );
  });

  test('one by one it takes a round for each page', () => {
    plays(
      cpus(4, { invalidation: 1, invlpg_ns: 100 }),
      COSTS,
      `
      1 mmap 0+8 rw- private | 0 0 0 0 0
      1 W 0-7                | 0 0 0 0 0
      1 sched 2              | 0 0 0 0 0
      1 R 0-3                | 0 0 0 0 0
      1 munmap 0+8           | 8 8 0 12 17600`,
    );
  });

  test('fork takes away the right to write of the parent, wherever it was; above the ceiling everything goes', () => {
    plays(
      cpus(2, { flush_ceiling: 2 }),
      COSTS,
      `
      1 W 0-1                | 0 0 0 0 0
      1 sched 1              | 0 0 0 0 0
      1 W 0-1                | 0 0 0 0 0
      1 fork 2               | 1 1 0 4 2000
      1 W 0-3                | 2 2 0 0 4000
      1 sched 0              | 0 0 0 0 0
      1 R 0-3                | 0 0 0 0 0
      1 fork 3               | 1 1 1 8 2000`,
    );
  });

  test('reclaim reaches the cpu of the victim, not that of the one who needs the frame', () => {
    plays(
      cpus(2, {}, { frames: 2, swapSlots: 8, policy: 'fifo' }),
      COSTS,
      `
      1 W 0-1                | 0 0 0 0 0
      2 W 0                  | 1 1 0 1 2000
      2 W 1                  | 1 1 0 1 2000
      2 W 2                  | 0 0 0 1 0`,
    );
  });

  test('a page that many share goes from all their cpus in one round', () => {
    plays(
      cpus(4, {}, { frames: 2, swapSlots: 8, policy: 'fifo' }),
      COSTS,
      `
      1 shm_create 0 1       | 0 0 0 0 0
      1 shm_attach 0 8 rw-   | 0 0 0 0 0
      2 shm_attach 0 8 rw-   | 0 0 0 0 0
      3 shm_attach 0 8 rw-   | 0 0 0 0 0
      1 W 8                  | 0 0 0 0 0
      2 W 8                  | 0 0 0 0 0
      3 W 8                  | 0 0 0 0 0
      4 W 0                  | 0 0 0 0 0
      4 W 1                  | 3 1 0 3 6000`,
    );
  });

  test('pages that a process gives up together go in one round', () => {
    plays(
      cpus(2, {}, { swapSlots: 8 }),
      COSTS,
      `
      1 W 0-7                | 0 0 0 0 0
      1 sched 1              | 0 0 0 0 0
      1 R 0-3                | 0 0 0 0 0
      1 madvise 0+8 pageout  | 1 1 0 12 2000`,
    );
  });

  test('an exit is one round', () => {
    plays(
      cpus(4),
      COSTS,
      `
      1 W 0-7                | 0 0 0 0 0
      1 sched 1              | 0 0 0 0 0
      1 R 0-7                | 0 0 0 0 0
      1 exit                 | 1 1 1 16 2000`,
    );
  });
});

describe('rights', () => {
  test('an entry that may not be written to is dropped by the write, not by an interrupt', () => {
    plays(
      cpus(2),
      ['tlb_misses', 'cow_faults', 'tlb_invalidations', 'ipis'],
      `
      1 W 0                  | 1 0 0 0
      1 fork 2               | 0 0 1 0
      1 R 0                  | 1 0 0 0
      2 R 0                  | 1 0 0 0
      2 W 0                  | 1 1 1 0
      1 W 0                  | 1 1 1 0
      1 W 0                  | 0 0 0 0`,
    );
  });
});

describe('each cpu is a machine of its own', () => {
  const ample = (count: number) =>
    caseOf(
      machines(['fifo']).filter(({ tlbs, stlb }) => [...tlbs, stlb].every((shape) => shape?.policy !== 'random')),
      80,
    ).map(({ config, trace }) => ({
      config: { ...config, frames: 400, limit: { frames: 0, interval: 0 }, maxProcesses: 100 },
      trace,
      count,
    }));

  test('with frames for all, its processes miss as if they were alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }).chain(ample), ({ config, trace, count }) => {
        const all = new RawEngine({ ...config, words: { space: 1, cpus: count } }, trace).advance();
        expect(all.check()).toBe('none');
        const slot = new Map(all.pids.map((pid, at) => [pid, at]));
        let switches = 0;
        for (let cpu = 0; cpu < count; cpu++) {
          const own = ({ pid }: Access): boolean => (slot.get(pid) as number) % count === cpu;
          const alone = new RawEngine(config, trace.filter(own)).advance();
          switches += alone.counters().context_switches;
          for (const [at, pid] of alone.pids.entries()) {
            const { tlb_hits, tlb_misses, walk_refs, pwc_hits } = all.counters(slot.get(pid));
            expect(alone.counters(at)).toMatchObject({ tlb_hits, tlb_misses, walk_refs, pwc_hits });
          }
        }
        expect(all.counters().context_switches).toBe(switches);
      }),
      effort(120),
    );
  });
});

describe('known pages take a short way', () => {
  /** All that a machine has counted and what its TLBs hold. */
  const outcome = (engine: SpaceEngine, config: MachineConfig): unknown => ({
    clock: engine.clock,
    counters: [null, ...engine.pids.keys()].map((slot) => engine.counters(slot)),
    caches: [0, 1, 2, 3, 4, 5, 7].map((index) => engine.cacheCounters(index)),
    tlbs: Array.from({ length: 8 * (config.words?.cpus ?? 1) }, (_, index) =>
      index % 8 < 3 || index % 8 === 7
        ? [...engine.view('cache_tag', index), ...engine.view('cache_value', index)]
        : [],
    ),
  });

  const unverified = (of: typeof pressedMachine) => (seed: number) => {
    const { config, habits } = of(seed);
    return { config: { ...config, levels: 4, verify: false }, habits };
  };

  test.each([
    ['few frames', pressedMachine, 120],
    ['large pages', largeMachine, 25],
  ])(
    'with %s: watched, one record at a time, it is the same as unwatched, many at once',
    { timeout: 130_000 },
    (_, of, scripts) => {
      campaign({ scripts, length: 300, machine: unverified(of) }, (config, steps, origin) => {
        // What one may know of the future depends on what is refused.
        if (isForeseeing(config.policy)) return;
        const watched = new SpaceEngine(config, steps);
        watched.abi.setEvents(1);
        const ends = steps.map((step) => watched.step(step));
        const runs = (step: Step, at: number): step is AccessStep => step.kind === 'access' && ends[at] === null;
        const trace = steps.filter(runs).map((step): Access => ({ ...step, address: BigInt(step.address) }));
        const other = new SpaceEngine(config, [], trace);
        let waiting = 0;
        for (const [at, step] of steps.entries()) {
          if (runs(step, at)) waiting++;
          else {
            other.advance(waiting);
            waiting = 0;
            expect(other.step(step), `${origin} at ${at}`).toBe(ends[at]);
          }
        }
        other.advance();
        expect(outcome(other, config), origin).toEqual(outcome(watched, config));
        expect(other.check(), origin).toBe('none');
      });
    },
  );
});
