/** CACHEUS: the string of docs/policies/cacheus.md, with the coins of seed 0: 0.883 for the rate, then 0.432, 0.026, 0.971, 0.106. */
import { expect, test } from 'vitest';
import { faultsOf, play } from '../../support/by-hand.ts';
import { drawing } from '../../support/picture.ts';

/** Half of the frames for each history, and at first for pages that were not used again. */
const HALF = [50, 50];

/** A frame's word: uses, and what SR-LRU takes the page for. */
const reused = (uses: number) => 2 ** 30 + uses;
const demoted = (uses: number) => 2 ** 31 + uses;

test('worked out by hand: both experts err, the border moves both ways', () => {
  const run = play({ policy: 'cacheus', frames: 4, params: HALF, seed: 0n }, '1 2 1 3 4 5 2 1 6 5 2');
  expect(run.drawing).toBe(
    drawing(`
    1 2 1 3 4 5 2 1 6 5 2
    1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 5 5 5 6 6 6
          3 3 3 2 2 2 2 2
            4 4 4 4 4 5 5
    * *   * * * *   * *`),
  );
  expect(run.words.slice(4)).toEqual([
    [reused(2), 1, 1, 1],
    [reused(2), 1, 1, 1],
    [demoted(2), 1, reused(2), 1],
    [reused(3), 1, reused(2), 1],
    [reused(3), 1, reused(2), 1],
    [reused(3), 1, demoted(2), reused(2)],
    [reused(3), 1, reused(3), reused(2)],
  ]);
  expect([run.faults, run.steps]).toEqual([8, 8]);
});

test('of the least used pages CR-LFU takes the one used last: a loop larger than memory keeps a part', () => {
  const loop = Array.from({ length: 600 }, (_, at) => `${at % 12}`).join(' ');
  expect(faultsOf({ policy: 'lru', frames: 10 }, loop)).toBe(600);
  expect(faultsOf({ policy: 'lfu', frames: 10 }, loop)).toBe(600);
  expect(faultsOf({ policy: 'cacheus', frames: 10 }, loop)).toBeLessThan(300);
});

test('a scan passes beside the pages that were used again', () => {
  const hot = Array.from({ length: 6 }, (_, page) => page);
  const scan = Array.from({ length: 100 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faultsOf({ policy: 'lru', frames: 10 }, references)).toBe(6 + 100 + 6);
  expect(faultsOf({ policy: 'cacheus', frames: 10 }, references)).toBe(6 + 100);
});
