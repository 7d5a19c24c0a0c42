/** The sketch of W-TinyLFU by what every count-min sketch promises. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';

interface Sketch {
  create(width: number, sample: bigint, hasDoorkeeper: number): void;
  record(key: bigint): void;
  estimate(key: bigint): number;
}

const newSketch = assembly<Sketch>('frequency-sketch');

function sketchOf(width: number, sample: number, hasDoorkeeper: boolean): Sketch {
  const sketch = newSketch();
  sketch.create(width, BigInt(sample), hasDoorkeeper ? 1 : 0);
  return sketch;
}

const FAR = 1_000_000;
const times = (sketch: Sketch, key: bigint, count: number) => {
  for (let i = 0; i < count; i++) sketch.record(key);
};

describe('counting', () => {
  test('an estimate is never below the count, as far as 4 bits go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 400, size: 'max' }), fc.boolean(), (keys, hasDoorkeeper) => {
        const sketch = sketchOf(16, FAR, hasDoorkeeper);
        const counts = new Map<number, number>();
        for (const key of keys) {
          sketch.record(BigInt(key));
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        for (const [key, count] of counts)
          expect(sketch.estimate(BigInt(key))).toBeGreaterThanOrEqual(Math.min(count, 15));
      }),
      effort(100),
    );
  });

  test('in a wide sketch it is the count, up to 15, and one more with a doorkeeper', () => {
    for (const hasDoorkeeper of [false, true]) {
      const sketch = sketchOf(1 << 16, FAR, hasDoorkeeper);
      for (let key = 0; key < 40; key++) times(sketch, BigInt(key), key);
      const most = hasDoorkeeper ? 16 : 15;
      for (let key = 0; key < 40; key++) expect(sketch.estimate(BigInt(key)), `${key}`).toBe(Math.min(key, most));
    }
  });
});

describe('halving', () => {
  test('after a sample, and then after each half of one', () => {
    const sketch = sketchOf(1 << 10, 20, false);
    times(sketch, 1n, 9);
    times(sketch, 2n, 10);
    expect([1n, 2n].map((key) => sketch.estimate(key))).toEqual([9, 10]);
    sketch.record(3n);
    expect([1n, 2n, 3n].map((key) => sketch.estimate(key))).toEqual([4, 5, 0]);
    times(sketch, 2n, 9);
    expect(sketch.estimate(2n)).toBe(14);
    sketch.record(3n);
    expect([1n, 2n, 3n].map((key) => sketch.estimate(key))).toEqual([2, 7, 0]);
  });

  test('clears the doorkeeper', () => {
    const sketch = sketchOf(1 << 10, 4, true);
    times(sketch, 1n, 3);
    expect(sketch.estimate(1n)).toBe(3);
    sketch.record(2n);
    expect([1n, 2n].map((key) => sketch.estimate(key))).toEqual([1, 0]);
  });
});
