import { Bitmap } from '../ds/bitmap';
import { Column, column } from '../ds/column';
import { Frame, NONE, Slot } from '../types';

/**
 * Swap slots, taken next-fit: the search starts behind the slot that was taken last, so pages evicted one after another lie side by side
 * (what swap readahead lives on).
 */
export class Slots {
  count: u32;
  used: u32 = 0;
  peak: u32 = 0;
  private taken: Bitmap;
  private cursor: u32 = 0;
  /**
   * PTEs and objects whose page is in the slot, and one more if a frame holds a copy; and that frame. Opened when pages can be
   * shared; before, a slot in use has one owner.
   */
  references: Column<u32>;
  cached: Column<Frame>;
  /** Of a slot in use: the page of the object that owns it (space/objects.ts); all ones: PTEs do. Opened with them. */
  object: Column<u64>;
  /** Content stamps; empty unless the machine verifies. */
  stamp: Column<u64>;

  constructor(count: u32, verifying: bool) {
    this.count = count;
    this.taken = new Bitmap(count);
    this.stamp = column<u64>(verifying ? count : 0);
    this.references = changetype<Column<u32>>(0);
    this.cached = changetype<Column<Frame>>(0);
    this.object = changetype<Column<u64>>(0);
  }

  isFull(): bool {
    return this.used == this.count;
  }

  isUsed(slot: Slot): bool {
    return this.taken.get(slot);
  }

  /** A slot, or NONE when swap is full. */
  take(): Slot {
    if (this.used == this.count) return NONE;
    const slot = this.taken.nextClear(this.cursor);
    this.taken.set(slot);
    this.cursor = slot + 1 == this.count ? 0 : slot + 1;
    this.used++;
    if (this.used > this.peak) this.peak = this.used;
    return slot;
  }

  addReference(slot: Slot): void {
    this.references.set(slot, this.references.get(slot) + 1);
  }

  /** Takes an owner away; the last one frees the slot. */
  dropReference(slot: Slot): void {
    const left = this.references.get(slot) - 1;
    this.references.set(slot, left);
    if (left == 0) this.release(slot);
  }

  release(slot: Slot): void {
    this.taken.clear(slot);
    this.used--;
  }
}
