/** The numbers of the literature: two reference strings, every size, every policy that has a published value. */
import type { PolicyId } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { histogram, lruFaults, stackDistances } from '../oracle/stack-distance.ts';
import { draw } from '../oracle/trace.ts';
import { count } from '../support/compare.ts';

/** Belady, Nelson, Shedler 1969. */
const BELADY = '1,2,3,4,1,2,5,1,2,3,4,5';
/** Silberschatz, Galvin, Gagne, Operating System Concepts, chapter "Virtual memory". */
const SILBERSCHATZ = '7,0,1,2,0,3,0,4,2,3,0,3,2,1,2,0,1,7,0,1';

const POLICIES: Record<string, { policy: PolicyId; params: number[] }> = {
  fifo: { policy: 'fifo', params: [] },
  lru: { policy: 'lru', params: [] },
  mru: { policy: 'mru', params: [] },
  opt: { policy: 'opt', params: [] },
  'clock, ref bit set on load': { policy: 'clock', params: [1, 1] },
  'clock, ref bit clear on load': { policy: 'clock', params: [1, 0] },
};

/** Faults, in the order of POLICIES. */
const GOLDEN: [string, number, number[]][] = [
  [BELADY, 1, [12, 12, 12, 12, 12, 12]],
  [BELADY, 2, [12, 12, 10, 9, 12, 12]],
  [BELADY, 3, [9, 10, 7, 7, 9, 10]],
  [BELADY, 4, [10, 8, 6, 6, 10, 8]],
  [BELADY, 5, [5, 5, 5, 5, 5, 5]],
  [BELADY, 6, [5, 5, 5, 5, 5, 5]],
  [SILBERSCHATZ, 1, [20, 20, 20, 20, 20, 20]],
  [SILBERSCHATZ, 2, [15, 17, 18, 13, 15, 17]],
  [SILBERSCHATZ, 3, [15, 12, 16, 9, 14, 11]],
  [SILBERSCHATZ, 4, [10, 8, 12, 8, 9, 8]],
  [SILBERSCHATZ, 5, [9, 7, 9, 7, 9, 7]],
  [SILBERSCHATZ, 6, [6, 6, 6, 6, 6, 6]],
  [SILBERSCHATZ, 7, [6, 6, 6, 6, 6, 6]],
];

const faults = (policy: PolicyId, frames: number, references: string, params: number[] = []) =>
  count(machine({ policy, params, frames }), draw(references)).page_faults;

describe('reference strings', () => {
  test.each(GOLDEN)('%s in %i frames', (references, frames, expected) => {
    const found = Object.values(POLICIES).map(({ policy, params }) => faults(policy, frames, references, params));
    expect(found).toEqual(expected);
  });

  test('more frames can mean more faults: FIFO on the Belady string', () => {
    expect([3, 4].map((frames) => faults('fifo', frames, BELADY))).toEqual([9, 10]);
  });

  test('LRU and OPT never lose by more frames', () => {
    for (const policy of ['lru', 'opt'] as const) {
      for (const references of [BELADY, SILBERSCHATZ]) {
        const found = [1, 2, 3, 4, 5, 6, 7].map((frames) => faults(policy, frames, references));
        expect(found).toEqual(found.toSorted((a, b) => b - a));
      }
    }
  });
});

describe('stack distances', () => {
  test.each([
    [BELADY, { cold: 5, at: { 3: 2, 4: 2, 5: 3 } }],
    [SILBERSCHATZ, { cold: 6, at: { 2: 3, 3: 5, 4: 4, 5: 1, 6: 1 } }],
  ])('%s', (references, expected) => {
    const distances = stackDistances(references.split(','));
    expect(histogram(distances)).toEqual(expected);
    for (const frames of [1, 2, 3, 4, 5, 6, 7]) {
      expect(lruFaults(distances, frames)).toBe(faults('lru', frames, references));
    }
  });
});
