import { Column, column } from '../ds/column';
import { Frame, NONE, Slot } from '../types';

/** Values of `Frames.state`. */
export const FRAME_FREE: u8 = 0;
export const FRAME_EVICTABLE: u8 = 1;
export const FRAME_PINNED: u8 = 2;

/** Values of `Frames.dirty`: what the backing store knows of the contents. */
export const CLEAN: u8 = 0;
export const DIRTY: u8 = 1;
/** Clean, and a swap slot holds the same contents. */
export const CLEAN_IN_SWAP: u8 = 2;

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

  private records: usize;
  private free: Column<Frame>;
  freeCount: u32;
  /** Most frames in use at once. */
  peak: u32 = 0;

  constructor(count: u32, verifying: bool) {
    this.count = count;
    this.ref = column<u8>(count);
    this.dirty = column<u8>(count);
    this.state = column<u8>(count);
    const references = column<u32>(count);
    this.references = references;
    this.pins = column<u32>(count);
    this.stamp = column<u64>(verifying ? count : 0);
    this.records = column<u64>(count * (RECORD_BYTES / 8)).at(0);
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
    return this.state.get(frame) == FRAME_EVICTABLE;
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
