/** Two runs that must not differ: the same thing said, cut, renamed or watched in another way. */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineConfig, TlbShape } from '../oracle/config.ts';
import { isForeseeing } from '../oracle/future.ts';
import { type Access, unfolded } from '../oracle/trace.ts';
import { ALL_POLICIES, type Case, caseOf, effort, machines } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { differences, engineCounts, engineState, shapesOf } from '../support/state.ts';

const run = ({ config, trace }: Case) => new RawEngine(config, trace).advance();

/** Everything that can be seen of a machine. */
const facts = (engine: RawEngine, config: MachineConfig) => {
  const shapes = shapesOf(config);
  return new Map([...engineCounts(engine, shapes.keys()), ...engineState(engine, shapes)]);
};

function expectSame(config: MachineConfig, left: RawEngine, right: RawEngine): void {
  expect(differences(facts(left, config), facts(right, config))).toEqual([]);
}

describe('the same', () => {
  test('configuration, trace and seed: the same counters', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), (given) => {
        expectSame(given.config, run(given), run(given));
      }),
      effort(30),
    );
  });

  test.each(ALL_POLICIES)('trace, folded or written out: %s', (policy) => {
    fc.assert(
      fc.property(caseOf(machines([policy]), 150), ({ config, trace }) => {
        expectSame(config, run({ config, trace }), run({ config, trace: unfolded(trace) }));
      }),
      effort(20),
    );
  });

  test('trace in one piece or in several, and a prefix of it', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), fc.array(fc.nat(60), { maxLength: 6 }), (given, cuts) => {
        const { config, trace } = given;
        const pieces = new RawEngine(config, trace);
        let left = trace.length;
        for (const cut of cuts) {
          const records = Math.min(cut, left);
          pieces.advance(records);
          left -= records;
          if (isForeseeing(config.policy)) continue;
          expectSame(config, pieces, run({ config, trace: trace.slice(0, trace.length - left) }));
        }
        expectSame(config, pieces.advance(), run(given));
      }),
      effort(30),
    );
  });

  test('run, verified or not', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), ({ config, trace }) => {
        const plain = run({ config: { ...config, verify: false }, trace });
        const verified = run({ config: { ...config, verify: true }, trace });
        const served = plain.counters();
        const differ = differences(facts(plain, config), facts(verified, config));
        expect(differ.filter((line) => !line.startsWith('machine verified_reads'))).toEqual([]);
        expect(served.verified_reads).toBe(0);
      }),
      effort(30),
    );
  });
});

describe('renaming', () => {
  /** What depends on where pages lie in the table. */
  const PLACE: CounterName[] = ['table_bytes', 'table_nodes'];

  /** Fully associative TLBs, no page-walk caches, swap that never fills: nothing looks at the number of a page. */
  const blind = (config: MachineConfig): MachineConfig => {
    const full = ({ entries, policy }: TlbShape): TlbShape => ({
      entries: policy === 'plru' ? 2 ** Math.floor(Math.log2(entries + 1)) : entries,
      ways: policy === 'plru' ? 2 ** Math.floor(Math.log2(entries + 1)) : Math.max(1, entries),
      policy,
    });
    const [first, second] = config.tlbs;
    return {
      ...config,
      vaBits: 48,
      pageShift: 12,
      levels: 4,
      vspace: 0n,
      pwc: [],
      swapSlots: 400,
      tlbs: second === undefined ? [full(first)] : [full(first), full(second)],
      stlb: config.stlb === null ? null : full(config.stlb),
    };
  };

  const single = (access: Access): Access => ({
    ...access,
    extent: access.folded ? access.extent : 1,
    address: BigInt.asUintN(46, access.address),
  });

  test('pages: only the tables look different', () => {
    const key = fc.bigInt({ min: 0n, max: (1n << 34n) - 1n });
    fc.assert(
      fc.property(caseOf(machines(), 200), key, (given, key) => {
        const config = blind(given.config);
        const trace = given.trace.map(single);
        const renamed = trace.map((access) => ({ ...access, address: access.address ^ (key << 12n) }));
        const [left, right] = [run({ config, trace }), run({ config, trace: renamed })];
        for (const slot of [null, ...left.pids.keys()]) {
          expect(without(PLACE, right.counters(slot))).toEqual(without(PLACE, left.counters(slot)));
        }
        expect(right.clock).toEqual(left.clock);
      }),
      effort(30),
    );
  });

  test('processes: nothing but their pids', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), fc.integer({ min: 1, max: 0xffffff }), ({ config, trace }, key) => {
        const [left, right] = [
          run({ config, trace }),
          run({ config, trace: trace.map((access) => ({ ...access, pid: access.pid ^ key })) }),
        ];
        expect(right.pids).toEqual(left.pids.map((pid) => pid ^ key));
        for (const slot of [null, ...left.pids.keys()]) expect(right.counters(slot)).toEqual(left.counters(slot));
        expect(right.clock).toEqual(left.clock);
      }),
      effort(30),
    );
  });
});

describe('laws that need no second run', () => {
  test('the classes of everything add up', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), ({ config, trace }) => {
        const engine = run({ config, trace });
        for (const slot of [null, ...engine.pids.keys()]) {
          const c = engine.counters(slot);
          expect(c.reads + c.writes + c.ifetches).toBe(c.accesses);
          expect(c.tlb_hits + c.tlb_misses + c.segfaults).toBe(c.touches);
          expect(c.minor_faults + c.major_faults).toBe(c.page_faults);
          expect(c.demand_zero_faults + c.swap_in_faults).toBe(c.page_faults);
          expect(c.clean_evictions + c.dirty_evictions).toBe(c.evictions);
          expect([c.swap_ins, c.swap_outs]).toEqual([c.major_faults, c.dirty_evictions]);
          expect(c.resident_pages).toBeLessThanOrEqual(c.resident_peak);
        }
        const whole = engine.counters();
        expect(whole.resident_pages).toBe(whole.page_faults - whole.evictions);
        expect(whole.resident_peak).toBeLessThanOrEqual(config.frames);
        expect(whole.swap_slots_peak).toBeLessThanOrEqual(config.swapSlots);
        for (const { name, of } of COUNTERS) {
          if (of === 'machine' || name === 'resident_peak') continue;
          const sum = engine.pids.reduce((total, _, slot) => total + engine.counters(slot)[name], 0);
          expect(sum, name).toBe(whole[name]);
        }
      }),
      effort(30),
    );
  });
});

function without(names: readonly CounterName[], counters: Record<CounterName, number>) {
  return Object.fromEntries(Object.entries(counters).filter(([name]) => !names.includes(name as CounterName)));
}
