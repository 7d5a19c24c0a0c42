/** RUN groups, however they are cut, against the same accesses one by one: machines in which most of a run can be played at once, and then what cannot. */
import { POLICIES, type PolicyId, type PolicyRow, TLB_POLICIES } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MachineConfig, machine, NO_TLB, type TlbShape } from '../oracle/config.ts';
import { type Access, draw, unfolded } from '../oracle/trace.ts';
import { effort } from '../support/arbitrary.ts';
import { Dice } from '../support/dice.ts';
import { grouped, loops, type Piece, play, runOf } from '../support/grouped.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { SpaceEngine } from '../support/space-engine.ts';
import { differences, engineCounts, engineState, type Facts, shapesOf } from '../support/state.ts';

const ROWS: readonly PolicyRow[] = POLICIES;

function facts(engine: RawEngine, config: MachineConfig): Facts {
  const shapes = shapesOf(config);
  return new Map([...engineCounts(engine, shapes.keys()), ...engineState(engine, shapes)])
    .set('hand', `${engine.abi.policyHand()}`)
    .set('policy state', engine.view('policy_state').join(' '))
    .set('check', engine.check());
}

const different = (config: MachineConfig, left: RawEngine, right: RawEngine): string[] =>
  differences(facts(left, config), facts(right, config));

const TLB = fc
  .record({
    sets: fc.constantFrom(1, 1, 2, 4, 3, 8),
    ways: fc.constantFrom(1, 2, 4, 8, 16, 32),
    policy: fc.constantFrom(...TLB_POLICIES),
  })
  .map(({ sets, ways, policy }): TlbShape => ({ entries: sets * ways, ways, policy }));

/** Memory that a loop fits into and a program does not, TLBs mostly larger than a loop. */
const machinesOf = (ids: readonly PolicyId[]): fc.Arbitrary<MachineConfig> =>
  fc
    .record({
      policy: fc.constantFrom(...ids),
      small: fc.nat(),
      frames: fc.integer({ min: 3, max: 24 }),
      tlbs: fc.oneof(
        { weight: 4, arbitrary: fc.tuple(TLB) },
        { weight: 4, arbitrary: fc.tuple(TLB, TLB) },
        { weight: 1, arbitrary: fc.constant([NO_TLB] as [TlbShape]) },
      ),
      stlb: fc.option(TLB),
      swapSlots: fc.constantFrom(0, 5, 12, 64),
      tagged: fc.boolean(),
      local: fc.boolean(),
      pwc: fc.constantFrom<number[]>([], [2, 2, 4]),
      zero: fc.constantFrom(1, 1, 2),
    })
    .map(({ policy, small, zero, ...parts }) => {
      const dice = new Dice(small);
      const row = ROWS.find(({ id }) => id === policy);
      const params = (row?.params ?? []).map(({ name, min, max, default: usual }) =>
        name === 'tick' ? dice.between(50, 600) : dice.chance(0.5) ? usual : dice.between(min, Math.min(max, min + 40)),
      );
      return machine({ ...parts, policy, params, words: { zero_page: zero, space: 0 } });
    });

const both = (ids: readonly PolicyId[], cases: number): void => {
  const given = fc.tuple(machinesOf(ids), fc.nat(), fc.integer({ min: 100, max: 900 }));
  fc.assert(
    fc.property(given, ([config, seed, length]) => {
      const dice = new Dice(seed);
      const trace = loops(dice, { pages: config.frames * 2, length, pids: dice.one([1, 1, 2]) });
      const pieces = grouped(trace, dice, 0.95);
      const plain = { ...config, words: {} };
      expect(
        different(plain, play(new RawEngine(plain), plain, trace, pieces), new RawEngine(plain, trace).advance()),
      ).toEqual([]);
      const space = { ...config, words: { ...config.words, space: 1 } };
      const pair = [play(new SpaceEngine(space), space, trace, pieces), new SpaceEngine(space, [], trace).advance()];
      expect(different(space, pair[0]!, pair[1]!)).toEqual([]);
    }),
    effort(cases),
  );
};

describe('RUN groups are the accesses that they stand for', () => {
  test.each(['lru', 'mru', 'arc', 'two_q', 'cflru', 'clock'] as const)('%s', (id) => both([id], 40));

  test('the other policies', () =>
    both(
      ROWS.map(({ id }) => id as PolicyId),
      120,
    ));

  test('with several nodes, cpus, hardware tables and prefetchers', () => {
    const given = fc.tuple(machinesOf(['lru', 'clock', 'fifo']), fc.nat(), fc.integer({ min: 100, max: 600 }));
    fc.assert(
      fc.property(given, ([base, seed, length]) => {
        const dice = new Dice(seed);
        const words = {
          space: 1,
          cpus: dice.between(1, 3),
          nodes: dice.between(1, 2),
          design: dice.below(4),
          prefetcher: dice.below(3),
          numa_balancing: dice.below(2),
          numa_scan_period: dice.between(20, 60),
        };
        const config = { ...base, words };
        const trace = loops(dice, { pages: config.frames * 2, length, pids: 2 });
        const left = play(new SpaceEngine(config), config, trace, grouped(trace, dice, 0.95));
        expect(different(config, left, new SpaceEngine(config, [], trace).advance())).toEqual([]);
      }),
      effort(60),
    );
  });

  test('with large pages that a daemon makes in between', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const dice = new Dice(seed);
        const words = { space: 1, large_pages: dice.between(1, 3), khugepaged_period: 50, khugepaged_pages: 512 };
        const tlb: TlbShape = { entries: 32, ways: 4, policy: dice.one(TLB_POLICIES) };
        const policy = dice.one(['lru', 'clock', 'arc'] as const);
        const params = ROWS.find(({ id }) => id === policy)?.params.map((row) => row.default) ?? [];
        const config = machine({ frames: 1100, policy, params, tlbs: [tlb], words });
        // Most pages first, so that there is something to collapse.
        const all = draw('W0-511', 12).filter(() => dice.chance(0.9));
        const trace = [...all, ...loops(dice, { pages: 520, length: 1200, pids: 1 })];
        const left = play(new SpaceEngine(config), config, trace, grouped(trace, dice, 0.95));
        expect(different(config, left, new SpaceEngine(config, [], trace).advance())).toEqual([]);
      }),
      effort(12),
    );
  });

  test('with an event ring that fills in the middle', () => {
    const given = fc.tuple(machinesOf(['lru', 'clock', 'opt']), fc.nat(), fc.boolean());
    fc.assert(
      fc.property(given, ([base, seed, space]) => {
        const config = { ...base, words: space ? { space: 1 } : {} };
        const dice = new Dice(seed);
        const trace = loops(dice, { pages: config.frames * 2, length: 120, pids: 1 }).map((access) => ({
          ...access,
          extent: access.extent * 40,
        }));
        const watched = (engine: RawEngine): { engine: RawEngine; events: string[] } => {
          const events: string[] = [];
          const take = (): void => {
            for (const event of engine.drain()) events.push(Object.values(event).join(' '));
          };
          engine.abi.setEvents(1);
          engine.onEventsFull = take;
          return { engine, events };
        };
        const left = watched(space ? new SpaceEngine(config) : new RawEngine(config));
        const right = watched(space ? new SpaceEngine(config, [], trace) : new RawEngine(config, trace));
        play(left.engine, config, trace, grouped(trace, dice, 0.95));
        right.engine.advance();
        left.engine.onEventsFull();
        right.engine.onEventsFull();
        expect(left.events.length).toBe(right.events.length);
        expect(left.events).toEqual(right.events);
        expect(different(config, left.engine, right.engine)).toEqual([]);
      }),
      effort(3),
    );
  });
});

const whole = (trace: readonly Access[]): Piece[] => [{ bytes: runOf(trace), from: 0, end: trace.length }];

test('each access unfolded is the same, too', () => {
  const config = machine({ frames: 6, tlbs: [{ entries: 4, ways: 4, policy: 'plru' }] });
  const dice = new Dice(5);
  const trace = loops(dice, { pages: 12, length: 2000, pids: 2 });
  const left = play(new RawEngine(config), config, trace, grouped(trace, dice));
  expect(different(config, left, new RawEngine(config, unfolded(trace)).advance())).toEqual([]);
});

test('what is no group is refused: no members, too many, several processes, an end before its end', () => {
  const config = machine();
  const trace = draw('R1x1 R2x1 R1x1 R2x1 R1x1 R2x1');
  const good = runOf(trace);
  const stops = (change: (view: DataView) => void, bytes = good): void => {
    const bad = bytes.slice();
    change(new DataView(bad.buffer));
    const pieces = [{ bytes: bad, from: 0, end: trace.length }];
    expect(() => play(new RawEngine(config), config, trace, pieces)).toThrow('bad_record at record 0: 5');
  };
  expect(() => play(new RawEngine(config), config, trace, whole(trace))).not.toThrow();
  stops((view) => view.setUint8(13, 0));
  stops((view) => view.setUint8(13, 17));
  stops((view) => view.setUint16(14, 2, true));
  stops((view) => view.setUint8(16 + 13, 9));
  stops((view) => view.setUint8(16 + 12, 6 | (3 << 5)));
  stops(() => {}, good.subarray(0, 48));
});
