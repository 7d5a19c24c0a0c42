/** The heap in which policies rank frames, against sorting. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';

interface Heap {
  create(items: number): void;
  add(item: number, first: bigint, second: bigint): void;
  raise(item: number, first: bigint, second: bigint): void;
  remove(item: number): void;
  holds(item: number): number;
  top(): number;
  pass(): void;
  restore(): void;
}

type Key = readonly [first: bigint, second: bigint];

const ITEMS = 20;
const newHeap = assembly<Heap>('heap');

/** Keys that are often equal in part or as a whole, and some that need all 64 bits. */
const number = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const step = fc.record({
  what: fc.constantFrom('put', 'put', 'put', 'remove', 'look', 'sift'),
  item: fc.nat(ITEMS - 1),
  key: fc.tuple(number, number),
  depth: fc.nat(ITEMS),
});

const inOrder = (keys: ReadonlyMap<number, Key>): number[] =>
  [...keys]
    .toSorted(([a, [a1, a2]], [b, [b1, b2]]) => Number(a1 - b1) || Number(a2 - b2) || a - b)
    .map(([item]) => item);

const isBelow = ([a1, a2]: Key, [b1, b2]: Key): boolean => a1 < b1 || (a1 === b1 && a2 < b2);

/** The order of the items down to a depth, by passing over them; some are removed on the way. */
function look(heap: Heap, depth: number, goes: (item: number) => boolean = () => false): number[] {
  const seen: number[] = [];
  for (let item = heap.top() >>> 0; item !== 0xffffffff; item = heap.top() >>> 0) {
    if (seen.push(item) > depth) break;
    if (goes(item)) heap.remove(item);
    else heap.pass();
  }
  heap.restore();
  return seen;
}

test('the smallest key is on top, and the next one when it is passed over, whatever was added, raised and removed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const heap = newHeap();
      heap.create(ITEMS);
      const keys = new Map<number, Key>();
      for (const { what, item, key, depth } of steps) {
        const old = keys.get(item);
        if (what === 'sift') {
          const seen = look(heap, depth, (other) => (other + item) % 3 === 0);
          expect(seen).toEqual(inOrder(keys).slice(0, depth + 1));
          for (const other of seen.slice(0, depth)) if ((other + item) % 3 === 0) keys.delete(other);
        } else if (what === 'look') expect(look(heap, depth)).toEqual(inOrder(keys).slice(0, depth + 1));
        else if (what === 'remove') {
          if (keys.delete(item)) heap.remove(item);
        } else {
          if (old === undefined) heap.add(item, ...key);
          else if (isBelow(key, old)) {
            heap.remove(item);
            heap.add(item, ...key);
          } else heap.raise(item, ...key);
          keys.set(item, key);
        }
        expect(heap.holds(item) !== 0).toBe(keys.has(item));
      }
      expect(look(heap, ITEMS)).toEqual(inOrder(keys));
    }),
    effort(200),
  );
});
