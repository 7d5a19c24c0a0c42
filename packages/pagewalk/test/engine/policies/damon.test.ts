import { expect, test } from 'vitest';
import { draw } from '../../oracle/trace.ts';
import { areTheSame, byHand, run } from '../../support/policy-cases.ts';

/** A sample at each touch, intervals of four, a region for each of the four frames. */
const EACH = [1, 4, 4, 1000];

test('the regions used least, one after the other', () => {
  byHand(
    'damon',
    EACH,
    `
    1 2 3 4 1 2 1 2 5 6 1 7
    1 1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 2 2 2 2 2 2 7
        3 3 3 3 3 3 5 5 5 5
          4 4 4 4 4 4 6 6 6
    * * * *         * *   *`,
  );
  expect(run({ policy: 'damon', params: EACH }, 4, draw('1 2 3 4 1 2 1 2 5 6 1 7')).counters().policy_steps).toBe(8);
});

test('the accesses of a region are those of its last interval', () => {
  const engine = run({ policy: 'damon', params: EACH }, 4, draw('1 2 3 4 1 2 1 2'));
  expect(engine.view('policy_state').map(Number)).toEqual([2, 2, 0, 0]);
});

test('without a sample it is CLOCK', () => {
  areTheSame({ policy: 'damon', params: [4_294_967_295, 20, 10, 1000] }, { policy: 'clock', params: [1, 1] });
});
