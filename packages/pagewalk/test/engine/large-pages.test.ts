/** Large pages through the public API: who makes them, what splits them, what they cost. One block of a picture is 2 MiB. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, Machine, type NodeEntry, type Op } from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';

const PAGE = 4096;
const LARGE = 512 * PAGE;
const MiB = 2 ** 20;

const create = (config: ConfigInput): Promise<Machine> =>
  Machine.create({ ram: 16 * MiB, swap: 64 * MiB, tlb: '64x64', verify: true, large_pages: 'always', ...config });

/** Touches one byte in each of these pages. */
function touch(machine: Machine, op: Op, from: number, to = from, pid = 1): void {
  for (let page = from; page <= to; page++) machine.access(pid, op, page * PAGE);
  expect(machine.check()).toBeNull();
}

/** Each 2 MiB from 0 on: `L` a large page, else how many small pages are in memory and (`~`) in swap, `.` nothing. */
function picture(machine: Machine, pid = 1): string {
  const blocks: { large: boolean; small: number; swapped: number }[] = [];
  for (const { page, pages, frame } of machine.pageTable(pid)) {
    const at = Number(page / 512n);
    while (blocks.length <= at) blocks.push({ large: false, small: 0, swapped: 0 });
    const block = blocks[at] as (typeof blocks)[number];
    if (pages > 1) block.large = true;
    else if (frame === null) block.swapped++;
    else block.small++;
  }
  return blocks.map(({ large, small, swapped }) => (large ? 'L' : drawn(small, swapped))).join(' ');
}

const drawn = (small: number, swapped: number): string =>
  `${small > 0 ? small : ''}${swapped > 0 ? `~${swapped}` : ''}` || '.';

describe('always', () => {
  test('512 pages in a row: one fault for 512, three tables for four, walks of three entries for four', async () => {
    const [small, large] = [await create({ large_pages: 'never' }), await create({})];
    for (const machine of [small, large]) touch(machine, 'write', 0, 511);
    expect([small.counters.page_faults, large.counters.page_faults]).toEqual([512, 1]);
    expect([small.counters.table_nodes, large.counters.table_nodes]).toEqual([4, 3]);
    // The walk that faults finds nothing at the first entry: what counts is a walk to a page that is there.
    const refs = ['never', 'always'].map(async (large_pages) => {
      const machine = await create({ large_pages, tlb: null });
      touch(machine, 'write', 0);
      const before = machine.counters.walk_refs;
      touch(machine, 'read', 0);
      return machine.counters.walk_refs - before;
    });
    expect(await Promise.all(refs)).toEqual([4, 3]);
    expect([picture(small), picture(large)]).toEqual(['512', 'L']);
  });

  test('one byte of 2 MiB: a bloat of 511 pages', async () => {
    const machine = await create({});
    touch(machine, 'write', 7);
    expect(machine.counters).toMatchObject({ large_faults: 1, resident_pages: 512, bloat_pages: 511 });
    expect(machine.counters.bloat_pages * PAGE).toBe(2_093_056);
    touch(machine, 'read', 8, 9);
    expect(machine.counters).toMatchObject({ bloat_pages: 509, large_touches: 3 });
  });

  test('one TLB entry for all of it', async () => {
    const machine = await create({ tlb: '4x4' });
    touch(machine, 'write', 0, 511);
    expect(machine.counters).toMatchObject({ tlb_misses: 1, tlb_hits: 511 });
  });

  test('no block is free: small pages, counted', async () => {
    const machine = await create({ ram: 4 * MiB, fragmentation: 1 });
    touch(machine, 'write', 0, 9);
    expect(machine.counters).toMatchObject({ large_faults: 0, large_fallbacks: 1, page_faults: 10 });
  });

  test('not where a region ends inside of it, nor where something is, nor where it was not wanted', async () => {
    const machine = await create({ zero_page: 'never' });
    machine.mmap(1, { address: 0, length: LARGE - PAGE });
    machine.mmap(1, { address: LARGE, length: 2 * LARGE });
    machine.madvise(1, 2 * LARGE, LARGE, 'nohugepage');
    touch(machine, 'write', 0);
    touch(machine, 'write', 512);
    touch(machine, 'write', 1024);
    expect(picture(machine)).toBe('1 L 1');
  });
});

describe('faults', () => {
  test('with room for all, large pages never make more of them', async () => {
    const spots = fc.array(fc.tuple(fc.nat(4 * 512 - 1), fc.boolean()), { maxLength: 300 });
    const policies = fc.constantFrom('always', 'khugepaged', 'reserve');
    await fc.assert(
      fc.asyncProperty(spots, policies, async (trace, large_pages) => {
        const run = async (config: ConfigInput) => {
          const machine = await create(config);
          for (const [page, isWrite] of trace) machine.access(1, isWrite ? 'write' : 'read', page * PAGE);
          expect(machine.check()).toBeNull();
          return machine.counters.page_faults;
        };
        const small = await run({ large_pages: 'never' });
        const scans = large_pages === 'khugepaged' ? { khugepaged_period: 20 } : {};
        expect(await run({ large_pages, ...scans })).toBeLessThanOrEqual(small);
      }),
      effort(25),
    );
  });

  test('without it, they can: the pages that nobody asked for push out one that is needed', async () => {
    // The last page of ten blocks, twice, in room for two blocks. Small, all ten fit.
    const run = async (large_pages: 'never' | 'always') => {
      const machine = await create({ ram: 4 * MiB, large_pages, policy: 'lru' });
      for (let round = 0; round < 2; round++) {
        for (let block = 0; block < 10; block++) touch(machine, 'write', block * 512 + 511);
      }
      return machine.counters;
    };
    expect(await run('never')).toMatchObject({ page_faults: 10, evictions: 0 });
    const { page_faults, evictions } = await run('always');
    expect(page_faults).toBeGreaterThan(10);
    expect(evictions).toBeGreaterThan(0);
  });
});

describe('contiguity', () => {
  test('16 frames, one of them taken: one free block each of 1, 2, 4 and 8', async () => {
    const machine = await create({ ram: '64KiB' });
    touch(machine, 'write', 0);
    expect(machine.nodes()[0]?.free_by_order.slice(0, 6)).toEqual([1, 1, 1, 1, 0, 0]);
    machine.munmap(1, 0, PAGE);
    expect(machine.nodes()[0]?.free_by_order.slice(0, 6)).toEqual([0, 0, 0, 0, 1, 0]);
  });

  test('half of the 2 MiB blocks broken from the start', async () => {
    const machine = await create({ ram: 16 * MiB, fragmentation: 0.5, large_pages: 'always' });
    touch(machine, 'write', 0);
    const [{ free, free_blocks, fragmentation_ratio }] = machine.nodes() as [NodeEntry];
    expect({ free, free_blocks }).toEqual({ free: 4096 - 4 - 512, free_blocks: 3 });
    expect(fragmentation_ratio).toBeCloseTo((4 * 511) / free, 2);
  });
});

describe('madvise and explicit regions', () => {
  test('madvise: only where it was wished', async () => {
    const machine = await create({ large_pages: 'madvise', zero_page: 'never' });
    machine.mmap(1, { address: 0, length: 2 * LARGE });
    machine.madvise(1, LARGE, LARGE, 'hugepage');
    touch(machine, 'write', 0);
    touch(machine, 'write', 512);
    expect(picture(machine)).toBe('1 L');
  });

  test('mmap huge: in a machine that makes none by itself', async () => {
    const machine = await create({ large_pages: 'never', zero_page: 'never' });
    touch(machine, 'write', 0);
    machine.mmap(1, { address: LARGE, length: LARGE, huge: '2m' });
    touch(machine, 'write', 700);
    expect(picture(machine)).toBe('1 L');
    expect(machine.counters).toMatchObject({ large_faults: 1, page_faults: 2 });
  });

  test('1 GiB: one fault, two tables, a walk of two entries', async () => {
    const machine = await create({ ram: 2048 * MiB, tlb: null, verify: false, zero_page: 'never' });
    machine.mmap(1, { address: 0, length: 2 ** 30, huge: '1g' });
    touch(machine, 'write', 5);
    const before = machine.counters;
    touch(machine, 'write', 262_143);
    const after = machine.counters;
    expect(after).toMatchObject({ page_faults: 1, resident_pages: 262_144, table_nodes: 2 });
    expect(after.walk_refs - before.walk_refs).toBe(2);
  });
});

describe('split', () => {
  const filled = async (config: ConfigInput = {}) => {
    const machine = await create({ zero_page: 'never', ...config });
    machine.mmap(1, { address: 0, length: 2 * LARGE });
    touch(machine, 'write', 0);
    touch(machine, 'write', 512);
    return machine;
  };

  test('by a munmap of a part', async () => {
    const machine = await filled();
    machine.munmap(1, 100 * PAGE, 512 * PAGE);
    expect(machine.check()).toBeNull();
    expect(picture(machine)).toBe('100 412');
    expect(machine.counters).toMatchObject({ splits: 2, table_nodes: 5 });
  });

  test('by a munmap of the whole: not at all', async () => {
    const machine = await filled();
    machine.munmap(1, LARGE, LARGE);
    expect([picture(machine), machine.counters.splits]).toEqual(['L', 0]);
    machine.munmap(1, 0, LARGE);
    touch(machine, 'write', 600);
    expect(machine.check()).toBeNull();
  });

  test('by a change of rights of a part', async () => {
    const machine = await filled();
    machine.mprotect(1, 0, PAGE, 'r--');
    expect([picture(machine), machine.counters.splits]).toEqual(['512 L', 1]);
  });

  test('by a region that ends inside of it from now on: the next mlock pins once', async () => {
    const machine = await filled({ nodes: 2 });
    machine.mbind(1, 0, 100 * PAGE, 'bind', [1]);
    expect([picture(machine), machine.counters.splits]).toEqual(['512 L', 1]);
    machine.mlock(1, 0, 2 * LARGE);
    expect(machine.check()).toBeNull();
  });

  test('by a write after a fork: for both, and one page is copied', async () => {
    const machine = await filled();
    machine.fork(1, 2);
    expect([picture(machine), picture(machine, 2)]).toEqual(['L L', 'L L']);
    touch(machine, 'write', 3, 3, 2);
    expect([picture(machine), picture(machine, 2)]).toEqual(['512 L', '512 L']);
    expect(machine.counters).toMatchObject({ splits: 1, cow_copies: 1, cow_faults: 1 });
    // The last owner of the other one takes it back whole.
    machine.exit(2);
    touch(machine, 'write', 700);
    expect(picture(machine)).toBe('512 L');
    expect(machine.counters).toMatchObject({ splits: 1, cow_copies: 1, cow_reuses: 1 });
  });

  test('1 GiB, likewise: 515 tables for each of the two', async () => {
    const machine = await create({ ram: 1100 * MiB, zero_page: 'never' });
    machine.mmap(1, { address: 0, length: 2 ** 30, huge: '1g' });
    touch(machine, 'write', 262_143);
    machine.fork(1, 2);
    expect(machine.counters).toMatchObject({ splits: 0, table_nodes: 4 });
    touch(machine, 'write', 5, 5, 2);
    expect(machine.counters).toMatchObject({ splits: 1, cow_copies: 1, table_nodes: 1030 });
    machine.exit(1);
    machine.exit(2);
    expect(machine.nodes()).toMatchObject([{ free: 281_600, free_blocks: 550 }]);
  });

  test('by reclaim: the victim, not every large page', async () => {
    const machine = await filled({ ram: 4 * MiB, policy: 'lru' });
    machine.mmap(1, { address: 2 * LARGE, length: LARGE });
    touch(machine, 'write', 1024, 1033);
    expect(picture(machine)).toBe('502~10 L 10');
    expect(machine.counters).toMatchObject({ splits: 1, large_fallbacks: 1, swap_outs: 10 });
  });
});

describe('khugepaged', () => {
  const scanned = (config: ConfigInput = {}) =>
    create({ large_pages: 'khugepaged', khugepaged_period: 1000, max_ptes_none: 100, ...config });

  test('collapses what is nearly full, and leaves the rest alone', async () => {
    const machine = await scanned();
    touch(machine, 'write', 0, 411); // 100 are absent
    touch(machine, 'write', 512, 922); // 101 are absent
    touch(machine, 'write', 2000, 2000 + 999 - 412 - 411 - 1);
    expect(picture(machine).slice(0, 7)).toBe('412 411');
    touch(machine, 'read', 0);
    expect(machine.counters.accesses).toBe(1000);
    expect(picture(machine).slice(0, 5)).toBe('L 411');
    expect(machine.counters).toMatchObject({
      promotions: 1,
      collapse_copies: 412,
      bloat_pages: 100,
      resident_pages: 512 + 411 + 176,
    });
    touch(machine, 'read', 0, 511);
  });

  test.each([
    [411, '512'],
    [412, 'L'],
  ])('copies what is shared, up to a limit: %i of 412', async (max_ptes_shared, drawn) => {
    const machine = await scanned({ max_ptes_shared });
    touch(machine, 'write', 0, 511);
    machine.fork(1, 2);
    touch(machine, 'write', 0, 99);
    for (let i = 0; i < 388; i++) machine.access(1, 'read', 0);
    expect(machine.counters.accesses).toBe(1000);
    // With the first copy made, the pages of the other are no longer shared.
    expect([picture(machine), picture(machine, 2)]).toEqual([drawn, drawn]);
    touch(machine, 'read', 0, 511, 2);
    touch(machine, 'read', 0, 511);
  });

  test('reads what is in swap, if half of the pages are in use', async () => {
    const machine = await scanned({ max_ptes_swap: 10 });
    touch(machine, 'write', 0, 511);
    machine.madvise(1, 100 * PAGE, 10 * PAGE, 'pageout');
    expect(picture(machine)).toBe('502~10');
    for (let i = 0; i < 488; i++) machine.access(1, 'read', 0);
    expect(picture(machine)).toBe('L');
    expect(machine.counters).toMatchObject({ collapse_copies: 502, collapse_swap_ins: 10, swapped_pages: 0 });
    touch(machine, 'read', 0, 511);
    expect(machine.counters.major_faults).toBe(0);
  });
});

describe('reserve', () => {
  test('frames in place, and a large page without a copy when all are there', async () => {
    const machine = await create({ large_pages: 'reserve' });
    touch(machine, 'write', 1000); // the second 2 MiB: frames 0–511, page 1000 = 512 + 488
    touch(machine, 'write', 3);
    const frames = Object.fromEntries([...machine.pageTable(1)].map(({ page, frame }) => [Number(page), frame]));
    expect(frames).toEqual({ 1000: 488, 3: 512 + 3 });
    expect(machine.counters).toMatchObject({ reservations: 2, resident_pages: 2 });
    touch(machine, 'write', 0, 511);
    expect(picture(machine)).toBe('L 1');
    expect(machine.counters).toMatchObject({ promotions: 1, page_faults: 513, table_nodes: 4, bloat_pages: 0 });
  });

  test('earlier with a threshold, clearing what is missing', async () => {
    const machine = await create({ large_pages: 'reserve', reserve_threshold: 8 });
    touch(machine, 'write', 0, 7);
    expect(picture(machine)).toBe('L');
    expect(machine.counters).toMatchObject({ promotions: 1, page_faults: 8, bloat_pages: 504 });
  });

  test('broken when memory runs out, the one first that has waited longest; before anything is evicted', async () => {
    const machine = await create({ ram: 4 * MiB, large_pages: 'reserve' });
    touch(machine, 'write', 0);
    touch(machine, 'write', 512);
    touch(machine, 'write', 1024); // both blocks are taken: the first reservation goes
    expect(machine.counters).toMatchObject({ reservations: 2, reservations_broken: 1, evictions: 0 });
    touch(machine, 'write', 513, 1023);
    touch(machine, 'write', 1, 510);
    expect(machine.counters).toMatchObject({ promotions: 1, evictions: 0, resident_pages: 1024 });
    expect(picture(machine)).toBe('511 L 1');
  });

  test('a page that goes leaves its frame to the reservation, the last one ends it', async () => {
    const machine = await create({ large_pages: 'reserve' });
    touch(machine, 'write', 0, 9);
    machine.munmap(1, 0, 9 * PAGE);
    touch(machine, 'write', 4);
    expect([...machine.pageTable(1)].map(({ page, frame }) => [Number(page), frame])).toEqual([
      [4, 4],
      [9, 9],
    ]);
    machine.munmap(1, 0, LARGE);
    expect(machine.check()).toBeNull();
    expect(machine.counters).toMatchObject({ reservations: 1, reservations_broken: 1, resident_pages: 0 });
  });
});

test('reach: 64 × 4 KiB, 32 × 2 MiB', async () => {
  const machine = await create({ ram: 80 * MiB, tlb: '64x64', large_tlb: '32x32', zero_page: 'never' });
  machine.mmap(1, { address: 0, length: 40 * LARGE });
  for (let block = 0; block < 32; block++) touch(machine, 'write', block * 512);
  const before = machine.counters.tlb_misses;
  for (let block = 0; block < 32; block++) touch(machine, 'read', block * 512 + 511);
  expect(machine.counters.tlb_misses - before).toBe(0);
  for (let block = 0; block < 33; block++) touch(machine, 'write', block * 512);
  expect(machine.counters.tlb_misses - before).toBeGreaterThan(0);
});
