import { expect, test } from 'vitest';
import { draw } from '../../oracle/trace.ts';
import { byHand, run } from '../../support/policy-cases.ts';

const DEFAULTS = [64, 2, 3, 4, 0, 100];
/** The pages used twice may come back as often as they like for a third of the weight. */
const PROTECTING = [64, 2, 1, 4, 0, 100];

const WORKED = '1 2 3 4 5 6 2 3 4 7 8 9 10 2 3';

test('aging marks, then promotes; a page used twice comes back into the youngest generation', () => {
  byHand(
    'mglru',
    DEFAULTS,
    `
     1  2  3  4  5  6  2  3  4  7  8  9 10  2  3
     1  1  1  1  1  6  6  6  6  6  8  8  8  8  8
        2  2  2  2  2  2  2  2  2  2  2 10 10 10
           3  3  3  3  3  3  3  3  3  3  3  2  2
              4  4  4  4  4  4  4  4  4  4  4  3
                 5  5  5  5  5  7  7  9  9  9  9
     *  *  *  *  *  *           *  *  *  *  *  *`,
  );
  expect(run({ policy: 'mglru', params: DEFAULTS }, 5, draw(WORKED)).counters().policy_steps).toBe(25);
});

test('when too many pages used twice come back, the others go first', () => {
  const engine = run({ policy: 'mglru', params: PROTECTING }, 5, draw(WORKED));
  expect(engine.frames().map((frame) => Number(frame?.page))).toEqual([3, 10, 2, 4, 9]);
  expect(engine.counters()).toMatchObject({ page_faults: 12, policy_steps: 26 });
});

test('a page used once only does not outlive the walk of two generations', () => {
  // 1 is touched right after its load, as the others are: one use, found by the first walk, is no promotion.
  const engine = run({ policy: 'mglru', params: DEFAULTS }, 4, draw('1 1 2 3 4 5'));
  expect(engine.frames().map((frame) => Number(frame?.page))).toEqual([5, 2, 3, 4]);
});
