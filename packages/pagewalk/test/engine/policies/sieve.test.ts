/** SIEVE: the published counts, and the strings of docs/policies/sieve.md. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { shows } from './shows.ts';
import { afterEach, faults } from './words.ts';

const sieve = (frames: number) => machine({ policy: 'sieve', frames });

const BELADY = '1 2 3 4 1 2 5 1 2 3 4 5';
const SILBERSCHATZ = '7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1';

test.each([
  [BELADY, [12, 10, 8, 5, 5]],
  [SILBERSCHATZ, [17, 11, 8, 7, 6]],
])('%s in 2 to 6 frames', (references, expected) => {
  expect([2, 3, 4, 5, 6].map((frames) => faults(sieve(frames), references))).toEqual(expected);
});

test('the hand runs from old to new, and from the newest page to nowhere', () => {
  const counters = shows(
    sieve(3),
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 3 3 3
      2 2 2 1 1 1 1 1 1 4 4
        3 3 3 2 2 2 2 2 2 5
    * * * * * * *     * * *`,
  );
  expect(counters.policy_steps).toBe(9);
  const hands = afterEach(sieve(3), BELADY).map(({ hand }) => hand);
  expect(hands).toEqual([null, null, null, 1, 2, 0, 1, 1, 1, null, 2, 0]);
});

test('a page that survives keeps its place, and newer ones that were not used go before it is looked at again', () => {
  shows(
    sieve(3),
    `
    1 2 3 1 4 5 6 1
    1 1 1 1 1 1 1 1
      2 2 2 4 4 6 6
        3 3 3 5 5 5
    * * *   * * *`,
  );
  // The hand of CLOCK comes round to 1 in the meantime.
  expect(faults(machine({ policy: 'clock', params: [1, 0], frames: 3 }), '1 2 3 1 4 5 6 1')).toBe(7);
});

test('what was used twice stays through a scan', () => {
  const hot = Array.from({ length: 8 }, (_, page) => page);
  const scan = Array.from({ length: 200 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faults(sieve(16), references)).toBe(8 + 200);
  expect(faults(machine({ policy: 'lru', frames: 16 }), references)).toBe(8 + 200 + 8);
});
