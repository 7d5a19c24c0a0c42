import { test } from 'vitest';
import { follows, marked, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: three hands, and a share of cold pages that adapts', () => {
  const KINDS: Record<string, number> = { H: 1, c: 2, t: 3 };
  follows({
    policy: 'clock_pro',
    frames: 3,
    statesOf: (row) =>
      Object.fromEntries(
        wordsOf(row['list'])
          .map((word) => [pagesOf(word)[0], KINDS[word.replace(/[^Hct]/g, '')]])
          .filter(([, kind]) => kind !== undefined),
      ),
    referenced: marked,
    faults: 7,
  });
});
