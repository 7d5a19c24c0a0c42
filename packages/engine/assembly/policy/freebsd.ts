import { Column, column } from '../ds/column';
import { SizedLists } from '../ds/sized-lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const ACTIVE: u32 = 0;
const INACTIVE: u32 = 1;
const LAUNDRY: u32 = 2;
const WRITING: u32 = 3;

/** act_scan_laundry_weight: what a clean page counts against a shortage; a dirty one counts 1. */
const CLEAN_WEIGHT: i64 = 3;

/**
 * FreeBSD's page queues (sys/vm/vm_pageout.c): an active page has a count that rises when a scan finds it used and falls when it does not; at 0 it
 * becomes inactive, or, if it is dirty and inactive pages are short, goes into the laundry. A clean inactive page that was not used goes;
 * dirty ones are written from the laundry and come back clean. Departs from the kernel in keeping no reserve of free pages, so that scans
 * run when a page is needed and end when the shortage does, and in writing single pages.
 */
export class Freebsd extends Policy {
  private lists: SizedLists;
  private count: Column<u16>;
  private initial: u32;
  private advance: u32;
  private decline: u32;
  private most: u32;
  private target: i64;
  private batch: u32;
  private period: u64;
  /** free_target - free_min: what paces laundering. */
  private reserve: u64;
  /** Clean pages taken since the last laundering in the background. */
  private freed: u64 = 0;
  /** Ticks since the last idle scan. */
  private idle: u64 = 0;

  constructor(context: PolicyContext) {
    super(context);
    const frames = context.frames.count;
    const params = context.params;
    this.lists = new SizedLists(frames, 4);
    this.count = column<u16>(frames);
    this.initial = <u32>params.get(0);
    this.advance = <u32>params.get(1);
    this.decline = <u32>params.get(2);
    this.most = <u32>params.get(3);
    this.target = max<i64>(1, (<i64>frames * <i64>params.get(4)) / 100);
    this.batch = max<u32>(1, min<u32>(<u32>params.get(5), frames / 32));
    this.tick = params.get(6);
    this.period = params.get(7);
    this.reserve = max<u64>(1, (<u64>frames * 3) / 200);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.count.set(frame, <u16>this.initial);
    this.lists.pushBack(ACTIVE, frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.count.set(part, this.count.get(head));
    this.lists.insertAfter(head, part);
  }

  onEvict(frame: Frame): void {
    this.lists.remove(frame);
  }

  onCold(frame: Frame): void {
    this.count.set(frame, 0);
    if (this.frames.isDirty(frame)) this.lists.moveToBack(LAUNDRY, frame);
    else this.lists.moveToFront(INACTIVE, frame);
  }

  victim(page: PageKey): Frame {
    this.takeBackWritten();
    let found = NONE;
    for (let met: bool = true; met && found == NONE; ) {
      found = this.scanInactive();
      if (found == NONE || this.isLaundryDue()) this.launder();
      const shortage = max<i64>(this.shortage(), found == NONE ? 1 : 0);
      met = shortage > 0 && this.scanActive(this.lists.size(ACTIVE), shortage);
      if (found == NONE) found = this.scanInactive();
      if (found == NONE) found = this.firstOf(WRITING);
      if (found == NONE && !met) found = this.firstOf(LAUNDRY);
    }
    return found;
  }

  onTick(): void {
    if (this.period == 0) return;
    this.idle++;
    const active = <u64>this.lists.size(ACTIVE);
    const share = min<u64>(active, (active * this.idle) / this.period);
    if (share == 0) return;
    this.scanActive(share, 0);
    this.idle = 0;
  }

  state(frame: Frame): u32 {
    return ((<u32>this.count.get(frame)) << 2) | this.lists.listOf(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.lists.holds(frame) == resident;
  }

  /** Inactive pages that are missing, a clean one counting 3. */
  private shortage(): i64 {
    const lists = this.lists;
    const have = <i64>lists.size(INACTIVE) + <i64>lists.size(LAUNDRY) / CLEAN_WEIGHT;
    return CLEAN_WEIGHT * (this.target + 1 - have);
  }

  /** Pages whose write is done, and those written to again, are looked at next. */
  private takeBackWritten(): void {
    for (;;) {
      const f = this.lists.front(WRITING);
      if (this.lists.isEnd(f) || this.writer.isWriting(f)) return;
      this.lists.moveToFront(INACTIVE, f);
    }
  }

  /** Clears the ref bit; a page that was used becomes active. */
  private activates(f: Frame): bool {
    if (!this.frames.isReferenced(f)) return false;
    this.frames.clearReference(f);
    this.count.set(f, <u16>(max<u32>(this.count.get(f), this.initial) + 1 + this.advance));
    this.lists.moveToBack(ACTIVE, f);
    return true;
  }

  private scanInactive(): Frame {
    const lists = this.lists;
    let f = lists.front(INACTIVE);
    for (let looks = lists.size(INACTIVE); looks > 0; looks--) {
      const next = lists.after(f);
      this.steps++;
      if (this.frames.isEvictable(f) && !this.activates(f)) {
        if (!this.frames.isDirty(f)) {
          this.freed++;
          return f;
        }
        lists.moveToBack(LAUNDRY, f);
      }
      f = next;
    }
    return NONE;
  }

  /** Dirty pages outweigh the clean ones, the more the more clean ones were taken. */
  private isLaundryDue(): bool {
    const dirty = this.lists.size(LAUNDRY);
    const periods = (this.freed + this.reserve) / this.reserve;
    if (dirty == 0 || dirty * <u64>sqrt<f64>(<f64>periods) < this.lists.size(INACTIVE)) return false;
    this.freed = 0;
    return true;
  }

  private launder(): void {
    const lists = this.lists;
    let f = lists.front(LAUNDRY);
    for (let looks = min(this.batch, lists.size(LAUNDRY)); looks > 0; looks--) {
      const next = lists.after(f);
      this.steps++;
      if (this.frames.isEvictable(f) && !this.activates(f)) {
        if (!this.frames.isDirty(f)) lists.moveToFront(INACTIVE, f);
        else if (this.writer.schedule(f)) lists.moveToBack(WRITING, f);
        else lists.moveToBack(LAUNDRY, f);
      }
      f = next;
    }
  }

  /** Whether there is a page that may be taken among those looked at. A shortage ends the scan when it is met. */
  private scanActive(most: u64, shortage: i64): bool {
    const lists = this.lists;
    let met = false;
    let short = shortage;
    for (let looks = most; looks > 0; looks--) {
      const f = lists.front(ACTIVE);
      this.steps++;
      if (!this.frames.isEvictable(f)) {
        lists.moveToBack(ACTIVE, f);
        continue;
      }
      met = true;
      const count = this.counted(f);
      this.count.set(f, count);
      const isDirty = short > 0 && this.frames.isDirty(f);
      lists.moveToBack(count > 0 ? ACTIVE : isDirty ? LAUNDRY : INACTIVE, f);
      if (count == 0) short -= isDirty ? 1 : CLEAN_WEIGHT;
      if (shortage > 0 && short <= 0) break;
    }
    return met;
  }

  /** The count after a look. */
  private counted(f: Frame): u16 {
    const count = <u32>this.count.get(f);
    if (!this.frames.isReferenced(f)) return <u16>(count > this.decline ? count - this.decline : 0);
    this.frames.clearReference(f);
    return <u16>min<u32>(count + 1 + this.advance, this.most);
  }

  /** A page that goes for want of a better one. */
  private firstOf(list: u32): Frame {
    let f = this.lists.front(list);
    for (; !this.lists.isEnd(f); f = this.lists.after(f)) {
      this.steps++;
      if (!this.frames.isEvictable(f)) continue;
      this.fallbacks++;
      return f;
    }
    return NONE;
  }
}
