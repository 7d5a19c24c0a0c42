import { test } from 'vitest';
import { byHand } from '../../support/policy-cases.ts';

test('old fame fades: 8 takes 1, which LFU would keep for ever', () => {
  byHand(
    'lfu_da',
    [],
    `
    1 1 1 2 3 4 5 6 7 8 1 7 2
    1 1 1 1 1 1 1 1 1 8 8 8 2
          2 2 4 4 6 6 6 1 1 1
            3 3 5 5 7 7 7 7 7
    *     * * * * * * * *   *`,
  );
});
