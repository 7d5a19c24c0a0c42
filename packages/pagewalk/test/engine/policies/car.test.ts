import { test } from 'vitest';
import { follows, marked, pagesOf } from '../../support/worked-table.ts';

test('the worked table: a used page goes on to T2, the clock above its target loses a page', () => {
  follows({
    policy: 'car',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(pagesOf(row['T1']).map((page) => [page, 1])),
      ...Object.fromEntries(pagesOf(row['T2']).map((page) => [page, 2])),
    }),
    referenced: marked,
    faults: 10,
  });
});
