import { test } from 'vitest';
import { areTheSame, byHand } from '../../support/policy-cases.ts';

test('two older touches outweigh one that is not much younger', () => {
  byHand(
    'lrfu',
    [2],
    `
    1 1 2 3 4 2 3 1 4 5
    1 1 1 1 1 2 2 2 4 4
        2 2 4 4 4 1 1 1
          3 3 3 3 3 3 5
    *   * * * *   * * *`,
  );
});

test('a half-life of one touch is LRU, an endless one is LFU', () => {
  areTheSame({ policy: 'lrfu', params: [1] }, { policy: 'lru', params: [] });
  areTheSame({ policy: 'lrfu', params: [0] }, { policy: 'lfu', params: [] });
});
