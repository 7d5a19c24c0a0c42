import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { NONE, PageKey } from '../types';

/**
 * Shadow entries: what Linux remembers of a page that was evicted, a time in some unit of its own and whether the page was of the
 * workingset. The oldest is forgotten first.
 */
export class Shadows {
  private pages: GhostLists;
  private time: Column<u64>;
  private workingset: Column<u8>;

  constructor(capacity: u32) {
    this.pages = new GhostLists(capacity, 1);
    this.time = column<u64>(capacity);
    this.workingset = column<u8>(capacity);
  }

  remember(page: PageKey, time: u64, workingset: bool): void {
    const old = this.find(page);
    if (old != NONE) this.forget(old);
    if (this.pages.total == this.pages.capacity) this.pages.removeBack(0);
    const item = this.pages.pushFront(0, page);
    this.time.set(item, time);
    this.workingset.set(item, u8(workingset));
  }

  /** The entry of a page, or NONE. */
  find(page: PageKey): u32 {
    return this.pages.find(page);
  }

  timeOf(entry: u32): u64 {
    return this.time.get(entry);
  }

  wasWorkingset(entry: u32): bool {
    return this.workingset.get(entry) != 0;
  }

  forget(entry: u32): void {
    this.pages.remove(entry);
  }
}
