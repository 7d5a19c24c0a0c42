/** CACHEUS: the string of docs/policies/cacheus.md, with the coins of seed 0: 0.883 for the rate, then 0.432, 0.026, 0.971, 0.106. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { shows } from './shows.ts';
import { afterEach, faults } from './words.ts';

/** Shares of the frames: each history, and at first the pages that were not used again. */
const cacheus = (frames: number, { history = 50, scan = 1, seed = 1n } = {}) =>
  machine({ policy: 'cacheus', params: [history, scan], frames, seed });

/** A frame's word: uses, and what SR-LRU takes the page for. */
const reused = (uses: number) => 2 ** 30 + uses;
const demoted = (uses: number) => 2 ** 31 + uses;

test('worked out by hand: both experts err, the border moves both ways', () => {
  const config = cacheus(4, { scan: 50, seed: 0n });
  const counters = shows(
    config,
    `
    1 2 1 3 4 5 2 1 6 5 2
    1 1 1 1 1 1 1 1 1 1 1
      2 2 2 2 5 5 5 6 6 6
          3 3 3 2 2 2 2 2
            4 4 4 4 4 5 5
    * *   * * * *   * *`,
  );
  expect(counters).toMatchObject({ page_faults: 8, policy_steps: 8 });
  expect(
    afterEach(config, '1 2 1 3 4 5 2 1 6 5 2')
      .slice(4)
      .map(({ words }) => words),
  ).toEqual([
    [reused(2), 1, 1, 1],
    [reused(2), 1, 1, 1],
    [demoted(2), 1, reused(2), 1],
    [reused(3), 1, reused(2), 1],
    [reused(3), 1, reused(2), 1],
    [reused(3), 1, demoted(2), reused(2)],
    [reused(3), 1, reused(3), reused(2)],
  ]);
});

test.each([
  [81368709n, 3],
  [218183046n, 5],
])(
  'rate and weight to eight digits: a coin that is a little lower or higher, from seed %i, sends page %i away',
  (seed, gone) => {
    // As above up to 7: λ is 0.001 + 0.999 of the first coin and then grows by its square, w = 1 / (1 + exp λ). The third coins are 1e-8 beside it.
    const engine = new RawEngine(cacheus(4, { scan: 50, seed }), draw('1 2 1 3 4 5 2')).advance();
    const kept = engine.frames().map((frame) => Number(frame?.page));
    expect([1, 3, 4, 5].filter((page) => !kept.includes(page))).toEqual([gone]);
  },
);

test('of the least used pages CR-LFU takes the one used last: a loop larger than memory keeps a part', () => {
  const loop = Array.from({ length: 600 }, (_, at) => `${at % 12}`).join(' ');
  expect(faults(machine({ policy: 'lru', frames: 10 }), loop)).toBe(600);
  expect(faults(machine({ policy: 'lfu', frames: 10 }), loop)).toBe(600);
  expect(faults(cacheus(10), loop)).toBeLessThan(300);
});

test('a scan passes beside the pages that were used again', () => {
  const hot = Array.from({ length: 6 }, (_, page) => page);
  const scan = Array.from({ length: 100 }, (_, at) => 100 + at);
  const references = [...hot, ...hot, ...hot, ...scan, ...hot].join(' ');
  expect(faults(machine({ policy: 'lru', frames: 10 }), references)).toBe(6 + 100 + 6);
  expect(faults(cacheus(10), references)).toBe(6 + 100);
});
