import { test } from 'vitest';
import { follows, marked, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: the filter, the way back from T2 to T1, and the ghosts shared out by q', () => {
  follows({
    policy: 'cart',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(wordsOf(row['T1']).map((word) => [pagesOf(word)[0], word.includes('L') ? 2 : 1])),
      ...Object.fromEntries(pagesOf(row['T2']).map((page) => [page, 3])),
    }),
    referenced: marked,
    faults: 11,
  });
});
