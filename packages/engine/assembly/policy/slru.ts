import { Column, column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const PROBATIONARY: u8 = 0;
const PROTECTED: u8 = 1;

/**
 * Segmented LRU: a page enters a probationary list and is moved to a protected one by its next touch; what the protected list has no room for
 * falls back to the front of the other, from whose back pages go. So one touch each of many pages takes nothing from those touched twice.
 * The paper leaves the size of the protected list open. Karedla, Love, Wherry 1994, doi 10.1109/2.268884.
 */
export class Slru extends Policy {
  private pages: Lists;
  private segment: Column<u8>;
  private size: u32 = 0;
  /** Pages that the protected list is meant to hold. */
  private room: u32;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.pages = new Lists(count, 2);
    this.segment = column<u8>(count);
    this.room = <u32>((<u64>count * context.params.get(0)) / 100);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.segment.set(frame, PROBATIONARY);
    this.pages.pushFront(PROBATIONARY, frame);
  }

  onHit(frame: Frame): void {
    if (this.segment.get(frame) == PROTECTED) {
      this.pages.moveToFront(PROTECTED, frame);
    } else {
      this.pages.remove(frame);
      this.segment.set(frame, PROTECTED);
      this.pages.pushFront(PROTECTED, frame);
      this.size++;
    }
    while (this.size > this.room) {
      const last = this.pages.back(PROTECTED);
      this.onEvict(last);
      this.onLoad(last, 0);
    }
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const segment = this.segment.get(head);
    this.segment.set(part, segment);
    this.pages.insertAfter(head, part);
    this.size += segment;
  }

  onEvict(frame: Frame): void {
    this.pages.remove(frame);
    this.size -= this.segment.get(frame);
  }

  onCold(frame: Frame): void {
    this.onEvict(frame);
    this.segment.set(frame, PROBATIONARY);
    this.pages.pushBack(PROBATIONARY, frame);
  }

  victim(page: PageKey): Frame {
    for (let s = PROBATIONARY; s <= PROTECTED; s++) {
      let f = this.pages.back(s);
      for (; !this.pages.isEnd(f); f = this.pages.before(f)) {
        this.steps++;
        if (this.frames.isEvictable(f)) return f;
      }
    }
    return NONE;
  }

  /** 1: protected. */
  state(frame: Frame): u32 {
    return this.segment.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }
}
