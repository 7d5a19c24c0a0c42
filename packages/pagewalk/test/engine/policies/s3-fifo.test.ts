/** S3-FIFO: the string of docs/policies/s3-fifo.md and what its parameters change. */
import { expect, test } from 'vitest';
import { faultsOf, play } from '../../support/by-hand.ts';
import { drawing } from '../../support/picture.ts';

/** Frames in the main queue have this in their word, beside their count. */
const M = 256;
/** Half of four frames for the small queue. */
const HALF = [50, 100, 3, 2];

test('worked out by hand: two moves to the main queue, two ghosts that return, a main queue that pays', () => {
  const run = play({ policy: 's3_fifo', frames: 4, params: HALF }, '1 1 1 2 3 4 5 2 1 5 6 5 3 7 1');
  expect(run.drawing).toBe(
    drawing(`
    1 1 1 2 3 4 5 2 1 5 6 5 3 7 1
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
          2 2 2 5 5 5 5 5 5 5 7 7
            3 3 3 2 2 2 2 2 3 3 3
              4 4 4 4 4 6 6 6 6 6
    *     * * * * *     *   * *`),
  );
  expect(run.words[5]).toEqual([2, 0, 0, 0]);
  expect(run.words[7]).toEqual([M, 0, M, 0]);
  expect(run.words[11]).toEqual([M + 1, 2, M, 0]);
  expect(run.words[12]).toEqual([M, M, M, 0]);
  expect(run.words[14]).toEqual([M + 1, 0, M, 0]);
  expect([run.faults, run.steps]).toEqual([9, 8]);
});

test('threshold=1: one use in the small queue is enough', () => {
  const used = (times: number) =>
    `${Array(times + 1)
      .fill(1)
      .join(' ')} 2 3 4 5 1`;
  const faults = (times: number, threshold: number) =>
    faultsOf({ policy: 's3_fifo', frames: 4, params: [50, 100, 3, threshold] }, used(times));
  expect([0, 1, 2].map((times) => faults(times, 1))).toEqual([6, 5, 5]);
  expect([0, 1, 2].map((times) => faults(times, 2))).toEqual([6, 6, 5]);
});

test('ghost_percent=0: a page that comes back is a new one', () => {
  const run = play({ policy: 's3_fifo', frames: 4, params: [50, 0, 3, 2] }, '1 2 3 4 5 1');
  expect(run.words.at(-1)).toEqual([0, 0, 0, 0]);
  const remembering = play({ policy: 's3_fifo', frames: 4, params: HALF }, '1 2 3 4 5 1');
  expect(remembering.words.at(-1)).toEqual([0, M, 0, 0]);
});

test('a page that enters the ghosts can push out the one that is coming', () => {
  // One ghost: 1 is remembered until 2 goes, and that is when 1 comes back.
  const run = play({ policy: 's3_fifo', frames: 4, params: [50, 50, 3, 2] }, '1 2 3 4 5 1');
  expect(run.words.at(-1)).toEqual([0, 0, 0, 0]);
});

test.each([
  [1, 1],
  [3, 3],
  [7, 3],
])('%i uses in the main queue count as %i', (uses, counted) => {
  // 1 leaves the small queue unused and returns while it is remembered.
  const run = play(
    { policy: 's3_fifo', frames: 2, params: [50, 200, 3, 2] },
    `1 2 3 1 ${Array(uses).fill(1).join(' ')}`,
  );
  expect(run.words.at(-1)).toContain(M + counted);
});

test('a scan goes through the small queue and leaves the main one alone', () => {
  const hot = Array.from({ length: 9 }, (_, page) => page);
  const scan = Array.from({ length: 300 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faultsOf({ policy: 's3_fifo', frames: 10 }, references)).toBe(9 + 300);
});
