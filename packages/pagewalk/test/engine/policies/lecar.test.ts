/** LeCaR: the string of docs/policies/lecar.md, with the coins of seed 0: 0.883, 0.432, 0.026, 0.971. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { shows } from './shows.ts';
import { afterEach, faults } from './words.ts';

/** As many pages in each history as there are frames. */
const lecar = (frames: number, seed: bigint, learning = 450) =>
  machine({ policy: 'lecar', params: [100, learning], frames, seed });

test('worked out by hand: both experts err, both agree, and a frequency that comes back', () => {
  const counters = shows(
    lecar(2, 0n),
    `
    1 1 2 3 2 1 3 4 1
    1 1 1 1 2 2 3 3 1
        2 3 3 1 1 4 4
    *   * * * * * * *`,
  );
  expect(counters).toMatchObject({ page_faults: 8, policy_steps: 12 });
  // Uses of the pages in the two frames.
  expect(afterEach(lecar(2, 0n), '1 1 2 3 2 1 3 4 1').map(({ words }) => words)).toEqual([
    [1, 0],
    [2, 0],
    [2, 1],
    [2, 1],
    [2, 1],
    [2, 3],
    [1, 3],
    [1, 1],
    [4, 1],
  ]);
});

test.each([
  [0, 2],
  [1000, 3],
])('a mistake is held against its expert at once: with λ = %i / 1000 page %i goes', (learning, gone) => {
  // The coins of seed 57 are 0.211 and 0.441. At 9, LRU names 1 and LFU 3: 1 goes on LRU's word, and is wanted at once. So r = 0.005^(1/8) = 0.516,
  // and w is 0.5 with λ = 0, 0.374 with λ = 1. LRU names 2 and LFU 3.
  const engine = new RawEngine(lecar(8, 57n, learning), draw('1 1 2 2 3 4 5 6 7 8 9 1')).advance();
  const kept = engine.frames().map((frame) => Number(frame?.page));
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((page) => !kept.includes(page))).toEqual([gone]);
});

test.each([
  [1158826067n, 2],
  [428743239n, 3],
])(
  'the weight to eight digits: a coin that is a little lower or higher, from seed %i, sends page %i away',
  (seed, gone) => {
    // As above with λ = 0.45: w = 0.44224613459. The second coins of these seeds are 4.4e-9 below it and 2.6e-10 above it.
    const engine = new RawEngine(lecar(8, seed), draw('1 1 2 2 3 4 5 6 7 8 9 1')).advance();
    const kept = engine.frames().map((frame) => Number(frame?.page));
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((page) => !kept.includes(page))).toEqual([gone]);
  },
);

test('where LFU is right the weights follow it: closer to LFU than to LRU', () => {
  // Six pages of fifty uses against a loop that LRU cannot hold.
  const hot = Array.from({ length: 50 }, () => '1 2 3 4 5 6').join(' ');
  const loop = Array.from({ length: 400 }, (_, at) => `${100 + (at % 9)} ${1 + (at % 6)}`).join(' ');
  const found = (['lru', 'lfu'] as const).map((policy) => faults(machine({ policy, frames: 8 }), `${hot} ${loop}`));
  const [lru = 0, lfu = 0] = found;
  expect(lfu).toBeLessThan(lru);
  expect(faults(lecar(8, 1n), `${hot} ${loop}`)).toBeLessThan((lru + lfu) / 2);
});
