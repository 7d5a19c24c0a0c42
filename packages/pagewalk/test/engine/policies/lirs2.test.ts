import { test } from 'vitest';
import { follows, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: a page becomes LIR by its third use, if the first of the three is still in the stack', () => {
  follows({
    policy: 'lirs2',
    frames: 3,
    statesOf: (row) => {
      const entries = wordsOf(row['S']);
      const lirs = entries.filter((entry) => entry.endsWith('L₁')).map((entry) => [pagesOf(entry)[0], 1]);
      const hirs = pagesOf(row['Q']).map((page) => [page, entries.includes(`${page}h₁`) ? 2 : 3]);
      return Object.fromEntries([...lirs, ...hirs]);
    },
    faults: 8,
  });
});
