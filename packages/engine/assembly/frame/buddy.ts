import { BitTree } from '../ds/bit-tree';
import { Column, column } from '../ds/column';
import { Frame, NONE } from '../types';

/** 2^18 base pages of 4 KiB are 1 GiB, the largest page. */
export const MOST_ORDER: u32 = 18;
const ORDERS: u32 = MOST_ORDER + 1;

/**
 * Binary buddy allocator over ranges of frames (one per node): a block of order k is 2^k frames, starts at a multiple of 2^k, and lies in
 * one range. A block that is taken is split off the smallest free block that is large enough; among those of one order the
 * one at the lowest address goes (Linux takes the one freed last), so the result does not depend on the order of earlier releases. A block
 * that is released merges with its buddy as long as that is free, so the free blocks are always the largest possible: equal
 * sets of free frames are equal states. Knowlton 1965, doi 10.1145/365628.365655; Knuth, vol. 1, 2.5.
 */
export class Buddy {
  /** Range r is the frames bounds[r] … bounds[r + 1] - 1. */
  private bounds: Column<Frame>;
  /** Per order, block number (frame >> order) of each free block. */
  private blocks: StaticArray<BitTree>;
  /** Free blocks by range and order. */
  private counts: Column<u32>;

  /** Everything is in use; there is no memory for the sets before `open`. */
  constructor(frames: u32, ranges: u32, bounds: Column<Frame>) {
    this.bounds = bounds;
    this.counts = column<u32>(ranges * ORDERS);
    this.blocks = new StaticArray<BitTree>(ORDERS);
    for (let k: u32 = 0; k < ORDERS; k++) this.blocks[k] = new BitTree(<u32>((<u64>frames - 1) >> k) + 1);
  }

  bytes(): u32 {
    let bytes: u32 = 0;
    for (let k: u32 = 0; k < ORDERS; k++) bytes += this.blocks[k].bytes();
    return bytes;
  }

  /** Gives it `bytes` zeroed bytes at `base`. */
  open(base: usize): void {
    let at = base;
    for (let k: u32 = 0; k < ORDERS; k++) {
      this.blocks[k].open(at);
      at += this.blocks[k].bytes();
    }
  }

  freeBlocks(range: u32, order: u32): u32 {
    return this.counts.get(range * ORDERS + order);
  }

  /** Order of the largest free block of a range, or NONE. */
  largest(range: u32): u32 {
    for (let k = ORDERS; k > 0; k--) if (this.freeBlocks(range, k - 1) != 0) return k - 1;
    return NONE;
  }

  /** First frame of a block of 2^order frames, or NONE. */
  take(range: u32, order: u32): Frame {
    for (let k = order; k <= MOST_ORDER; k++) {
      if (this.freeBlocks(range, k) == 0) continue;
      const frame = this.firstBlock(range, k);
      this.unlist(range, frame, k);
      this.keepUpper(range, frame, k, order);
      return frame;
    }
    return NONE;
  }

  /** Takes one frame that is free: its block is split around it. */
  claim(range: u32, frame: Frame): bool {
    for (let k: u32 = 0; k <= MOST_ORDER; k++) {
      if (!this.blocks[k].has(frame >> k)) continue;
      const first = (frame >> k) << k;
      this.unlist(range, first, k);
      for (let half = k; half > 0; half--) {
        const other = ((frame >> (half - 1)) ^ 1) << (half - 1);
        this.list(range, other, half - 1);
      }
      return true;
    }
    return false;
  }

  /** Returns a block, which may be a part of the block that was taken. */
  release(range: u32, frame: Frame, order: u32): void {
    let block = frame;
    let k = order;
    while (k < MOST_ORDER) {
      const buddy = block ^ ((<u32>1) << k);
      if (!this.blocks[k].has(buddy >> k) || !this.isInside(range, buddy)) break;
      this.unlist(range, buddy, k);
      block &= ~((<u32>1) << k);
      k++;
    }
    this.list(range, block, k);
  }

  /** Returns the frames of [from, to), all of one range. */
  releaseRun(range: u32, from: Frame, to: Frame): void {
    let f = from;
    while (f < to) {
      let k: u32 = f == 0 ? MOST_ORDER : min<u32>(MOST_ORDER, <u32>ctz(f));
      while (<u64>f + ((<u64>1) << k) > <u64>to) k--;
      this.release(range, f, k);
      f += (<u32>1) << k;
    }
  }

  /** Whether the frame is in a free block. */
  isFree(frame: Frame): bool {
    for (let k: u32 = 0; k <= MOST_ORDER; k++) if (this.blocks[k].has(frame >> k)) return true;
    return false;
  }

  /**
   * Whether the blocks of a range are what they must be: inside it, counted, apart from each other and merged as far as possible. Their frames
   * are counted in `free`.
   */
  check(range: u32, free: u32): bool {
    let frames: u32 = 0;
    for (let k: u32 = 0; k <= MOST_ORDER; k++) {
      let count: u32 = 0;
      let block = this.firstBlock(range, k);
      while (block != NONE) {
        if (!this.isWhole(range, block, k)) return false;
        for (let above = k + 1; above <= MOST_ORDER; above++) if (this.blocks[above].has(block >> above)) return false;
        const buddy = block ^ ((<u32>1) << k);
        if (k < MOST_ORDER && this.isInside(range, buddy) && this.blocks[k].has(buddy >> k)) return false;
        count++;
        frames += (<u32>1) << k;
        block = this.blockFrom(range, block + ((<u32>1) << k), k);
      }
      if (count != this.freeBlocks(range, k)) return false;
    }
    return frames == free;
  }

  /** Puts the upper halves of a block of order `from` back until what is left of it has order `to`. */
  private keepUpper(range: u32, frame: Frame, from: u32, to: u32): void {
    for (let k = from; k > to; k--) this.list(range, frame + ((<u32>1) << (k - 1)), k - 1);
  }

  private firstBlock(range: u32, order: u32): Frame {
    return this.blockFrom(range, this.bounds.get(range), order);
  }

  /** The first free block of a range that does not start below `from`, or NONE. */
  private blockFrom(range: u32, from: Frame, order: u32): Frame {
    const block = this.blocks[order].next(<u32>((<u64>from + ((<u64>1) << order) - 1) >> order));
    if (block == NONE) return NONE;
    const frame = block << order;
    return frame < this.bounds.get(range + 1) ? frame : NONE;
  }

  private isInside(range: u32, frame: Frame): bool {
    return frame >= this.bounds.get(range) && frame < this.bounds.get(range + 1);
  }

  private isWhole(range: u32, frame: Frame, order: u32): bool {
    return frame >= this.bounds.get(range) && <u64>frame + ((<u64>1) << order) <= <u64>this.bounds.get(range + 1);
  }

  private list(range: u32, frame: Frame, order: u32): void {
    this.blocks[order].add(frame >> order);
    this.counts.set(range * ORDERS + order, this.freeBlocks(range, order) + 1);
  }

  private unlist(range: u32, frame: Frame, order: u32): void {
    this.blocks[order].remove(frame >> order);
    this.counts.set(range * ORDERS + order, this.freeBlocks(range, order) - 1);
  }
}
