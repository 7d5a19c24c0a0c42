import { Bitmap } from '../ds/bitmap';
import { Column, column } from '../ds/column';
import { NONE, Slot } from '../types';

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
  /** Content stamps; empty unless the machine verifies. */
  stamp: Column<u64>;

  constructor(count: u32, verifying: bool) {
    this.count = count;
    this.taken = new Bitmap(count);
    this.stamp = column<u64>(verifying ? count : 0);
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

  release(slot: Slot): void {
    this.taken.clear(slot);
    this.used--;
  }
}
