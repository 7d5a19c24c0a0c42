import { Column, column } from '../ds/column';
import { Frame, NONE } from '../types';
import { Buddy, MOST_ORDER } from './buddy';

/** Order of a 2 MiB page of 4 KiB base pages. */
export const LARGE_ORDER: u32 = 9;

/**
 * The free frames of each node. Nodes are contiguous ranges of frames; where they do not come out even, the first ones have one frame
 * more. Free frames are kept in one of two ways: as a stack per node (the frame released last is taken first, and untouched memory
 * fills from the lowest frame up), for machines that need single frames only, or as buddy blocks, which give contiguous ones.
 */
export class NodeAllocator {
  nodes: u32;
  /** Free frames of all nodes. */
  free: u32 = 0;
  /** Most frames in use at once. */
  peak: u32 = 0;
  hasBlocks: bool = false;

  private frames: u32;
  /** Node n is the frames bounds[n] … bounds[n + 1] - 1. */
  private bounds: Column<Frame>;
  private freeCounts: Column<u32>;
  /** Without blocks, the stack of node n starts at bounds[n]. */
  private stack: Column<Frame>;
  private buddy: Buddy;
  /** Frames of the smaller nodes, and the first frame of those. */
  private least: u32;
  private turn: Frame;
  private permille: u32 = 0;

  /** Nothing is free before `open` or `adopt`. `stack` has room for every frame. */
  constructor(frames: u32, nodes: u32, stack: Column<Frame>) {
    this.frames = frames;
    this.nodes = nodes;
    this.stack = stack;
    const least = frames / nodes;
    const more = frames % nodes;
    this.least = least;
    this.turn = more * (least + 1);
    const bounds = column<Frame>(nodes + 1);
    for (let n: u32 = 0; n < nodes; n++) bounds.set(n + 1, bounds.get(n) + least + u32(n < more));
    this.bounds = bounds;
    this.freeCounts = column<u32>(nodes);
    this.buddy = new Buddy(frames, nodes, bounds);
  }

  /** Everything is free: on stacks, or, if `blocks` is not 0, as blocks in `blockBytes` zeroed bytes there. */
  open(blocks: usize): void {
    this.hasBlocks = blocks != 0;
    if (this.hasBlocks) this.buddy.open(blocks);
    for (let n: u32 = 0; n < this.nodes; n++) {
      const first = this.first(n);
      const size = this.size(n);
      this.freeCounts.set(n, size);
      if (this.hasBlocks) this.buddy.releaseRun(n, first, first + size);
      else for (let f: u32 = 0; f < size; f++) this.stack.set(first + f, first + size - 1 - f);
    }
    this.free = this.frames;
  }

  /** With one node: the first `count` frames of the stack are free, as a machine left it that used it by itself. */
  adopt(count: u32, peak: u32): void {
    this.freeCounts.set(0, count);
    this.free = count;
    this.peak = peak;
  }

  /** First frame of a node. */
  first(node: u32): Frame {
    return this.bounds.get(node);
  }

  /** Frames of a node. */
  size(node: u32): u32 {
    return this.bounds.get(node + 1) - this.bounds.get(node);
  }

  nodeOf(frame: Frame): u32 {
    if (this.nodes == 1) return 0;
    if (frame < this.turn) return frame / (this.least + 1);
    return (this.frames % this.nodes) + (frame - this.turn) / this.least;
  }

  freeOn(node: u32): u32 {
    return this.freeCounts.get(node);
  }

  /** First of 2^order free frames of a node, or NONE. Without blocks there is order 0 only. */
  take(node: u32, order: u32): Frame {
    let frame = NONE;
    if (this.hasBlocks) frame = this.buddy.take(node, order);
    else if (order == 0 && this.freeOn(node) != 0) frame = this.stack.get(this.first(node) + this.freeOn(node) - 1);
    if (frame != NONE) this.count(node, (<u32>1) << order);
    return frame;
  }

  /** Returns 2^order frames that nothing maps any more: what was taken at once, or an aligned part of it. */
  release(frame: Frame, order: u32): void {
    const node = this.nodeOf(frame);
    if (this.hasBlocks) this.buddy.release(node, frame, order);
    else this.stack.set(this.first(node) + this.freeOn(node), frame);
    this.freeCounts.set(node, this.freeOn(node) + ((<u32>1) << order));
    this.free += (<u32>1) << order;
  }

  /** Free blocks of exactly this order; 0 without blocks. */
  freeBlocks(node: u32, order: u32): u32 {
    return this.buddy.freeBlocks(node, order);
  }

  /** Order of the largest free block of a node, NONE if it has none or is kept without blocks. */
  largestFree(node: u32): u32 {
    return this.buddy.largest(node);
  }

  /**
   * Permille of the free memory of a node that lies in blocks too small for a request of this order: 0 when all of it is usable, 1000 when
   * none is (Linux: unusable_free_index, mm/vmstat.c). 0 when nothing is free.
   */
  unusable(node: u32, order: u32): u32 {
    const free: u64 = this.freeOn(node);
    if (free == 0) return 0;
    let usable: u64 = 0;
    for (let k = order; k <= MOST_ORDER; k++) usable += (<u64>this.freeBlocks(node, k)) << k;
    return <u32>(((free - usable) * 1000) / free);
  }

  /**
   * Takes one frame for good in this share of the whole 2 MiB blocks of each node, spread evenly over them: what is left of such a block
   * is never large enough. Once, before anything else is taken; a node without a whole block is left alone. Needs blocks.
   */
  fragment(permille: u32): void {
    this.permille = permille;
    for (let n: u32 = 0; n < this.nodes; n++) {
      for (let f = this.firstLarge(n); this.isLargeIn(n, f); f += (<u32>1) << LARGE_ORDER) {
        if (!this.isUnmovable(f)) continue;
        this.buddy.claim(n, f);
        this.count(n, 1);
      }
    }
  }

  /** Whether `fragment` took this frame. */
  isUnmovable(frame: Frame): bool {
    if (this.permille == 0 || (frame & (((<u32>1) << LARGE_ORDER) - 1)) != 0) return false;
    const node = this.nodeOf(frame);
    if (!this.isLargeIn(node, frame)) return false;
    const place = <u64>((frame - this.firstLarge(node)) >> LARGE_ORDER);
    return ((place + 1) * this.permille) / 1000 != (place * this.permille) / 1000;
  }

  /** Bytes of memory for `open` and `toBlocks` with blocks. */
  blockBytes(): u32 {
    return this.buddy.bytes();
  }

  /** From now on free frames are kept as blocks, in `blockBytes` zeroed bytes at `base`. */
  toBlocks(base: usize): void {
    if (this.hasBlocks) return;
    this.buddy.open(base);
    this.hasBlocks = true;
    for (let n: u32 = 0; n < this.nodes; n++) {
      const first = this.first(n);
      for (let i: u32 = 0; i < this.freeOn(n); i++) this.buddy.release(n, this.stack.get(first + i), 0);
    }
  }

  /** Whether the free frames are those with a 0 in `state`, each once, and all counts agree. */
  check(state: Column<u8>): bool {
    let total: u32 = 0;
    for (let n: u32 = 0; n < this.nodes; n++) {
      const first = this.first(n);
      const free = this.freeOn(n);
      let marked: u32 = 0;
      for (let f: u32 = first; f < first + this.size(n); f++) {
        if (state.get(f) != 0) continue;
        marked++;
        if (this.hasBlocks && !this.buddy.isFree(f)) return false;
      }
      if (marked != free) return false;
      if (this.hasBlocks ? !this.buddy.check(n, free) : !this.isStackSound(n, state)) return false;
      total += free;
    }
    return total == this.free;
  }

  /** Frames of the stack are free frames of the node. That none is there twice is looked up in the quadratic way in small nodes only. */
  private isStackSound(node: u32, state: Column<u8>): bool {
    const first = this.first(node);
    const free = this.freeOn(node);
    for (let i: u32 = 0; i < free; i++) {
      const f = this.stack.get(first + i);
      if (f < first || f >= first + this.size(node) || state.get(f) != 0) return false;
      if (free > 256) continue;
      for (let j: u32 = 0; j < i; j++) if (this.stack.get(first + j) == f) return false;
    }
    return true;
  }

  private count(node: u32, taken: u32): void {
    this.freeCounts.set(node, this.freeOn(node) - taken);
    this.free -= taken;
    const used = this.frames - this.free;
    if (used > this.peak) this.peak = used;
  }

  /** The first whole 2 MiB block that does not start below a node. */
  private firstLarge(node: u32): Frame {
    const mask = ((<u32>1) << LARGE_ORDER) - 1;
    return (this.first(node) + mask) & ~mask;
  }

  private isLargeIn(node: u32, frame: Frame): bool {
    return frame + ((<u32>1) << LARGE_ORDER) <= this.bounds.get(node + 1);
  }
}
