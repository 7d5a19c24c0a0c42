import { test } from 'vitest';
import { areTheSame, byHand } from '../../support/policy-cases.ts';

test('the page from the window stays if it was touched more often', () => {
  byHand(
    'w_tinylfu',
    [25, 67, 10, 0],
    `
    1 2 3 4 1 5 4 6 3 4 7 2
    1 1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 2 2 6 6 6 7 2
        3 3 3 3 3 3 3 3 3 3
          4 4 5 4 4 4 4 4 4
    * * * *   * * *     * *`,
  );
});

test('all window is LRU', () => {
  areTheSame({ policy: 'w_tinylfu', params: [100, 80, 10, 0] }, { policy: 'lru', params: [] });
});
