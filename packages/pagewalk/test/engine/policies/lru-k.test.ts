import { describe, expect, test } from 'vitest';
import { areTheSame, byHand, faults } from '../../support/policy-cases.ts';

test('pages touched once go first, and are remembered', () => {
  byHand(
    'lru_k',
    [2, 0, 0, 100],
    `
    1 2 1 2 3 4 3 4 1
    1 1 1 1 1 1 1 4 4
      2 2 2 2 2 2 2 1
            3 4 3 3 3
    * *     * * * * *`,
  );
});

describe('parameters', () => {
  const lruK = (...params: number[]) => ({ policy: 'lru_k' as const, params });

  test('a burst within the correlated reference period is one touch', () => {
    // At touch 6, with a period of 1: 1 and 3 have one touch, that of 1 is older, 1 goes and comes back. Without: 1 has two, 3 goes.
    expect(faults(lruK(2, 1, 0, 0), 3, '1 1 2 3 2 4 1')).toBe(5);
    expect(faults(lruK(2, 0, 0, 0), 3, '1 1 2 3 2 4 1')).toBe(4);
  });

  test('a page within the period is not eligible', () => {
    // At touch 6, 3 has one touch and would go, but it was the last; 2, with two, goes and comes back.
    expect(faults(lruK(2, 1, 0, 0), 2, '1 2 1 2 3 4 2')).toBe(5);
    expect(faults(lruK(2, 0, 0, 0), 2, '1 2 1 2 3 4 2')).toBe(4);
  });

  test('history is good for the retained information period, from the last touch on', () => {
    // 3 (touches 3 and 5) is taken in between by 4. If it is known at 5, 4 takes 1 at 6 (times 1 and 2), and 3 is hit; else 4 takes 3 again.
    const at = (retained: number, ghosts: number) => faults(lruK(2, 0, retained, ghosts), 2, '1 1 3 4 3 4 3');
    expect([at(0, 100), at(2, 100), at(1, 100), at(0, 0)]).toEqual([5, 5, 6, 6]);
  });

  test('when no page is eligible the least recently used goes, and is counted', () => {
    expect(faults(lruK(2, 9, 0, 0), 2, '1 2 1 3 1')).toBe(3);
  });
});

test('K = 1 is LRU', () => {
  areTheSame({ policy: 'lru_k', params: [1, 0, 0, 0] }, { policy: 'lru', params: [] });
});
