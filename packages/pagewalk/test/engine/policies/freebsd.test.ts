import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { byHand, run } from '../../support/policy-cases.ts';
import { RawEngine } from '../../support/raw-engine.ts';

/** init, advance, decline, max, inactive_target, launder, tick, update_period */
const DEFAULTS = [5, 3, 1, 64, 3, 32, 1000, 600];

const WORKED = '1 2 3 4 5 2 6 4 7';

test('counts fall until enough pages are inactive; one used there is active again', () => {
  byHand(
    'freebsd',
    DEFAULTS,
    `
    1 2 3 4 5 2 6 4 7
    1 1 1 1 5 5 5 5 5
      2 2 2 2 2 2 2 7
        3 3 3 3 6 6 6
          4 4 4 4 4 4
    * * * * *   *   *`,
  );
  expect(run({ policy: 'freebsd', params: DEFAULTS }, 4, draw(WORKED)).counters().policy_steps).toBe(81);
});

test('a dirty page goes through the laundry and is clean when it is taken', () => {
  // The count is 0 after one look without a use. 1, dirty, is the first inactive page of a shortage: to the laundry; 2 goes.
  // At the next fault the laundry is the greater half, so 1 is written, and at the one after that it is back, clean.
  const config = machine({ policy: 'freebsd', params: [0, 0, 1, 1, 0, 32, 1000, 0], frames: 3 });
  const engine = new RawEngine(config, draw('W1 2 3 4 5 6'));
  engine.advance();
  expect(engine.counters().dirty_evictions).toBe(0);
  expect(engine.counters().scheduled_writes).toBe(1);
});

test('the idle scan: counts fall without any fault', () => {
  const idle = [5, 3, 1, 64, 3, 32, 1, 1];
  const counts = (references: string) =>
    run({ policy: 'freebsd', params: idle }, 4, draw(references))
      .view('policy_state')
      .map((word) => Number(word) >> 2);
  // A look at every active page after every touch: +4 for the page just touched, -1 for the others.
  expect(counts('1 2 1').slice(0, 2)).toEqual([5 + 4 - 1 + 4, 5 + 4 - 1]);
});
