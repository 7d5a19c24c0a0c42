/** Translation caches by hand: which entry goes, who shares them, and what empties them. */
import type { TlbPolicy } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { machine, NO_TLB, type TlbShape } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { compareEachStep, count } from '../support/compare.ts';

const shape = (entries: number, ways: number, policy: TlbPolicy = 'lru'): TlbShape => ({ entries, ways, policy });
const full = (entries: number, policy: TlbPolicy = 'lru') => shape(entries, entries, policy);

/** Enough frames that no page is ever evicted. */
const roomy = machine({ frames: 64 });

/** A letter for each access: h a hit, m a miss. */
function hits(tlb: TlbShape, drawing: string): string {
  const trace = draw(drawing);
  const config = { ...roomy, tlbs: [tlb] as const };
  return trace
    .map((_, at) => count(config, trace.slice(0, at + 1)).tlb_hits - count(config, trace.slice(0, at)).tlb_hits)
    .map((hit) => (hit === 1 ? 'h' : 'm'))
    .join(' ');
}

describe('which entry goes', () => {
  test.each<[string, TlbShape, string, string]>([
    ['lru: the use of 1 saves it', full(2), '1 2 1 3 1 2', 'm m h m h m'],
    ['fifo: the use of 1 does not', full(2, 'fifo'), '1 2 1 3 1 2', 'm m h m m m'],
    ['plru: after 1 2 3 4 1 the bits point to 3', full(4, 'plru'), '1 2 3 4 1 5 2 4 1 3', 'm m m m h m h h h m'],
    ['lru: the same with the true oldest, 2', full(4), '1 2 3 4 1 5 3 4 1 2', 'm m m m h m h h h m'],
    ['two sets: odd and even pages do not compete', shape(2, 1), '0 1 2 1 0', 'm m m h m'],
    ['three sets: page mod 3', shape(3, 1), '0 4 3 4 0', 'm m m h m'],
    ['one way: the last page of the set', shape(4, 1, 'plru'), '0 4 0 0', 'm m m h'],
  ])('%s', (_, tlb, references, expected) => {
    expect(hits(tlb, references)).toBe(expected);
  });

  test('random draws from a stream of its own, seeded one above the machine', () => {
    // Seed 0: the first draws of SplitMix64(1) in four ways are 2 and 2: 5 replaces 3 and 6 replaces 5.
    const config = { ...roomy, seed: 0n, tlbs: [full(4, 'random')] as const };
    const { engine } = compareEachStep(config, draw('1-6'));
    expect(engine.cacheCounters(0)).toEqual({ hits: 0, misses: 6, fills: 6, evictions: 2, invalidations: 0 });
  });
});

describe('shapes', () => {
  test.each<[string, TlbShape, number, number]>([
    ['64 entries hold 64 pages', shape(64, 4), 64, 64],
    ['65 pages in a loop defeat 64 entries of LRU', full(64), 65, 0],
    ['1536 entries of 12 ways hold 1536 pages', shape(1536, 12), 1536, 1536],
    ['and the same, fully associative', full(1536), 1536, 1536],
    ['1536 entries as a tree do not exist: 1024 do', shape(1024, 8, 'plru'), 1024, 1024],
  ])('%s', (_, tlb, pages, expected) => {
    const loop = draw(`0-${pages - 1} 0-${pages - 1}`);
    expect(count({ ...machine({ frames: 1600 }), tlbs: [tlb] }, loop).tlb_hits).toBe(expected);
  });

  test('without a TLB every touch walks', () => {
    expect(count(roomy, draw('1 1x3 2 1'))).toMatchObject({ touches: 6, tlb_hits: 0, tlb_misses: 6, walk_refs: 24 });
  });
});

describe('levels', () => {
  test('the second level answers what the first forgot, and fills it again', () => {
    const { engine } = compareEachStep({ ...roomy, tlbs: [full(1)], stlb: full(4) }, draw('1 2 1 1'));
    expect(engine.counters()).toMatchObject({ tlb_hits: 2, tlb_misses: 2 });
    expect(engine.cacheCounters(0)).toMatchObject({ hits: 1, misses: 3, fills: 3, evictions: 2 });
    expect(engine.cacheCounters(2)).toMatchObject({ hits: 1, misses: 2, fills: 2, evictions: 0 });
  });

  test('what the second level drops stays in the first', () => {
    const counters = count({ ...roomy, tlbs: [full(4)], stlb: full(1) }, draw('1 2 1 2'));
    expect(counters.tlb_hits).toBe(2);
  });

  test('a second level without a first', () => {
    const { engine } = compareEachStep({ ...roomy, tlbs: [NO_TLB], stlb: full(2) }, draw('1 1 1x4 2 1'));
    expect(engine.counters()).toMatchObject({ tlb_hits: 6, tlb_misses: 2 });
    expect(engine.cacheCounters(0)).toMatchObject({ hits: 0, misses: 0 });
  });

  test('instructions and data have a side each and share the second level', () => {
    const { engine } = compareEachStep({ ...roomy, tlbs: [full(2), full(2)], stlb: full(4) }, draw('I1 R1 W1 I1'));
    expect(engine.cacheCounters(0)).toMatchObject({ hits: 1, misses: 1 });
    expect(engine.cacheCounters(1)).toMatchObject({ hits: 1, misses: 1 });
    expect(engine.cacheCounters(2)).toMatchObject({ hits: 1, misses: 1 });
  });

  test.each([
    ['instructions', [NO_TLB, full(2)] as const, 'I1 I1 R1 R1'],
    ['data', [full(2), NO_TLB] as const, 'R1 R1 I1 I1'],
  ])('a machine without a TLB for %s', (_, tlbs, drawing) => {
    expect(count({ ...roomy, tlbs }, draw(drawing))).toMatchObject({ tlb_hits: 1, tlb_misses: 3 });
  });
});

describe('what empties them', () => {
  test('an eviction drops the page from each TLB that has it', () => {
    const config = machine({ policy: 'fifo', frames: 2, tlbs: [full(8), full(8)], stlb: full(8) });
    // 1 is in the TLBs of both sides and in the second level, 2 only in that for data and in the second level.
    const { engine } = compareEachStep(config, draw('R1 I1 R2 R3 R4'));
    expect(engine.counters().tlb_invalidations).toBe(5);
    expect([0, 1, 2].map((index) => engine.cacheCounters(index).invalidations)).toEqual([1, 2, 2]);
  });

  test('a tag tells processes apart', () => {
    expect(count({ ...roomy, tlbs: [full(8)] }, draw('1:1 2:1 1:1 2:1'))).toMatchObject({
      tlb_hits: 2,
      context_switches: 3,
      tlb_flushes: 0,
    });
  });

  test('without tags each switch empties all of them', () => {
    const config = { ...roomy, tagged: false, tlbs: [full(8)] as const, stlb: full(8), pwc: [8, 8, 8] };
    expect(count(config, draw('1:1 1:1 2:1 1:1 1:1'))).toMatchObject({
      tlb_hits: 2,
      walk_refs: 12,
      context_switches: 2,
      tlb_flushes: 2,
      tlb_invalidations: 0,
    });
  });

  test('a touch that failed leaves no entry', () => {
    const { engine } = compareEachStep(machine({ frames: 1, swapSlots: 0, tlbs: [full(2)] }), draw('W1 R2 R2 R1'));
    expect(engine.counters()).toMatchObject({ oom_failures: 2, tlb_hits: 1, tlb_misses: 3 });
    expect(engine.cacheCounters(0).fills).toBe(1);
  });
});
