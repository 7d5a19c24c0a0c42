/** Exports of the node allocator for packages/pagewalk/test/engine/node-allocator.test.ts. */
import { column } from '../ds/column';
import { NodeAllocator } from '../frame/node-allocator';

let stack = column<u32>(1);
let allocator = new NodeAllocator(1, 1, stack);
let state = column<u8>(1);

export function create(frames: u32, nodes: u32, buddy: bool): void {
  stack = column<u32>(frames);
  allocator = new NodeAllocator(frames, nodes, stack);
  allocator.open(buddy ? memoryForBlocks() : 0);
  state = column<u8>(frames);
}

function memoryForBlocks(): usize {
  return column<u64>(allocator.blockBytes() / 8).at(0);
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
  for (let f = inUse; f < frames; f++) stack.set(frames - 1 - f, f);
  allocator.adopt(frames - inUse, inUse);
}

export function toBlocks(): void {
  allocator.toBlocks(memoryForBlocks());
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
