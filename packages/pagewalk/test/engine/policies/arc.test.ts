import { test } from 'vitest';
import { follows, pagesOf } from '../../support/worked-table.ts';

test('the worked table: ghost hits move the target, and the fault that moves it evicts by it', () => {
  follows({
    policy: 'arc',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(pagesOf(row['T1']).map((page) => [page, 1])),
      ...Object.fromEntries(pagesOf(row['T2']).map((page) => [page, 2])),
    }),
    faults: 10,
  });
});
