/** Exports of a heap for packages/pagewalk/test/engine/heap.test.ts. */
import { Heap } from '../ds/heap';

let heap = changetype<Heap>(0);

export function create(items: u32): void {
  heap = new Heap(items);
}

export function add(item: u32, first: u64, second: u64): void {
  heap.add(item, first, second);
}

export function raise(item: u32, first: u64, second: u64): void {
  heap.raise(item, first, second);
}

export function remove(item: u32): void {
  heap.remove(item);
}

export function holds(item: u32): bool {
  return heap.holds(item);
}

export function top(): u32 {
  return heap.top();
}

export function pass(): void {
  heap.pass();
}

export function restore(): void {
  heap.restore();
}
