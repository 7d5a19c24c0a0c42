/** What each policy keeps, reference by reference, worked out by hand. Three frames, a star under each fault. */
import type { PolicyId } from '@pagewalk/engine/catalog';
import { expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { SplitMix64 } from '../oracle/random.ts';
import { draw } from '../oracle/trace.ts';
import { compareEachStep, count } from '../support/compare.ts';
import { drawing, picture } from '../support/picture.ts';

function shows(policy: PolicyId, params: number[], references: string, expected: string): void {
  const config = machine({ policy, params, frames: 3 });
  compareEachStep(config, draw(references));
  expect(drawing(picture(config, draw(references)))).toBe(drawing(expected));
}

const BELADY = '1 2 3 4 1 2 5 1 2 3 4 5';

test('fifo: hits change nothing, the queue just turns', () => {
  shows(
    'fifo',
    [],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 5 5 5
      2 2 2 1 1 1 1 1 3 3 3
        3 3 3 2 2 2 2 2 4 4
    * * * * * * *     * *`,
  );
});

test('lru: the hits on 1 and 2 save them from 3', () => {
  shows(
    'lru',
    [],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 3 3 3
      2 2 2 1 1 1 1 1 1 4 4
        3 3 3 2 2 2 2 2 2 5
    * * * * * * *     * * *`,
  );
});

test('mru: the page just used goes first', () => {
  shows(
    'mru',
    [],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 1 1 1 1 1 2 3 3 3
      2 2 2 2 2 5 5 5 5 5 5
        3 4 4 4 4 4 4 4 4 4
    * * * *     *   * *`,
  );
});

test('opt: 3 goes for 4, 4 goes for 5; among pages never used again the lowest frame', () => {
  shows(
    'opt',
    [],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 1 1 1 1 1 1 3 4 4
      2 2 2 2 2 2 2 2 2 2 2
        3 4 4 4 5 5 5 5 5 5
    * * * *     *     * *`,
  );
});

test('clock, ref bit set on load: with all bits set it is FIFO', () => {
  shows(
    'clock',
    [1, 1],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 5 5 5
      2 2 2 1 1 1 1 1 3 3 3
        3 3 3 2 2 2 2 2 4 4
    * * * * * * *     * *`,
  );
});

test('clock, ref bit clear on load: only the hits on 1 and 2 protect them', () => {
  shows(
    'clock',
    [1, 0],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 3 3 3
      2 2 2 1 1 1 1 1 1 4 4
        3 3 3 2 2 2 2 2 2 5
    * * * * * * *     * * *`,
  );
});

test('clock, two bits: a page used once survives two passes of the hand', () => {
  // Loads leave ref clear. 1 and 2 are used: the first pass takes 3, the second leaves 1 and 2 half their history, the third none.
  shows(
    'clock',
    [2, 0],
    '1 2 3 1 2 4 5 6 7',
    `
    1 2 3 1 2 4 5 6 7
    1 1 1 1 1 1 1 6 6
      2 2 2 2 2 2 2 7
        3 3 3 4 5 5 5
    * * *     * * * *`,
  );
});

test('nru: a tick every fourth touch; clean and unused, then dirty and unused, then clean and used', () => {
  // After touch 4 all ref bits are clear. 4 takes 3 (class 0); 5 takes 2 (class 1, before 4 of class 2 and 1 of class 3); after touch 8
  // they are clear again: 6 takes 4, the first of class 0 at the hand; 7 takes 5.
  shows(
    'nru',
    [4],
    'R1 W2 R3 R2 W1 R4 R5 R1 W6 R7',
    `
     1 W2  3  2 W1  4  5  1 W6  7
     1  1  1  1  1  1  1  1  1  1
        2  2  2  2  2  5  5  5  7
           3  3  3  4  4  4  6  6
     *  *  *        *  *     *  *`,
  );
});

test('nru: a page read from swap is clean, although swap still holds it', () => {
  // A tick at every touch. 3 takes 1, 1 comes back for 3, and is the clean one when 3 needs a frame again.
  const references = draw('W1 W2 R3 R1 R3');
  const config = machine({ policy: 'nru', params: [1], frames: 2 });
  compareEachStep(config, references);
  expect(drawing(picture(config, references))).toBe(
    drawing(`
    W1 W2  3  1  3
     1  1  3  1  3
        2  2  2  2
     *  *  *  *  *`),
  );
});

test('aging: 3 bits, a tick every third touch', () => {
  // Ages (1 2 3) after touch 3: 100 100 100; after 6: 110 110 010, so 4 takes 3; after 9: 111 111 100, so 5 takes 4, which has not been
  // used for as long; 5 was used since the tick, which counts above every age, so 3 takes 1 and then 1 takes 2.
  shows(
    'aging',
    [3, 3],
    '1 2 3 1 2 2 4 1 2 5 3 1 2',
    `
    1 2 3 1 2 2 4 1 2 5 3 1 2
    1 1 1 1 1 1 1 1 1 1 3 3 3
      2 2 2 2 2 2 2 2 2 2 1 1
        3 3 3 3 4 4 4 5 5 5 2
    * * *       *     * * * *`,
  );
});

test('aging: when every age is at its highest a page still goes', () => {
  const config = machine({ policy: 'aging', params: [31, 2], frames: 1 });
  expect(count(config, draw('R1x63 R2'))).toMatchObject({ page_faults: 2, evictions: 1, oom_failures: 0 });
});

test('lfu: two uses each keep 1 and 2; among pages used once the oldest goes', () => {
  shows(
    'lfu',
    [],
    BELADY,
    `
    1 2 3 4 1 2 5 1 2 3 4 5
    1 1 1 4 4 4 5 5 5 3 4 5
      2 2 2 1 1 1 1 1 1 1 1
        3 3 3 2 2 2 2 2 2 2
    * * * * * * *     * * *`,
  );
});

test('random: the frames that splitmix64 draws, here from seed 1', () => {
  const dice = new SplitMix64(1n);
  expect([4, 5, 6, 7, 8].map(() => dice.below(3))).toEqual([1, 2, 2, 1, 1]);
  shows(
    'random',
    [],
    '1 2 3 4 5 6 7 8',
    `
    1 2 3 4 5 6 7 8
    1 1 1 1 1 1 1 1
      2 2 4 4 4 7 8
        3 3 5 6 6 6
    * * * * * * * *`,
  );
});

test('splitmix64: the published first numbers of seed 1234567', () => {
  const dice = new SplitMix64(1234567n);
  expect([1, 2, 3].map(() => dice.next())).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n]);
});
