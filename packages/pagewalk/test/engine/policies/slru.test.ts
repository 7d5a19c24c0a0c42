import { test } from 'vitest';
import { areTheSame, byHand } from '../../support/policy-cases.ts';

test('a scan takes its own pages; the third protected page pushes one back', () => {
  byHand(
    'slru',
    [50],
    `
    1 2 1 2 3 4 5 6 1 5 7 2
    1 1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 2 2 2 2 2 2 2
            3 3 5 5 5 5 5 5
              4 4 6 6 6 7 7
    * *     * * * *     *`,
  );
});

test('without room for protected pages it is LRU', () => {
  areTheSame({ policy: 'slru', params: [0] }, { policy: 'lru', params: [] });
});
