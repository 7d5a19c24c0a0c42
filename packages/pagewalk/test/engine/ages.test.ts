/** Aging's counters, 16 frames at a time, against the same frame by frame: every length, hand and mixture of states. */
import { beforeAll, describe, expect, test } from 'vitest';
import { assembly } from '../support/assembly.ts';
import { Dice } from '../support/dice.ts';

interface Aging {
  memory: WebAssembly.Memory;
  create(count: number, bits: number): void;
  refs(): number;
  states(): number;
  setAge(frame: number, age: number): void;
  age(frame: number): number;
  plainAge(frame: number): number;
  tick(): void;
  plainTick(): void;
  oldest(hand: number): number;
  plainOldest(hand: number): number;
}

const [FREE, EVICTABLE, PINNED, TAIL, RESERVED] = [0, 1, 2, 3, 4];
const NONE = -1;
/** Widths of the counter at and around those of the lanes. */
const BITS = [1, 2, 7, 8, 9, 15, 16, 17, 31];
const BLOCK = 16;

let aging: Aging;
beforeAll(() => {
  aging = assembly<Aging>('aging')();
});

interface Picture {
  ages: number[];
  refs: number[];
  states: number[];
}

/** Bytes of a column, with the one behind the last frame, which nobody may touch. */
const bytes = (at: number, length: number) => new Uint8Array(aging.memory.buffer, at, length + 1);
const GUARD = 1;

function set(bits: number, { ages, refs, states }: Picture): void {
  aging.create(ages.length, bits);
  ages.forEach((age, frame) => {
    aging.setAge(frame, age);
  });
  bytes(aging.states(), ages.length).set([...states, EVICTABLE]);
  bytes(aging.refs(), ages.length).set([...refs, GUARD]);
}

function ticked(bits: number, picture: Picture): Picture[] {
  set(bits, picture);
  const { length } = picture.ages;
  return [[aging.tick, aging.age] as const, [aging.plainTick, aging.plainAge] as const].map(([tick, age]) => {
    bytes(aging.refs(), length).set([...picture.refs, GUARD]);
    tick();
    return {
      ages: picture.ages.map((_, frame) => age(frame) >>> 0),
      refs: [...bytes(aging.refs(), length)],
      states: [...bytes(aging.states(), length)],
    };
  });
}

/** Ages near both ends as often as in between; `usual` is the state of most frames. */
function picture(dice: Dice, length: number, bits: number): Picture {
  const most = 2 ** bits - 1;
  const few = dice.chance(0.3);
  const usual = dice.one([FREE, EVICTABLE, PINNED]);
  const frame = <T>(value: () => T) => Array.from({ length }, value);
  const referenced = dice.one([0, 0.5, 0.9, 1]);
  return {
    ages: frame(() => (few ? dice.one([most, most - 1]) : dice.one([0, 1, most, dice.below(most + 1)]))),
    refs: frame(() => Number(dice.chance(referenced))),
    states: frame(() => (dice.chance(0.5) ? usual : dice.one([FREE, EVICTABLE, PINNED, TAIL, RESERVED]))),
  };
}

describe('a tick', () => {
  test('shifts the ref bit in at the top, and clears it', () => {
    const [found] = ticked(8, { ages: [0b1000_0000, 0b1000_0000, 1], refs: [0, 1, 1], states: [1, 1, 2] });
    expect(found?.ages).toEqual([0b0100_0000, 0b1100_0000, 0b1000_0000]);
    expect(found?.refs).toEqual([0, 0, 0, GUARD]);
  });

  test('a counter of 31 bits keeps its top clear', () => {
    const [found] = ticked(31, { ages: [2 ** 31 - 1], refs: [1], states: [1] });
    expect(found?.ages).toEqual([2 ** 31 - 1]);
  });

  test('a free frame keeps what it has', () => {
    const [found] = ticked(8, { ages: [200, 200], refs: [1, 1], states: [FREE, RESERVED] });
    expect(found?.ages).toEqual([200, 228]);
    expect(found?.refs).toEqual([1, 0, GUARD]);
  });

  test('16 at a time is as one by one, for every length and mixture', () => {
    const seed = Date.now() & 0xffff;
    const dice = new Dice(seed);
    for (const bits of BITS) {
      for (let length = 0; length <= 4 * BLOCK + 1; length++) {
        const [vector, plain] = ticked(bits, picture(dice, length, bits));
        expect(vector, `seed ${seed}, ${bits} bits, ${length} frames`).toEqual(plain);
      }
    }
  });
});

describe('the oldest', () => {
  const oldest = (bits: number, hand: number, picture: Picture) => {
    set(bits, picture);
    return aging.oldest(hand);
  };

  test('of equals the first from the hand on, around the end', () => {
    const equal = { ages: [3, 5, 3, 3], refs: [0, 0, 0, 0], states: [1, 1, 1, 1] };
    expect([0, 1, 2, 3].map((hand) => oldest(8, hand, equal))).toEqual([0, 2, 2, 3]);
  });

  test('a page used since the tick goes after all that were not', () => {
    expect(oldest(8, 0, { ages: [0, 255], refs: [1, 0], states: [1, 1] })).toBe(1);
    expect(oldest(8, 0, { ages: [255, 254], refs: [1, 1], states: [1, 1] })).toBe(1);
  });

  test('the greatest age is found where it is all there is', () => {
    for (const bits of [8, 16]) {
      const ages = Array.from({ length: 20 }, () => 2 ** bits - 1);
      expect(oldest(bits, 0, { ages, refs: ages.map(() => 0), states: ages.map((_, f) => (f === 17 ? 1 : 2)) })).toBe(
        17,
      );
    }
  });

  test('only frames that may be taken count', () => {
    expect(oldest(8, 0, { ages: [0, 0, 9, 0], refs: [0, 0, 1, 0], states: [FREE, PINNED, EVICTABLE, TAIL] })).toBe(2);
    expect(oldest(8, 1, { ages: [0, 0], refs: [0, 0], states: [FREE, RESERVED] })).toBe(NONE);
  });

  test('16 at a time is as one by one, for every length, hand and mixture', () => {
    const seed = Date.now() & 0xffff;
    const dice = new Dice(seed);
    for (const bits of BITS) {
      for (let length = 0; length <= 4 * BLOCK + 1; length++) {
        set(bits, picture(dice, length, bits));
        for (let hand = 0; hand < length; hand++) {
          const [found, expected] = [aging.oldest(hand), aging.plainOldest(hand)];
          if (found !== expected) {
            expect.fail(`seed ${seed}, ${bits} bits, ${length} frames from ${hand} on: ${found}, not ${expected}`);
          }
        }
      }
    }
  });
});
