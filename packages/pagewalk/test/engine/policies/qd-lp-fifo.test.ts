/** QD-LP-FIFO: the string of docs/policies/qd-lp-fifo.md and what sets it apart from S3-FIFO. */
import { expect, test } from 'vitest';
import { faultsOf, play } from '../../support/by-hand.ts';
import { drawing } from '../../support/picture.ts';

/** Frames in the main queue have this in their word, beside their count. */
const M = 256;
/** Half of four frames for pages on probation. */
const HALF = [50, 100, 3];

test('worked out by hand: probation passed and failed, ghosts that return with and without room in the main queue', () => {
  const run = play({ policy: 'qd_lp_fifo', frames: 4, params: HALF }, '1 2 1 3 4 5 2 1 3 4 6 2 5');
  expect(run.drawing).toBe(
    drawing(`
    1 2 1 3 4 5 2 1 3 4 6 2 5
    1 1 1 1 1 1 1 1 1 1 6 6 6
      2 2 2 2 5 5 5 5 5 5 2 2
          3 3 3 2 2 3 3 3 3 5
            4 4 4 4 4 4 4 4 4
    * *   * * * *   *   * * *`),
  );
  expect(run.words[5]).toEqual([M, 0, 0, 0]);
  expect(run.words[8]).toEqual([M, 0, M, 0]);
  expect(run.words[10]).toEqual([0, 0, M, M]);
  expect(run.words[12]).toEqual([0, 0, M, M]);
  expect([run.faults, run.steps]).toEqual([10, 9]);
});

test('the queue that a page enters pays for it; in S3-FIFO the small one does', () => {
  // 5 sends 1 to the main queue, 2 and 3 to the ghosts; with 6 and 2 the main queue is full when 3 comes back.
  const references = '1 1 1 2 3 4 5 2 3';
  const quick = play({ policy: 'qd_lp_fifo', frames: 4, params: HALF }, references);
  const s3 = play({ policy: 's3_fifo', frames: 4, params: [50, 100, 3, 2] }, references);
  // 1 goes, which the main queue loaded first; or 4, the oldest of the small queue.
  expect(
    quick.drawing
      .split('\n')
      .slice(1, 5)
      .map((row) => row.at(-1)),
  ).toEqual(['3', '5', '2', '4']);
  expect(
    s3.drawing
      .split('\n')
      .slice(1, 5)
      .map((row) => row.at(-1)),
  ).toEqual(['1', '5', '2', '3']);
});

test('max=1: second chance in the main queue', () => {
  const run = play({ policy: 'qd_lp_fifo', frames: 2, params: [50, 200, 1] }, '1 2 3 1 1 1 1');
  expect(run.words.at(-1)).toContain(M + 1);
});

test('a scan fails its probation and leaves the main queue alone', () => {
  const hot = Array.from({ length: 9 }, (_, page) => page);
  const scan = Array.from({ length: 300 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faultsOf({ policy: 'qd_lp_fifo', frames: 10 }, references)).toBe(9 + 300);
  // S3-FIFO asks for two uses, so they fail there too.
  expect(faultsOf({ policy: 's3_fifo', frames: 10 }, references)).toBe(9 + 300 + 9);
});
