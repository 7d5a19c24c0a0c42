/** QD-LP-FIFO: the string of docs/policies/qd-lp-fifo.md and what sets it apart from S3-FIFO. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { shows } from './shows.ts';
import { afterEach, faults, wordsAfter } from './words.ts';

/** Half of the frames for pages on probation, unless another share is given. */
const qdLpFifo = (frames: number, { probation = 50, ghosts = 100, max = 3 } = {}) =>
  machine({ policy: 'qd_lp_fifo', params: [probation, ghosts, max], frames });
const s3Fifo = (frames: number, small: number) => machine({ policy: 's3_fifo', params: [small, 100, 3, 2], frames });

/** Frames in the main queue have this in their word, beside their count. */
const M = 256;

test('worked out by hand: probation passed and failed, ghosts that return with and without room in the main queue', () => {
  const counters = shows(
    qdLpFifo(4),
    `
    1 2 1 3 4 5 2 1 3 4 6 2 5
    1 1 1 1 1 1 1 1 1 1 6 6 6
      2 2 2 2 5 5 5 5 5 5 2 2
          3 3 3 2 2 3 3 3 3 5
            4 4 4 4 4 4 4 4 4
    * *   * * * *   *   * * *`,
  );
  expect(counters).toMatchObject({ page_faults: 10, policy_steps: 9 });
  expect(
    afterEach(qdLpFifo(4), '1 2 1 3 4 5 2 1 3 4 6 2 5')
      .slice(4)
      .map(({ words }) => words),
  ).toEqual([
    [1, 0, 0, 0],
    [M, 0, 0, 0],
    [M, 0, M, 0],
    [M + 1, 0, M, 0],
    [M, 0, M, 0],
    [M, 0, M, 1],
    [0, 0, M, M],
    [0, 0, M, M],
    [0, 0, M, M],
  ]);
});

test('the queue that a page enters pays for it; in S3-FIFO the small one does', () => {
  // 5 sends 1 to the main queue and 2 to the ghosts; 2 comes back and fills the main queue, 3 goes for it and comes back.
  const kept = (config: typeof QUICK) =>
    new RawEngine(config, draw('1 1 1 2 3 4 5 2 3'))
      .advance()
      .frames()
      .map((frame) => Number(frame?.page));
  const QUICK = qdLpFifo(4);
  // 1 goes, which entered the main queue first; or 4, the oldest of the small queue.
  expect(kept(QUICK)).toEqual([3, 5, 2, 4]);
  expect(kept(s3Fifo(4, 50))).toEqual([1, 5, 2, 3]);
});

test('max=1: second chance in the main queue', () => {
  expect(wordsAfter(qdLpFifo(2, { ghosts: 200, max: 1 }), '1 2 3 1 1 1 1')).toContain(M + 1);
});

test('a scan fails its probation and leaves the main queue alone', () => {
  const hot = Array.from({ length: 9 }, (_, page) => page);
  const scan = Array.from({ length: 300 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faults(qdLpFifo(10, { probation: 10 }), references)).toBe(9 + 300);
  // S3-FIFO asks for two uses, so they fail there too.
  expect(faults(s3Fifo(10, 10), references)).toBe(9 + 300 + 9);
});
