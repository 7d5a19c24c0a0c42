/** NFU: what it never forgets, and its ties. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { shows } from './shows.ts';

const nfu = (tick: number, frames: number) => machine({ policy: 'nfu', params: [tick], frames });

test('a tick every third touch: 1 and 2 live on what they were', () => {
  // Counters (1 2 3): 1 1 1 after touch 3, 2 2 1 after 6, 3 3 and 1 for page 4 after 9. From then on the last frame changes hands.
  const found = shows(
    nfu(3, 3),
    `
    1 2 3 1 2 2 4 1 2 5 3 5 3
    1 1 1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 2 2 2 2 2 2 2 2
        3 3 3 3 4 4 4 5 3 5 3
    * * *       *     * * * *`,
  );
  expect(found.policy_steps).toBe(5 * 3);
});

test('equal counters: the page without a reference since the tick', () => {
  shows(
    nfu(3, 2),
    `
    2 1 1 2 3
    2 2 2 2 2
      1 1 1 3
    * *     *`,
  );
});

test('all equal: the hand goes round', () => {
  shows(
    nfu(100, 2),
    `
    1 2 3 4 5
    1 1 3 3 5
      2 2 4 4
    * * * * *`,
  );
});
