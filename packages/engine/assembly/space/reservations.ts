import { Column, column, columnOfNone } from '../ds/column';
import { GrowingMap } from '../ds/growing-map';
import { Lists } from '../ds/lists';
import { FRAME_RESERVED, Frames } from '../frame/frames';
import { LARGE_ORDER } from '../frame/node-allocator';
import { C_RESERVATIONS, C_RESERVATIONS_BROKEN } from '../gen/counters';
import { TableArena } from '../pagetable/table-arena';
import { Frame, NONE, NONE64 } from '../types';
import { Processes } from './processes';

const PAGES: u32 = 1 << LARGE_ORDER;

/**
 * Reservations: the first page of an aligned 2 MiB of memory takes a whole block of frames; the pages that follow find theirs in it, in place, so
 * that the block becomes a large page without a copy. A block is given up when memory runs out, first the one that has not got
 * a page for the longest time. Navarro, Iyer, Druschel, Cox, Practical, transparent operating system support for superpages, OSDI 2002
 * (there for a range of sizes, and with a population map instead of a count).
 *
 * A block is a 2 MiB range of physical memory, by its number frame >> 9. Its frames without a page are FRAME_RESERVED.
 */
export class Reservations {
  /** Frames set aside and not in use. */
  idle: u32 = 0;
  private frames: Frames;
  private processes: Processes;
  private blocks: u32;
  private byTag: GrowingMap;
  /** Per block: tag of the first page it is for, all ones if it is not reserved; and frames in use. */
  private tags: Column<u64>;
  private populated: Column<u32>;
  /** The block that got a page last is in front. */
  private order: Lists;

  constructor(frames: Frames, processes: Processes, arena: TableArena, enabled: bool) {
    const blocks = enabled ? frames.count >> LARGE_ORDER : 0;
    this.blocks = blocks;
    this.frames = frames;
    this.processes = processes;
    this.byTag = new GrowingMap(arena);
    this.tags = columnOfNone<u64>(blocks);
    this.populated = column<u32>(blocks);
    this.order = new Lists(blocks, 1);
  }

  /** First frame of the block reserved for the 2 MiB that start with the page of this tag, or NONE. */
  find(tag: u64): Frame {
    const block = this.byTag.get(tag);
    return block == NONE64 ? NONE : (<u32>block) << LARGE_ORDER;
  }

  /** Sets the block aside that starts with frame `head`; all its frames are taken from the allocator. */
  open(tag: u64, head: Frame): void {
    const block = head >> LARGE_ORDER;
    this.byTag.set(tag, block);
    this.tags.set(block, tag);
    this.populated.set(block, 0);
    this.order.pushFront(0, block);
    for (let i: u32 = 0; i < PAGES; i++) this.frames.state.set(head + i, FRAME_RESERVED);
    this.idle += PAGES;
    this.tally(tag, C_RESERVATIONS);
  }

  /** Takes the frame at place `index` of a block out of the reserve; false if it is in use. */
  use(head: Frame, index: u32): bool {
    if (this.frames.state.get(head + index) != FRAME_RESERVED) return false;
    const block = head >> LARGE_ORDER;
    this.populated.set(block, this.populated.get(block) + 1);
    this.order.moveToFront(0, block);
    this.idle--;
    return true;
  }

  /** Frames of a reserved block that are in use. */
  usedOf(head: Frame): u32 {
    return this.populated.get(head >> LARGE_ORDER);
  }

  /** Whether the frame belongs to a reserved block. */
  owns(frame: Frame): bool {
    const block = frame >> LARGE_ORDER;
    return block < this.blocks && this.tags.get(block) != NONE64;
  }

  /** A frame of a reserved block holds nothing any more. Returns whether that was the last one, and the block is to be closed. */
  putBack(frame: Frame): bool {
    const block = frame >> LARGE_ORDER;
    this.frames.state.set(frame, FRAME_RESERVED);
    this.populated.set(block, this.populated.get(block) - 1);
    this.idle++;
    return this.populated.get(block) == 0;
  }

  /** The block is no reservation any more: it became a large page, or its reserved frames are free from now on. */
  close(head: Frame): void {
    const block = head >> LARGE_ORDER;
    this.idle -= PAGES - this.populated.get(block);
    this.byTag.remove(this.tags.get(block));
    this.tags.set(block, NONE64);
    this.order.remove(block);
  }

  /** First frame of the block from `first` … `end` - 1 that has been without a new page for the longest time; NONE if there is none. */
  oldest(first: Frame, end: Frame): Frame {
    let block = this.order.back(0);
    for (; !this.order.isEnd(block); block = this.order.before(block)) {
      const head = block << LARGE_ORDER;
      if (head >= first && head < end) return head;
    }
    return NONE;
  }

  /** Counts a reservation of its process that comes to nothing. */
  countBroken(head: Frame): void {
    this.tally(this.tags.get(head >> LARGE_ORDER), C_RESERVATIONS_BROKEN);
  }

  /** For `check()`: whether the counts of a block, and of all, are what the states of the frames say. */
  check(): bool {
    let idle: u32 = 0;
    for (let block: u32 = 0; block < this.blocks; block++) {
      const f = block << LARGE_ORDER;
      if (!this.owns(f)) continue;
      let used: u32 = 0;
      for (let i: u32 = 0; i < PAGES; i++) used += u32(this.frames.state.get(f + i) != FRAME_RESERVED);
      if (used != this.usedOf(f) || this.find(this.tags.get(block)) != f) return false;
      idle += PAGES - used;
    }
    return idle == this.idle;
  }

  private tally(tag: u64, counter: u32): void {
    this.processes.inc(<u32>(tag >> 49), counter);
  }
}
