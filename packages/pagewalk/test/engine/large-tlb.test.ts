/** TLBs with translations of several sizes: where they live, what one entry covers, what a split or a promotion must drop. */
import { describe, expect, test } from 'vitest';
import { READ_ONLY, Tlbs, type Words } from '../support/tlbs.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const PAGES = 512;
const TOP = (1n << 52n) - 1n;

const own: Words = { tlbl_entries: 32, tlbl_ways: 4 };
const second: Words = { tlb2_entries: 64, tlb2_ways: 4 };

describe('one entry of 2 MiB', () => {
  test.each<[string, Words]>([
    ['among the small ones', {}],
    ['in a TLB of its own', own],
  ])('%s: a hit for each of its 512 pages, a miss beside it', (_, words) => {
    const tlbs = new Tlbs(words);
    expect(tlbs.touch(0, 5 * PAGES + 17, { k: 1 })).toBe('miss');
    for (let page = 5 * PAGES; page < 6 * PAGES; page++) expect(tlbs.touch(0, page)).toBe('hit');
    expect(tlbs.touch(0, 5 * PAGES - 1)).toBe('miss');
    expect(tlbs.touch(0, 6 * PAGES)).toBe('miss');
    expect(tlbs.touch(1, 5 * PAGES)).toBe('miss');
  });

  test('of 1 GiB: for each of its 262144', () => {
    const tlbs = new Tlbs();
    tlbs.touch(0, 3 * PAGES ** 2 + 99_999, { k: 2 });
    for (let page = 3 * PAGES ** 2; page < 4 * PAGES ** 2; page += 511) expect(tlbs.touch(0, page)).toBe('hit');
    expect(tlbs.touch(0, 4 * PAGES ** 2)).toBe('miss');
    expect(tlbs.entries()).toHaveLength(2);
  });

  test('chooses its set with the number of the page in its own size', () => {
    // 16 sets: pages 512 apart share a set, large pages that follow each other do not.
    const small = new Tlbs();
    const large = new Tlbs();
    for (let i = 0; i < 64; i++) small.touch(0, i * PAGES);
    for (let i = 0; i < 64; i++) large.touch(0, i * PAGES, { k: 1 });
    expect(small.entries()).toHaveLength(4);
    expect(large.entries()).toHaveLength(64);
  });

  test('at the top of the address space', () => {
    const tlbs = new Tlbs({ tlb0_entries: 6, tlb0_ways: 2 });
    tlbs.touch(0, TOP, { k: 1 });
    expect(tlbs.touch(0, TOP - 511n)).toBe('hit');
    expect(tlbs.entries()).toMatchObject([{ k: 1, page: TOP - 511n }]);
    expect(tlbs.invalidate(0, [[0, TOP - 3n, 1]])).toBe(1);
  });
});

describe('reach', () => {
  test.each<[string, Words, number, number]>([
    ['64 entries of 4 KiB', {}, 0, 256 * KIB],
    ['32 entries of 2 MiB', own, 1, 64 * MIB],
    ['1536 entries of 4 KiB', { tlb0_entries: 1536, tlb0_ways: 12 }, 0, 6 * MIB],
  ])('%s: %#', (_, words, k, bytes) => {
    const tlbs = new Tlbs(words);
    const step = PAGES ** k;
    const pages = bytes / (4 * KIB);
    for (let page = 0; page < pages; page += step) expect(tlbs.touch(0, page, { k })).toBe('miss');
    for (let page = 0; page < pages; page += step) expect(tlbs.touch(0, page)).toBe('hit');
    // One page more, and in a cyclic order lru has lost what comes next.
    tlbs.touch(0, pages, { k });
    expect(tlbs.touch(0, 0, { k })).toBe('miss');
  });
});

describe('second level', () => {
  test('holds large translations where the first level does', () => {
    const tlbs = new Tlbs({ tlb0_entries: 1, tlb0_ways: 1, ...second });
    tlbs.touch(0, 0, { k: 1 });
    tlbs.touch(0, 5000);
    expect(tlbs.touch(0, 300)).toBe('second');
    expect(tlbs.touch(0, 301)).toBe('hit');
  });

  test('does not where they have a first level of their own', () => {
    const tlbs = new Tlbs({ tlbl_entries: 1, tlbl_ways: 1, ...second });
    tlbs.touch(0, 0, { k: 1 });
    tlbs.touch(0, PAGES, { k: 1 });
    expect(tlbs.touch(0, 0, { k: 1 })).toBe('miss');
  });
});

describe('counting', () => {
  test('a touch is a hit of one TLB or a miss of the one that is filled', () => {
    const tlbs = new Tlbs({ ...own, ...second });
    for (const [page, k] of [[0, 0], [0, 0], [PAGES, 1], [PAGES + 1, 1], [PAGES + 2, 1], [1, 0]] as const) tlbs.touch(0, page, { k }); // biome-ignore format: one line, one picture
    const count = (cache: number) => [tlbs.abi.hits(0, cache), tlbs.abi.misses(0, cache), tlbs.abi.fills(0, cache)];
    expect({ first: count(0), second: count(2), large: count(3) }).toEqual({
      first: [1n, 2n, 2n],
      second: [0n, 3n, 2n],
      large: [2n, 1n, 1n],
    });
  });
});

describe('a translation without the right to write', () => {
  test.each<[string, Words]>([
    ['small', {}],
    ['with a second level', second],
  ])('%s: reads hit, a write drops it everywhere and is a miss', (_, words) => {
    const tlbs = new Tlbs(words);
    tlbs.touch(0, 7, { readOnly: true });
    expect(tlbs.touch(0, 7)).toBe('hit');
    expect(tlbs.entries().every(({ value }) => value === READ_ONLY + 7)).toBe(true);
    expect(tlbs.touch(0, 7, { write: true })).toBe('miss');
    expect(tlbs.touch(0, 7, { write: true })).toBe('hit');
    expect(tlbs.entries().every(({ value }) => value === 7)).toBe(true);
  });

  test('a large translation is never the one that needs no lookup', () => {
    const tlbs = new Tlbs({ tlb0_entries: 4, tlb0_ways: 4 });
    const none = (1n << 64n) - 1n;
    const recent = () => BigInt.asUintN(64, tlbs.abi.recent(0, 0, 0));
    tlbs.touch(0, 7);
    expect(recent()).toBe(7n);
    tlbs.touch(0, 8, { readOnly: true });
    expect(recent()).toBe(8n);
    tlbs.touch(0, 7);
    expect(recent()).toBe(7n);
    tlbs.touch(0, PAGES, { k: 1 });
    expect(recent()).toBe(none);
  });
});

describe('split and promotion flush both sizes', () => {
  test('the large translation and all small ones of its range go, their neighbours stay', () => {
    const tlbs = new Tlbs({ tlb0_entries: 2048, tlb0_ways: 4, flush_ceiling: 10_000 });
    for (let page = PAGES - 1; page <= 2 * PAGES; page++) tlbs.touch(0, page);
    const range = Array.from({ length: PAGES }, (_, i) => [0, PAGES + i] as const);
    expect(tlbs.invalidate(0, range)).toBe(PAGES);
    expect(tlbs.touch(0, PAGES + 3, { k: 1 })).toBe('miss');
    expect(tlbs.invalidate(0, [[0, PAGES + 400, 1], ...range])).toBe(1);
    expect(tlbs.entries().map(({ page }) => page)).toEqual(expect.arrayContaining([511n, 1024n]));
    expect(tlbs.entries()).toHaveLength(2);
  });
});
