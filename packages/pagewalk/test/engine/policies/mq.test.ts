import { test } from 'vitest';
import { areTheSame, byHand } from '../../support/policy-cases.ts';

test('a page falls by a queue when its lifetime is over, and its count outlives the eviction', () => {
  byHand(
    'mq',
    [8, 100, 100],
    `
    1 1 2 3 4 2 5 1 3 4 1 6
    1 1 1 1 1 1 1 1 1 1 1 1
        2 2 4 4 5 5 3 3 3 6
          3 3 2 2 2 2 4 4 4
    *   * * * * *   * *   *`,
  );
});

test('one queue is LRU', () => {
  areTheSame({ policy: 'mq', params: [1, 100, 100] }, { policy: 'lru', params: [] });
});
