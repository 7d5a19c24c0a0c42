import { expect, test } from 'vitest';
import { areTheSame, byHand, faults } from '../../support/policy-cases.ts';

test('a page that A1out pushes out for its own sake counts as remembered', () => {
  byHand(
    'two_q',
    [25, 50, 0],
    `
    1 2 3 4 1 5 6 1 2 7 6 1 5 4 2
    1 1 1 1 1 5 5 5 5 7 7 7 7 7 2
      2 2 2 2 2 6 6 6 6 6 6 5 5 5
        3 3 3 3 3 1 1 1 1 1 1 1 1
          4 4 4 4 4 2 2 2 2 2 4 4
    * * * *   * * * * *     * * *`,
  );
});

test('a hit in A1in saves a page only where it is said to', () => {
  // 4 takes 1 from A1in = (3 2 1), or 2 from A1in = (3 2) with 1 in Am.
  const twoQ = (a1inHit: number) => ({ policy: 'two_q' as const, params: [34, 0, a1inHit] });
  expect([0, 1].map((a1inHit) => faults(twoQ(a1inHit), 3, '1 1 2 3 4 1'))).toEqual([5, 4]);
});

test('with nothing remembered all is A1in, a FIFO', () => {
  areTheSame({ policy: 'two_q', params: [25, 0, 0] }, { policy: 'fifo', params: [] });
  areTheSame({ policy: 'two_q', params: [100, 0, 0] }, { policy: 'fifo', params: [] });
});
