import { test } from 'vitest';
import { follows, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: HIR pages used again while in the stack change roles with the LIR page at its bottom', () => {
  follows({
    policy: 'lirs',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(pagesOf(row['Q']).map((page) => [page, 3])),
      ...Object.fromEntries(
        wordsOf(row['S'])
          .filter((word) => !word.endsWith('g'))
          .map((word) => [pagesOf(word)[0], word.endsWith('L') ? 1 : 2]),
      ),
    }),
    faults: 7,
  });
});
