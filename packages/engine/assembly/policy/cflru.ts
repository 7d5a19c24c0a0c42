import { Column, column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const WORKING: u8 = 0;
const CLEAN_FIRST: u8 = 1;

/**
 * Clean-first LRU: in a region at the end of the LRU list the least recently used clean page goes, and the least recently used of all if the
 * region has none, so that a write is spared for a few more faults. A region of no pages is LRU, of all frames clean-first without limit.
 * A page that was found dirty is not looked at again until it is touched: a search does not begin anew with all that the last one found.
 * Only the paper's static region. Park, Jung, Kang, Kim, Lee 2006, doi 10.1145/1176760.1176789.
 */
export class Cflru extends Policy {
  /** The LRU list in two parts, the latest in front; the second has the last `room` pages. */
  private pages: Lists;
  private region: Column<u8>;
  private size: u32 = 0;
  private room: u32;
  /** In the same order, pages of both that are not known to be dirty. */
  private unknown: Lists;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.pages = new Lists(count, 2);
    this.region = column<u8>(count);
    this.room = <u32>((<u64>count * context.params.get(0)) / 100);
    this.unknown = new Lists(count, 1);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.region.set(frame, WORKING);
    this.pages.pushFront(WORKING, frame);
    this.unknown.pushFront(0, frame);
    this.shift();
  }

  onHit(frame: Frame): void {
    this.onEvict(frame);
    this.onLoad(frame, 0);
  }

  onEvict(frame: Frame): void {
    this.pages.remove(frame);
    if (this.unknown.holds(frame)) this.unknown.remove(frame);
    this.size -= this.region.get(frame);
    this.shift();
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const region = this.region.get(head);
    this.region.set(part, region);
    this.pages.insertAfter(head, part);
    this.size += region;
    if (this.unknown.holds(head)) this.unknown.insertAfter(head, part);
    this.shift();
  }

  onCold(frame: Frame): void {
    this.onEvict(frame);
    const region = this.room > 0 ? CLEAN_FIRST : WORKING;
    this.region.set(frame, region);
    this.pages.pushBack(region, frame);
    this.unknown.pushBack(0, frame);
    this.size += region;
    this.shift();
  }

  victim(page: PageKey): Frame {
    const clean = this.oldestClean();
    if (clean != NONE) return clean;
    const f = this.oldest(CLEAN_FIRST);
    return f != NONE ? f : this.oldest(WORKING);
  }

  /** 1: in the clean-first region. */
  state(frame: Frame): u32 {
    return this.region.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }

  private oldestClean(): Frame {
    let f = this.unknown.back(0);
    while (!this.unknown.isEnd(f) && this.region.get(f) == CLEAN_FIRST) {
      const before = this.unknown.before(f);
      this.steps++;
      if (this.frames.isDirty(f)) this.unknown.remove(f);
      else if (this.frames.isEvictable(f)) return f;
      f = before;
    }
    return NONE;
  }

  private oldest(region: u8): Frame {
    let f = this.pages.back(region);
    for (; !this.pages.isEnd(f); f = this.pages.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  /** Moves the border until the region has its size again. */
  private shift(): void {
    while (this.size < this.room && !this.pages.isEmpty(WORKING)) {
      const last = this.pages.back(WORKING);
      this.pages.remove(last);
      this.region.set(last, CLEAN_FIRST);
      this.pages.pushFront(CLEAN_FIRST, last);
      this.size++;
    }
    while (this.size > this.room) {
      const first = this.pages.front(CLEAN_FIRST);
      this.pages.remove(first);
      this.region.set(first, WORKING);
      this.pages.pushBack(WORKING, first);
      this.size--;
    }
  }
}
