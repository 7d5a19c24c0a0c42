/** Exports of the node allocator for packages/pagewalk/test/engine/node-allocator.test.ts. */
import { column } from '../ds/column';
import { NodeAllocator } from '../frame/node-allocator';

let allocator = new NodeAllocator(1, 1, false);
let state = column<u8>(1);

export function create(frames: u32, nodes: u32, buddy: bool): void {
  allocator = new NodeAllocator(frames, nodes, buddy);
  state = column<u8>(frames);
}

/** Tells `check` that frames are in use (1) or free (0). */
export function mark(frame: u32, frames: u32, value: u8): void {
  for (let f = frame; f < frame + frames; f++) state.set(f, value);
}

export function take(node: u32, order: u32): i32 {
  return allocator.take(node, order);
}

export function release(frame: u32, order: u32): void {
  allocator.release(frame, order);
}

export function fragment(permille: u32): void {
  allocator.fragment(permille);
}

export function isUnmovable(frame: u32): bool {
  return allocator.isUnmovable(frame);
}

export function adopt(frames: u32, inUse: u32): void {
  const free = column<u32>(frames - inUse);
  for (let f = inUse; f < frames; f++) free.set(frames - 1 - f, f);
  allocator.adopt(free, frames - inUse, inUse);
}

export function toBlocks(): void {
  allocator.toBlocks(column<u64>(allocator.blockBytes() / 8).at(0));
}

export function free(): u32 {
  return allocator.free;
}

export function freeOn(node: u32): u32 {
  return allocator.freeOn(node);
}

export function first(node: u32): u32 {
  return allocator.first(node);
}

export function size(node: u32): u32 {
  return allocator.size(node);
}

export function nodeOf(frame: u32): u32 {
  return allocator.nodeOf(frame);
}

export function freeBlocks(node: u32, order: u32): u32 {
  return allocator.freeBlocks(node, order);
}

export function largestFree(node: u32): i32 {
  return allocator.largestFree(node);
}

export function unusable(node: u32, order: u32): u32 {
  return allocator.unusable(node, order);
}

export function check(): bool {
  return allocator.check(state);
}
