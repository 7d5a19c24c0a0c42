import { NONE, NOWHERE, PageKey } from '../types';
import { GhostLists } from './ghost-lists';

/** Remembered pages in one queue, the latest in front; when it is full the oldest makes room. */
export class GhostQueue extends GhostLists {
  constructor(capacity: u32) {
    super(capacity, 1);
  }

  /** Remembers a page in front. Its item, or NONE if there is no page or no room at all. */
  remember(page: PageKey): u32 {
    if (this.capacity == 0 || page == NOWHERE) return NONE;
    const known = this.find(page);
    if (known != NONE) this.remove(known);
    else if (this.total == this.capacity) this.removeBack(0);
    return this.pushFront(0, page);
  }

  /** Forgets a page, if it is remembered. */
  forget(page: PageKey): void {
    const item = this.find(page);
    if (item != NONE) this.remove(item);
  }
}
