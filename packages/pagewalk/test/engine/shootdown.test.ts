/** Invalidation on several cpus: what must go, what may go, what must stay, and what it costs. */
import { TLB_POLICIES } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { type Entry, Tlbs, type Words } from '../support/tlbs.ts';

const BATCH = 0;
const SINGLE = 1;
const BLOOM = 2;
const NEVER = 1_000_000;
const PROCESSES = 5;

interface Step {
  readonly process: number;
  readonly page: number;
  readonly k: number;
  readonly cpu: number;
  readonly move: boolean;
}
type Named = [process: number, page: number, k: number];

// Few pages: small ones in the first two large ones, which are at 0 and 512.
const page = fc.oneof(fc.nat(20), fc.integer({ min: 505, max: 530 }));
const steps = fc.array(
  fc.record({
    process: fc.nat(PROCESSES - 1),
    page,
    k: fc.constantFrom(0, 0, 0, 1, 2),
    cpu: fc.nat(3),
    move: fc.constantFrom(false, false, false, true),
  }) satisfies fc.Arbitrary<Step>,
  { maxLength: 120 },
);
const named: fc.Arbitrary<Named[]> = fc.array(fc.tuple(fc.nat(PROCESSES - 1), page, fc.constantFrom(0, 0, 0, 1, 2)), {
  maxLength: 60,
});
const shape: fc.Arbitrary<Words> = fc
  .record({
    ways: fc.constantFrom(1, 2, 4, 8, 32),
    sets: fc.constantFrom(1, 2, 3),
    policy: fc.nat(TLB_POLICIES.length - 1),
    split: fc.nat(1),
    large: fc.boolean(),
    pwc: fc.constantFrom(0, 3),
    cpus: fc.constantFrom(1, 2, 4),
    tagged: fc.constantFrom(1, 1, 0),
  })
  .map(({ ways, sets, policy, split, large, pwc, cpus, tagged }) => ({
    tlb0_entries: ways * sets,
    tlb0_ways: ways,
    tlb0_policy: policy,
    tlb1_entries: split * 4,
    tlb1_ways: split * 2,
    split,
    tlb2_entries: 24,
    tlb2_ways: 6,
    tlbl_entries: large ? 4 : 0,
    tlbl_ways: large ? 2 : 0,
    pwc_0: pwc,
    pwc_1: pwc,
    pwc_2: pwc,
    cpus,
    tagged,
    flush_ceiling: NEVER,
  }));

function play(words: Words, played: readonly Step[]): Tlbs {
  const tlbs = new Tlbs(words);
  tell(tlbs, played);
  return tlbs;
}

function tell(tlbs: Tlbs, played: readonly Step[]): string {
  return played
    .map(({ process, page, k, cpu, move }) => {
      if (move) tlbs.abi.move(process, cpu % tlbs.cpus);
      return tlbs.touch(process, page, { k, side: tlbs.words.split ?? 0 });
    })
    .join(' ');
}

const key = ({ cpu, cache, process, k, page, value }: Entry): string => [cpu, cache, process, k, page, value].join('/');
const keys = (entries: readonly Entry[]): string[] => entries.map(key).sort();
const tlbsOf = (entries: readonly Entry[]): Entry[] => entries.filter(({ cache }) => cache < 4);

const isNamed =
  (set: readonly Named[]) =>
  ({ process, k, page }: Entry): boolean =>
    set.some(([p, n, c]) => p === process && c === k && BigInt(n) >> BigInt(9 * c) === page >> BigInt(9 * c));

/** An entry somewhere that the mask of its process does not know of. */
const beyondMask = (tlbs: Tlbs): Entry | undefined =>
  tlbs.entries().find(({ cpu, process }) => ((tlbs.abi.mayHold(process) >> BigInt(cpu)) & 1n) === 0n);

describe('exactly the named pages go, on every cpu', () => {
  test.each([
    ['batch', BATCH],
    ['single', SINGLE],
  ])('%s', (_, invalidation) => {
    fc.assert(
      fc.property(shape, steps, named, fc.nat(3), (words, played, set, cpu) => {
        const tlbs = play({ ...words, invalidation }, played);
        const before = tlbs.entries();
        const dropped = tlbs.invalidate(cpu % tlbs.cpus, set);
        const after = tlbs.entries();
        const stays = tlbsOf(before).filter((entry) => !isNamed(set)(entry));
        expect(keys(tlbsOf(after))).toEqual(keys(stays));
        expect(dropped).toBe(tlbsOf(before).length - stays.length);
        // A process that lost a page has nothing left in the page-walk caches, the others all that they had.
        const losers = new Set(set.map(([process]) => process));
        const walks = before.filter(({ cache, process }) => cache >= 4 && !losers.has(process));
        expect(keys(after.filter(({ cache }) => cache >= 4))).toEqual(keys(walks));
        expect(beyondMask(tlbs)).toBeUndefined();
      }),
      effort(150),
    );
  });

  test('batch = single = batch in any other order, and so is all that follows', () => {
    fc.assert(
      fc.property(shape, steps, named, fc.infiniteStream(fc.nat()), steps, (words, played, set, random, then) => {
        const shuffled = set
          .map((item) => ({ item, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        const outcomes = [
          { invalidation: BATCH, set },
          { invalidation: SINGLE, set },
          { invalidation: BATCH, set: shuffled },
          { invalidation: BATCH, set: [...set, ...shuffled] },
        ].map(({ invalidation, set }) => {
          const tlbs = play({ ...words, invalidation }, played);
          const dropped = tlbs.invalidate(0, set);
          return { dropped, touches: tell(tlbs, then), left: keys(tlbs.entries()) };
        });
        for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
      }),
      effort(100),
    );
  });

  test('a batch of more pages than one round takes', () => {
    const all = Array.from({ length: 3000 }, (_, i) => [0, i * 3, 0] as Named);
    for (const invalidation of [BATCH, SINGLE]) {
      const tlbs = new Tlbs({ tlb0_entries: 4096, tlb0_ways: 4, flush_ceiling: NEVER, invalidation });
      for (let page = 0; page < 4096; page++) tlbs.touch(0, page);
      expect(tlbs.invalidate(0, all)).toBe(Math.ceil(4096 / 3));
      expect(tlbs.entries().every(({ page }) => page % 3n !== 0n)).toBe(true);
    }
  });

  test('a batch inside of another is a part of it', () => {
    const tlbs = new Tlbs({ cpus: 2 });
    for (let page = 0; page < 4; page++) tlbs.touch(0, page);
    tlbs.abi.begin(1);
    tlbs.abi.add(0, 0n, 0);
    expect(tlbs.invalidate(1, [[0, 1]])).toBe(0);
    tlbs.abi.add(0, 2n, 0);
    expect(tlbs.abi.finish()).toBe(3);
    expect(tlbs.counters('shootdowns', 'ipis', 'shootdown_pages')).toEqual({
      shootdowns: 1,
      ipis: 1,
      shootdown_pages: 3,
    });
  });

  test('a large set is searched for, a small one looked up', () => {
    for (const entries of [4, 64, 1024]) {
      const tlbs = new Tlbs({ tlb0_entries: entries, tlb0_ways: 4, flush_ceiling: NEVER });
      for (let page = 0; page < entries; page++) tlbs.touch(page & 1, page);
      const set = Array.from({ length: 40 }, (_, i) => [0, i, 0] as Named);
      expect(tlbs.invalidate(0, set)).toBe(Math.min(entries, 40) / 2);
    }
  });

  test('the search finds large translations in a TLB of their own', () => {
    const tlbs = new Tlbs({ tlb0_entries: 4, tlb0_ways: 4, tlbl_entries: 8, tlbl_ways: 8, flush_ceiling: NEVER });
    for (let large = 0; large < 8; large++) tlbs.touch(0, large * 512, { k: 1 });
    const set = Array.from({ length: 40 }, (_, i) => [0, (i + 3) * 512, 1] as Named);
    expect(tlbs.invalidate(0, set)).toBe(5);
    expect(tlbs.entries().map(({ page }) => page)).toEqual([0n, 512n, 1024n]);
  });
});

describe('a Bloom filter', () => {
  test('drops a superset and counts what nobody named', () => {
    let wrong = 0;
    fc.assert(
      fc.property(shape, steps, named, fc.constantFrom(1, 8, 64, 1024), (words, played, set, bloom_bits) => {
        const exact = play(words, played);
        const bloom = play({ ...words, invalidation: BLOOM, bloom_bits }, played);
        const named = exact.invalidate(0, set);
        const dropped = bloom.invalidate(0, set);
        const left = new Set(keys(tlbsOf(exact.entries())));
        const leftByBloom = keys(tlbsOf(bloom.entries()));
        expect(leftByBloom.filter((entry) => !left.has(entry))).toEqual([]);
        expect(bloom.counter('bloom_false_drops')).toBe(left.size - leftByBloom.length);
        expect(dropped).toBe(named + left.size - leftByBloom.length);
        expect(exact.counter('bloom_false_drops')).toBe(0);
        wrong += dropped - named;
      }),
      effort(150),
    );
    expect(wrong).toBeGreaterThan(0);
  });

  test('is empty again for the next set', () => {
    const tlbs = new Tlbs({ invalidation: BLOOM, bloom_bits: 65_536 });
    for (let page = 0; page < 8; page++) tlbs.touch(0, page);
    expect(tlbs.invalidate(0, [[0, 1]])).toBe(1);
    tlbs.touch(0, 1);
    expect(tlbs.invalidate(0, [[0, 2]])).toBe(1);
    expect(tlbs.counter('bloom_false_drops')).toBe(0);
  });

  test('of one bit takes everything on the cpus that it reaches', () => {
    const tlbs = new Tlbs({ invalidation: BLOOM, bloom_bits: 1, cpus: 2 });
    for (const process of [0, 1, 2]) for (const page of [1, 2, 3]) tlbs.touch(process, page);
    tlbs.invalidate(1, [[0, 1]]);
    expect(tlbs.counter('bloom_false_drops')).toBe(5);
    expect(tlbs.entries().map(({ cpu, process }) => [cpu, process])).toEqual(Array(3).fill([1, 1]));
  });

  test('of 1024 bits is wrong about as often as (1 - e^(-2n/m))²', () => {
    const tlbs = new Tlbs({ invalidation: BLOOM, tlb0_entries: 16_384, tlb0_ways: 4 });
    for (let page = 0; page < 16_384; page++) tlbs.touch(0, page);
    tlbs.invalidate(
      0,
      Array.from({ length: 32 }, (_, i) => [0, 20_000 + i * 7] as const),
    );
    const expected = (1 - Math.exp((-2 * 32) / 1024)) ** 2 * 16_384;
    expect(tlbs.counter('bloom_false_drops')).toBeGreaterThan(expected * 0.5);
    expect(tlbs.counter('bloom_false_drops')).toBeLessThan(expected * 2);
  });
});

describe('above the ceiling', () => {
  const filled = (words: Words = {}): Tlbs => {
    const tlbs = new Tlbs({ cpus: 2, tlb0_entries: 256, ...words });
    for (const process of [0, 1]) for (let page = 0; page < 100; page++) tlbs.touch(process, page);
    return tlbs;
  };
  const first = (count: number) => Array.from({ length: count }, (_, i) => [0, i] as const);

  test('33 pages are dropped one by one, for 34 the whole address space goes, and no other', () => {
    const at = filled();
    expect(at.invalidate(0, first(33))).toBe(33);
    expect(at.counter('full_flushes')).toBe(0);
    const above = filled();
    expect(above.invalidate(0, first(34))).toBe(100);
    expect(above.counter('full_flushes')).toBe(1);
    expect(above.entries().every(({ process }) => process === 1)).toBe(true);
  });

  test('a page named twice counts once', () => {
    const tlbs = filled();
    expect(tlbs.invalidate(0, [...first(33), ...first(33)])).toBe(33);
  });

  test('each process has its own count', () => {
    const tlbs = filled();
    expect(tlbs.invalidate(0, [...first(30), ...first(30).map(([, page]) => [1, page] as const)])).toBe(60);
    expect(tlbs.invalidate(0, [[1, 90], ...first(34)])).toBe(70 + 1);
    expect(tlbs.counter('full_flushes')).toBe(1);
  });

  test('0 flushes always; one by one never', () => {
    expect(filled({ flush_ceiling: 0 }).invalidate(0, first(1))).toBe(100);
    expect(filled({ flush_ceiling: 0, invalidation: SINGLE }).invalidate(0, first(1))).toBe(1);
  });

  test('in parts of more than one round, too', () => {
    const tlbs = filled({ flush_ceiling: 2000 });
    expect(tlbs.invalidate(0, first(2001))).toBe(100);
    expect(tlbs.counter('full_flushes')).toBe(1);
  });

  test('an exit is one round, whatever is named in it, unless it goes page by page', () => {
    const ends = [BATCH, BLOOM, SINGLE].map((invalidation) => {
      const tlbs = filled({ invalidation });
      tlbs.abi.begin(1);
      tlbs.abi.addAll(0);
      for (let page = 0; page < 100; page++) tlbs.abi.add(0, BigInt(page), 0);
      expect(tlbs.abi.finish()).toBe(100);
      return [tlbs.counter('full_flushes'), tlbs.counter('ipis')];
    });
    expect(ends).toEqual([
      [1, 1],
      [1, 1],
      [0, 100],
    ]);
  });

  test('everything of every process that is above, whatever the machine', () => {
    fc.assert(
      fc.property(shape, steps, named, fc.nat(6), (words, played, set, flush_ceiling) => {
        const tlbs = play({ ...words, flush_ceiling }, played);
        const before = tlbsOf(tlbs.entries());
        const distinct = new Set(set.map(([process, page, k]) => [process, k, page >> (9 * k)].join('/')));
        const count = (process: number) => [...distinct].filter((name) => name.startsWith(`${process}/`)).length;
        tlbs.invalidate(0, set);
        const stays = before.filter((entry) => !isNamed(set)(entry) && count(entry.process) <= flush_ceiling);
        expect(keys(tlbsOf(tlbs.entries()))).toEqual(keys(stays));
        expect(beyondMask(tlbs)).toBeUndefined();
      }),
      effort(150),
    );
  });
});

describe('which cpus are interrupted, and what it costs', () => {
  const COSTS = ['shootdowns', 'ipis', 'shootdown_pages', 'full_flushes', 'shootdown_ns'] as const;
  const ten = Array.from({ length: 10 }, (_, i) => [0, i] as const);

  /** Process 0 was on cpus 0, 1 and 2 of four. */
  function wandered(invalidation: number, words: Words = {}): Tlbs {
    const tlbs = new Tlbs({ cpus: 4, ipi_ns: 2000, invlpg_ns: 100, invalidation, ...words });
    for (const cpu of [0, 1, 2]) {
      tlbs.abi.move(0, cpu);
      for (const [, page] of ten) tlbs.touch(0, page);
    }
    return tlbs;
  }

  test.each([
    ['batch', BATCH, [1, 2, 10, 0, 2 * 2000 + 3 * 10 * 100]],
    ['single', SINGLE, [10, 20, 10, 0, 10 * (2 * 2000 + 3 * 100)]],
    ['bloom', BLOOM, [1, 2, 10, 0, 2 * 2000 + 3 * 100]],
  ])('ten pages on three cpus, %s', (_, invalidation, costs) => {
    const tlbs = wandered(invalidation);
    expect(tlbs.invalidate(2, ten)).toBe(30);
    expect(Object.values(tlbs.counters(...COSTS))).toEqual(costs);
    expect(Number(tlbs.abi.extraNs())).toBe(costs[4]);
    expect(tlbs.counter('tlb_invalidations')).toBe(30);
  });

  test('above the ceiling: one round, one flush a cpu', () => {
    const tlbs = wandered(BATCH, { flush_ceiling: 9 });
    expect(tlbs.invalidate(2, ten)).toBe(30);
    expect(Object.values(tlbs.counters(...COSTS))).toEqual([1, 2, 0, 1, 2 * 2000 + 3 * 100]);
  });

  test('after a flush, a cpu where another process runs need not be reached again', () => {
    const tlbs = wandered(BATCH);
    tlbs.abi.enter(1);
    expect(tlbs.abi.flushProcess(0, 3)).toBe(30);
    expect(tlbs.counter('ipis')).toBe(3);
    // Process 0 is still what ran last on cpus 0 and 2; on cpu 1 it is process 1.
    expect(tlbs.abi.mayHold(0)).toBe(0b101n);
    expect(tlbs.invalidate(3, ten)).toBe(0);
    expect(tlbs.counter('ipis')).toBe(3 + 2);
  });

  test('on one cpu nobody is interrupted, and by default nothing is charged', () => {
    const tlbs = new Tlbs();
    for (const [, page] of ten) tlbs.touch(0, page);
    expect(tlbs.invalidate(0, ten)).toBe(10);
    expect(Object.values(tlbs.counters(...COSTS))).toEqual([0, 0, 0, 0, 0]);
    expect(tlbs.abi.extraNs()).toBe(0n);
  });

  test('a process without entries anywhere costs nothing', () => {
    const tlbs = wandered(BATCH);
    expect(tlbs.invalidate(3, [[4, 1]])).toBe(0);
    expect(tlbs.counter('ipis')).toBe(0);
  });
});

describe('context switches are those of one cpu', () => {
  test('without tags only that cpu is flushed', () => {
    const tlbs = new Tlbs({ cpus: 2, tagged: 0 });
    // Slot mod cpus: 0 and 2 run on cpu 0, 1 on cpu 1.
    for (const process of [0, 1, 2]) tlbs.touch(process, 5);
    expect(tlbs.entries().map(({ cpu, process }) => [cpu, process])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect([0, 1, 2].map((process) => tlbs.abi.mayHold(process))).toEqual([0n, 2n, 1n]);
  });

  test('a switch is a change on one cpu, not from one cpu to another', () => {
    const tlbs = new Tlbs({ cpus: 2 });
    expect([0, 1, 0, 1, 2, 0, 3, 1].map((process) => tlbs.abi.enter(process))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  test('a process that moves finds its entries again when it comes back', () => {
    const tlbs = new Tlbs({ cpus: 2 });
    tlbs.touch(0, 5);
    tlbs.abi.move(0, 1);
    expect(tlbs.touch(0, 5)).toBe('miss');
    tlbs.abi.move(0, 0);
    expect(tlbs.touch(0, 5)).toBe('hit');
    expect(tlbs.abi.mayHold(0)).toBe(3n);
  });
});
