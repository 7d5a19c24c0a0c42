import { Column, column } from '../ds/column';
import { Frame, NONE, Slot } from '../types';

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
  /** Which frames `isEvictable` speaks of: those of one node while a victim is wanted there. */
  windowFirst: Frame = 0;
  windowSize: u32;

  private records: usize;
  /** The free frames of a machine without nodes and blocks, a stack; memory of the node allocator otherwise. */
  free: Column<Frame>;
  freeCount: u32;
  /** Most frames in use at once. */
  peak: u32 = 0;
  /** Where the next search begins for a page that needs no slot, when swap is full. */
  cleanHand: Frame = 0;

  constructor(count: u32, verifying: bool) {
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
    return this.state.get(frame) == FRAME_EVICTABLE && frame - this.windowFirst < this.windowSize;
  }

  /** A free frame, or NONE. */
  take(): Frame {
    if (this.freeCount == 0) return NONE;
    this.freeCount--;
    const used = this.count - this.freeCount;
    if (used > this.peak) this.peak = used;
    return this.free.get(this.freeCount);
  }

  /** Returns a frame that nothing maps any more. */
  release(frame: Frame): void {
    this.state.set(frame, FRAME_FREE);
    this.references.set(frame, 1);
    this.free.set(this.freeCount, frame);
    this.freeCount++;
  }
}
