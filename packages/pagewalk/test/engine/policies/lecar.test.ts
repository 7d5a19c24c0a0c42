/** LeCaR: the string of docs/policies/lecar.md, with the coins of seed 0: 0.883, 0.432, 0.026, 0.971. */
import { expect, test } from 'vitest';
import { faultsOf, play } from '../../support/by-hand.ts';
import { drawing } from '../../support/picture.ts';

/** As many pages in each history as there are frames, learning rate 0.45. */
const PAPER = [100, 450];

test('worked out by hand: both experts err, both agree, and a frequency that comes back', () => {
  const run = play({ policy: 'lecar', frames: 2, params: PAPER, seed: 0n }, '1 1 2 3 2 1 3 4 1');
  expect(run.drawing).toBe(
    drawing(`
    1 1 2 3 2 1 3 4 1
    1 1 1 1 2 2 3 3 1
        2 3 3 1 1 4 4
    *   * * * * * * *`),
  );
  // Uses of the pages in the two frames.
  expect(run.words.slice(1)).toEqual([
    [2, 0],
    [2, 1],
    [2, 1],
    [2, 1],
    [2, 3],
    [1, 3],
    [1, 1],
    [4, 1],
  ]);
  expect([run.faults, run.steps]).toEqual([8, 12]);
});

test.each([
  [0, 2],
  [1000, 3],
])('a mistake is held against its expert at once: with λ = %i / 1000 page %i goes', (learning, gone) => {
  // The coins of seed 57 are 0.211 and 0.441. At 9, LRU names 1 and LFU 3: 1 goes by LRU's word, and is wanted at once. So r = 0.005^(1/8) = 0.516,
  // and w is 0.5 with λ = 0, 0.374 with λ = 1. LRU names 2 and LFU 3.
  const run = play({ policy: 'lecar', frames: 8, params: [100, learning], seed: 57n }, '1 1 2 2 3 4 5 6 7 8 9 1');
  const kept = run.drawing
    .split('\n')
    .slice(1, 9)
    .map((row) => row.split(' ').at(-1));
  expect([2, 3].filter((page) => !kept.includes(`${page}`))).toEqual([gone]);
});

test('where LFU is right the weights follow it: closer to LFU than to LRU', () => {
  // Six pages of fifty uses against a loop that LRU cannot hold.
  const hot = Array.from({ length: 50 }, () => '1 2 3 4 5 6').join(' ');
  const loop = Array.from({ length: 400 }, (_, at) => `${100 + (at % 9)} ${1 + (at % 6)}`).join(' ');
  const references = `${hot} ${loop}`;
  const [lru, lfu, lecar] = (['lru', 'lfu', 'lecar'] as const).map((policy) =>
    faultsOf({ policy, frames: 8 }, references),
  );
  expect(lfu).toBeLessThan(lru as number);
  expect(lecar as number).toBeLessThan(((lru as number) + (lfu as number)) / 2);
});
