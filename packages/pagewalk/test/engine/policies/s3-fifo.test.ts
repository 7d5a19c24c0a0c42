/** S3-FIFO: the string of docs/policies/s3-fifo.md and what its parameters change. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { shows } from './shows.ts';
import { afterEach, faults, wordsAfter } from './words.ts';

/** Half of the frames for the small queue, unless another share is given. */
const s3Fifo = (frames: number, { small = 50, ghosts = 100, threshold = 2 } = {}) =>
  machine({ policy: 's3_fifo', params: [small, ghosts, 3, threshold], frames });

/** Frames in the main queue have this in their word, beside their count. */
const M = 256;

test('worked out by hand: two moves to the main queue, two ghosts that return, a main queue that pays', () => {
  const counters = shows(
    s3Fifo(4),
    `
    1 1 1 2 3 4 5 2 1 5 6 5 3 7 1
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
          2 2 2 5 5 5 5 5 5 5 7 7
            3 3 3 2 2 2 2 2 3 3 3
              4 4 4 4 4 6 6 6 6 6
    *     * * * * *     *   * *`,
  );
  expect(counters).toMatchObject({ page_faults: 9, policy_steps: 8 });
  expect(
    afterEach(s3Fifo(4), '1 1 1 2 3 4 5 2 1 5 6 5 3 7 1')
      .slice(5)
      .map(({ words }) => words),
  ).toEqual([
    [2, 0, 0, 0],
    [M, 0, 0, 0],
    [M, 0, M, 0],
    [M + 1, 0, M, 0],
    [M + 1, 1, M, 0],
    [M + 1, 1, M, 0],
    [M + 1, 2, M, 0],
    [M, M, M, 0],
    [M, 0, M, 0],
    [M + 1, 0, M, 0],
  ]);
});

test('threshold: the uses in the small queue that are enough', () => {
  const used = (times: number) =>
    `${Array(times + 1)
      .fill(1)
      .join(' ')} 2 3 4 5 1`;
  const found = (threshold: number) => [0, 1, 2].map((times) => faults(s3Fifo(4, { threshold }), used(times)));
  expect(found(1)).toEqual([6, 5, 5]);
  expect(found(2)).toEqual([6, 6, 5]);
});

test('ghost_percent=0: a page that comes back is a new one', () => {
  expect(wordsAfter(s3Fifo(4, { ghosts: 0 }), '1 2 3 4 5 1')).toEqual([0, 0, 0, 0]);
  expect(wordsAfter(s3Fifo(4), '1 2 3 4 5 1')).toEqual([0, M, 0, 0]);
});

test('a page that enters the ghosts can push out the one that is coming', () => {
  // One ghost: 1 is remembered until 2 goes, and that is when 1 comes back.
  expect(wordsAfter(s3Fifo(4, { ghosts: 50 }), '1 2 3 4 5 1')).toEqual([0, 0, 0, 0]);
});

test.each([
  [1, 1],
  [3, 3],
  [7, 3],
])('%i uses in the main queue count as %i', (uses, counted) => {
  // 1 leaves the small queue unused and returns while it is remembered.
  const words = wordsAfter(s3Fifo(2, { ghosts: 200 }), `1 2 3 1 ${Array(uses).fill(1).join(' ')}`);
  expect(words).toContain(M + counted);
});

test('a scan goes through the small queue and leaves the main one alone', () => {
  const hot = Array.from({ length: 9 }, (_, page) => page);
  const scan = Array.from({ length: 300 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faults(s3Fifo(10, { small: 10 }), references)).toBe(9 + 300);
});
