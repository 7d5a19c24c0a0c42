import { Column, column } from '../ds/column';
import { Clock } from '../time/clock';
import { Asid, Frame, NONE, Slot } from '../types';

/** Values of `Frames.state`. */
export const FRAME_FREE: u8 = 0;
export const FRAME_EVICTABLE: u8 = 1;
export const FRAME_PINNED: u8 = 2;
/** Part of a large page, behind its head frame. */
export const FRAME_TAIL: u8 = 3;
/** Held for a page of a reservation that is not populated, or taken for good. */
export const FRAME_RESERVED: u8 = 4;

/** Values of `Frames.dirty`: what the backing store knows of the contents. */
export const CLEAN: u8 = 0;
export const DIRTY: u8 = 1;
/** Clean, and a swap slot holds the same contents. */
export const CLEAN_IN_SWAP: u8 = 2;
/** Given up by its process (madvise free): it may be dropped without a write until it is written to again. */
export const LAZILY_FREE: u8 = 3;

/** Bits of `Frames.marks`. */
export const MARK_PREFETCHED: u8 = 1;
/** The first touch starts the next readahead window. */
export const MARK_MARKER: u8 = 2;
/** In a large page: this base page of it was touched. */
export const MARK_USED: u8 = 4;

/**
 * What a fault and an eviction need of a frame, side by side: one cache line holds four of these, and only they read them. It is the reverse
 * map of a frame that one PTE maps.
 */
export class FrameRecord {
  /** Page and process as a TLB tag (tlb/assoc-cache.ts). */
  tag: u64;
  /** Address of the PTE. */
  pte: u32;
  /** The slot, if CLEAN_IN_SWAP. */
  slot: Slot;
}

const RECORD_SHIFT: u32 = 4;
export const RECORD_BYTES: u32 = 16;

/**
 * The frame table. What every hit writes or every scan reads is one dense column per field; the rest is a record per frame. `references`
 * counts the PTEs that map a frame, `pins` the reasons why it may not be evicted: a shared frame is not a pinned one. Policies and
 * the fault path read and write these; this class owns allocation only.
 */
export class Frames {
  count: u32;

  ref: Column<u8>;
  dirty: Column<u8>;
  state: Column<u8>;
  /** Of a frame in use; 1 in a free one, so that the common load needs no write. */
  references: Column<u32>;
  pins: Column<u32>;
  /** Content stamps; empty unless the machine verifies. */
  stamp: Column<u64>;

  /** log2 of the frames of a large page, at its head; 0 elsewhere. These columns are opened when the machine needs them. */
  order: Column<u8>;
  marks: Column<u8>;
  /** Page of a file or shared memory object (space/objects.ts); all ones: anonymous. */
  object: Column<u64>;
  /**
   * Set while not every page may go: those of one node only (a window of frames), of one process only (`owner`), or both.
   */
  narrow: bool = false;
  private windowFirst: Frame = 0;
  private windowSize: u32;
  private owner: Asid = NONE;

  private records: usize;
  /** The free frames of a machine without nodes and blocks, a stack; memory of the node allocator otherwise. */
  free: Column<Frame>;
  freeCount: u32;
  /** Most frames in use at once. */
  peak: u32 = 0;
  /** Where the next search begins for a page that needs no slot, when swap is full. */
  cleanHand: Frame = 0;

  private clock: Clock;
  /** Frames in use after each touch so far but the last ones, summed; and how many touches that is. */
  private summed: u64 = 0;
  private summedTouches: u64 = 0;

  constructor(count: u32, verifying: bool, clock: Clock) {
    this.clock = clock;
    this.count = count;
    this.windowSize = count;
    // One more: the zero page.
    this.ref = column<u8>(count + 1);
    this.dirty = column<u8>(count + 1);
    this.state = column<u8>(count + 1);
    const references = column<u32>(count + 1);
    this.references = references;
    this.pins = column<u32>(count + 1);
    this.stamp = column<u64>(verifying ? count + 1 : 0);
    this.records = column<u64>((count + 1) * (RECORD_BYTES / 8)).at(0);
    this.order = changetype<Column<u8>>(0);
    this.marks = changetype<Column<u8>>(0);
    this.object = changetype<Column<u64>>(0);
    const free = column<Frame>(count);
    // A stack with frame 0 on top: memory fills from the lowest frame up.
    for (let f: u32 = 0; f < count; f++) {
      free.set(f, count - 1 - f);
      references.set(f, 1);
    }
    this.free = free;
    this.freeCount = count;
  }

  @inline
  record(frame: Frame): FrameRecord {
    return changetype<FrameRecord>(this.records + ((<usize>frame) << RECORD_SHIFT));
  }

  /** Whether the frame holds a page that may be taken from it. */
  @inline
  isEvictable(frame: Frame): bool {
    return this.state.get(frame) == FRAME_EVICTABLE && (!this.narrow || this.isInScope(frame));
  }

  isReferenced(frame: Frame): bool {
    return this.ref.get(frame) != 0;
  }

  clearReference(frame: Frame): void {
    this.ref.set(frame, 0);
  }

  setReference(frame: Frame): void {
    this.ref.set(frame, 1);
  }

  /** Whether taking the frame costs a write. */
  isDirty(frame: Frame): bool {
    return this.dirty.get(frame) == DIRTY;
  }

  /** The process whose page the frame holds, the first of several; NONE if nobody maps it. */
  ownerOf(frame: Frame): Asid {
    return this.references.get(frame) == 0 ? NONE : <Asid>(this.record(frame).tag >> 49);
  }

  /** From now on only frames of this window may be taken; all of them by (0, count). */
  setWindow(first: Frame, size: u32): void {
    this.windowFirst = first;
    this.windowSize = size;
    this.narrow = size != this.count || this.owner != NONE;
  }

  /** From now on only pages of this process, and those of nobody, may be taken; any by NONE. */
  setOwner(process: Asid): void {
    this.owner = process;
    this.narrow = this.windowSize != this.count || process != NONE;
  }

  private isInScope(frame: Frame): bool {
    if (frame - this.windowFirst >= this.windowSize) return false;
    const owner = this.owner;
    if (owner == NONE) return true;
    const its = this.ownerOf(frame);
    return its == owner || its == NONE;
  }

  /** A free frame, or NONE. */
  take(): Frame {
    if (this.freeCount == 0) return NONE;
    this.setFree(this.freeCount - 1);
    const used = this.count - this.freeCount;
    if (used > this.peak) this.peak = used;
    return this.free.get(this.freeCount);
  }

  /** Returns a frame that nothing maps any more. */
  release(frame: Frame): void {
    this.state.set(frame, FRAME_FREE);
    this.references.set(frame, 1);
    this.free.set(this.freeCount, frame);
    this.setFree(this.freeCount + 1);
  }

  /** The number of free frames changes, in the touch that is being served. */
  setFree(count: u32): void {
    const touches = this.clock.touches;
    if (touches > this.summedTouches + 1) {
      this.summed += <u64>(this.count - this.freeCount) * (touches - 1 - this.summedTouches);
      this.summedTouches = touches - 1;
    }
    this.freeCount = count;
  }

  /** Frames in use after each touch, summed over all touches: by their number it is the mean memory. */
  frameTouches(): u64 {
    return this.summed + <u64>(this.count - this.freeCount) * (this.clock.touches - this.summedTouches);
  }
}
