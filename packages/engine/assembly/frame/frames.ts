import { Column, column, columnOfNone } from '../ds/column';
import { Asid, Frame, NONE, Slot, Vpn } from '../types';

export const FRAME_FREE: u8 = 0;
export const FRAME_MAPPED: u8 = 1;

/**
 * The frame table: one column per field, hot ones (written on every hit) apart from cold ones. The columns are read and written by the
 * machine, the fault path and the policies; this class owns allocation only.
 *
 * `references` counts the PTEs that map a frame, `pins` the reasons why it may not be evicted: a shared frame is not a pinned one.
 * `page` and `process` are the reverse map of a frame that one PTE maps.
 */
export class Frames {
  count: u32;

  ref: Column<u8>;
  dirty: Column<u8>;
  state: Column<u8>;

  page: Column<Vpn>;
  process: Column<Asid>;
  slot: Column<Slot>;
  references: Column<u32>;
  pins: Column<u32>;
  stamp: Column<u64>;

  private free: Column<Frame>;
  freeCount: u32;
  /** Most frames in use at once. */
  peak: u32 = 0;

  constructor(count: u32) {
    this.count = count;
    this.ref = column<u8>(count);
    this.dirty = column<u8>(count);
    this.state = column<u8>(count);
    this.page = column<Vpn>(count);
    this.process = column<Asid>(count);
    this.slot = columnOfNone<Slot>(count);
    this.references = column<u32>(count);
    this.pins = column<u32>(count);
    this.stamp = column<u64>(count);
    this.free = column<Frame>(count);
    this.freeCount = count;
    // A stack with frame 0 on top: memory fills from the lowest frame up.
    for (let f: u32 = 0; f < count; f++) this.free.set(f, count - 1 - f);
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
    this.free.set(this.freeCount, frame);
    this.freeCount++;
  }

  /** Maps a taken frame to one page, clean and without a slot. */
  assign(frame: Frame, process: Asid, page: Vpn): void {
    this.state.set(frame, FRAME_MAPPED);
    this.page.set(frame, page);
    this.process.set(frame, process);
    this.references.set(frame, 1);
    this.dirty.set(frame, 0);
    this.slot.set(frame, NONE);
  }

  /** Whether the frame holds a page that may be taken from it. */
  evictable(frame: Frame): bool {
    return this.state.get(frame) == FRAME_MAPPED && this.pins.get(frame) == 0;
  }
}
