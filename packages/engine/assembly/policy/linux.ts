import { Column, column } from '../ds/column';
import { SizedLists } from '../ds/sized-lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';
import { Shadows } from './shadows';

const ACTIVE: u32 = 0;
const INACTIVE: u32 = 1;
const WRITING: u32 = 2;

/** PG_referenced: it was found used once on the inactive list. */
const REFERENCED: u8 = 1;
/** PG_workingset: it was on the active list. */
const WORKINGSET: u8 = 2;

/**
 * Linux's two lists (mm/vmscan.c, mm/workingset.c, 6.14, anonymous pages): new pages enter the inactive list, those found used there
 * twice move to the active list, which is deactivated from its end when it is longer than `inactive_ratio` times the inactive one. An evicted page
 * leaves a shadow; if it comes back after so few evictions and activations that it would have stayed with the active list's
 * room, it is active at once, and the active list is aged. Departs from the kernel in freeing one page at a time, and in batches that suit
 * small memories.
 */
export class Linux extends Policy {
  private lists: SizedLists;
  private flags: Column<u8>;
  private page: Column<PageKey>;
  private shadows: Shadows;
  private batch: u32;
  private ratio: u64;
  private writesAhead: bool;
  /** nonresident_age: evictions and activations so far. */
  private age: u64 = 0;
  /** Inactive pages that this round may still look at. */
  private left: u32 = 0;
  private refaults: u64 = 0;
  private seenRefaults: u64 = 0;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.lists = new SizedLists(count, 3);
    this.flags = column<u8>(count);
    this.page = column<PageKey>(count);
    this.shadows = new Shadows(count);
    this.batch = max<u32>(1, min<u32>(<u32>context.params.get(0), count / 32));
    this.ratio = context.params.get(1);
    this.writesAhead = context.params.get(2) != 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.page.set(frame, page);
    this.flags.set(frame, 0);
    const shadow = this.shadows.find(page);
    let list = INACTIVE;
    if (shadow != NONE) {
      if (this.age - this.shadows.timeOf(shadow) <= this.lists.size(ACTIVE)) {
        list = ACTIVE;
        if (this.shadows.wasWorkingset(shadow)) this.flags.set(frame, WORKINGSET);
        this.age++;
        this.refaults++;
      }
      this.shadows.forget(shadow);
    }
    this.lists.pushFront(list, frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.page.set(part, page);
    this.flags.set(part, this.flags.get(head));
    this.lists.insertAfter(head, part);
  }

  onEvict(frame: Frame): void {
    this.shadows.remember(this.page.get(frame), this.age, (this.flags.get(frame) & WORKINGSET) != 0);
    this.age++;
    this.lists.remove(frame);
  }

  onDiscard(frame: Frame): void {
    this.lists.remove(frame);
  }

  onCold(frame: Frame): void {
    if (this.lists.listOf(frame) != ACTIVE) return;
    this.flags.set(frame, this.flags.get(frame) & ~REFERENCED);
    this.lists.moveToFront(INACTIVE, frame);
  }

  victim(page: PageKey): Frame {
    this.takeBackWritten();
    let found = NONE;
    while (found == NONE) {
      if (this.left == 0) this.beginRound();
      const left = this.left;
      found = this.scanInactive();
      if (found == NONE && this.left == left && !this.deactivate()) return this.beingWritten();
    }
    return found;
  }

  state(frame: Frame): u32 {
    return ((<u32>this.flags.get(frame)) << 2) | this.lists.listOf(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.lists.holds(frame) == resident;
  }

  /** Pages whose write is done, and those written to again, are looked at next. */
  private takeBackWritten(): void {
    for (;;) {
      const f = this.lists.back(WRITING);
      if (this.lists.isEnd(f) || this.writer.isWriting(f)) return;
      this.lists.moveToBack(INACTIVE, f);
    }
  }

  private beginRound(): void {
    const lists = this.lists;
    const inactive = <u64>lists.size(INACTIVE) + lists.size(WRITING);
    if (this.refaults != this.seenRefaults || inactive * this.ratio < lists.size(ACTIVE)) this.deactivate();
    this.seenRefaults = this.refaults;
    this.left = this.batch;
  }

  /** From the end of the active list a batch becomes inactive, used or not. False: there is none that may be taken. */
  private deactivate(): bool {
    const lists = this.lists;
    let moved: u32 = 0;
    let f = lists.back(ACTIVE);
    while (!lists.isEnd(f) && moved < this.batch) {
      const next = lists.before(f);
      this.steps++;
      if (this.frames.isEvictable(f)) {
        this.frames.clearReference(f);
        this.flags.set(f, this.flags.get(f) | WORKINGSET);
        lists.moveToFront(INACTIVE, f);
        moved++;
      }
      f = next;
    }
    return moved > 0;
  }

  private scanInactive(): Frame {
    const lists = this.lists;
    let f = lists.back(INACTIVE);
    for (let looks = lists.size(INACTIVE); looks > 0 && this.left > 0; looks--) {
      const next = lists.before(f);
      this.steps++;
      if (this.frames.isEvictable(f)) {
        this.left--;
        if (this.goes(f)) return f;
      }
      f = next;
    }
    return NONE;
  }

  /** Decides on an inactive page; one that stays has its new place when this returns. */
  private goes(f: Frame): bool {
    const frames = this.frames;
    const flags = this.flags.get(f);
    if (frames.isReferenced(f)) {
      frames.clearReference(f);
      this.flags.set(f, flags | REFERENCED);
      if ((flags & REFERENCED) != 0) {
        this.lists.moveToFront(ACTIVE, f);
        this.age++;
      } else this.lists.moveToFront(INACTIVE, f);
      return false;
    }
    this.flags.set(f, flags & ~REFERENCED);
    if (!this.writesAhead || !frames.isDirty(f)) return true;
    if (this.writer.schedule(f)) {
      this.lists.moveToFront(WRITING, f);
      return false;
    }
    this.fallbacks++;
    return true;
  }

  /** Where nothing else may be taken: the page whose write began first. */
  private beingWritten(): Frame {
    let f = this.lists.back(WRITING);
    for (; !this.lists.isEnd(f); f = this.lists.before(f)) {
      this.steps++;
      if (!this.frames.isEvictable(f)) continue;
      this.fallbacks++;
      return f;
    }
    return NONE;
  }
}
