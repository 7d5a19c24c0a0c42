import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * LIRS by the sum of a page's last two reuse distances instead of the last one, which varies less. The stack has two entries for a page: entry 1
 * for its last use, entry 2 for the use before; a HIR page whose entry 2 is in the stack when it is used changes roles with the LIR page
 * whose entry 2 is at the bottom. Departs from the paper in a bound on the ghosts. Front of the stack is its top.
 * Zhong, Zhao, Jiang 2021, doi 10.1145/3456727.3463772.
 */
export class Lirs2 extends Policy {
  /** Entries 2i and 2i + 1 are those of frame i, or of ghost i - count. */
  private stack: Lists;
  /** Which of the two is entry 1. */
  private first: Column<u8>;
  /** Resident HIR pages, next victim in front. */
  private queue: Lists;
  /** By eviction, the latest in front. */
  private ghosts: GhostLists;
  private page: Column<PageKey>;
  private lir: Column<u8>;
  private lirs: u32 = 0;
  private mostLirs: u32;
  private repeats: bool;
  /** Of the page loaded or touched last. */
  private last: Frame = NONE;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const ghosts = <u32>((<u64>count * context.params.get(1)) / 100);
    this.mostLirs = count - max(1, <u32>((<u64>count * context.params.get(0)) / 100));
    this.repeats = context.params.get(2) != 0;
    this.stack = new Lists((count + ghosts) * 2, 1);
    this.first = column<u8>(count + ghosts);
    this.queue = new Lists(count, 1);
    this.ghosts = new GhostLists(ghosts, 1);
    this.page = column<PageKey>(count);
    this.lir = column<u8>(count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) {
      this.passEntries(this.frames.count + ghost, frame);
      this.ghosts.remove(ghost);
    }
    this.last = frame;
    this.page.set(frame, page);
    const again = this.stack.holds(this.entry2(frame));
    this.use(frame);
    if (this.lirs < this.mostLirs) {
      this.makeLir(frame);
      if (!this.stack.holds(this.entry2(frame))) this.stack.insertAfter(this.entry1(frame), this.entry2(frame));
    } else {
      this.queue.pushBack(0, frame);
      if (again) this.promote(frame);
    }
    this.prune();
  }

  onHit(frame: Frame): void {
    if (frame == this.last && !this.repeats) return;
    this.last = frame;
    const again = this.stack.holds(this.entry2(frame));
    const wasBottom = again && this.stack.back(0) == this.entry2(frame);
    this.use(frame);
    if (this.lir.get(frame)) {
      if (wasBottom) this.prune();
      return;
    }
    if (again) {
      this.promote(frame);
    } else {
      this.queue.remove(frame);
      this.queue.pushBack(0, frame);
      this.prune();
    }
  }

  onEvict(frame: Frame): void {
    if (this.queue.holds(frame) && this.stack.holds(this.entry1(frame))) this.remember(frame);
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    this.dropEntries(frame);
    if (this.lir.get(frame)) this.lirs--;
    else this.queue.remove(frame);
    this.lir.set(frame, 0);
    this.prune();
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) this.forget(ghost);
    this.page.set(part, page);
    this.copyEntries(head, part);
    if (this.lir.get(head)) {
      this.makeLir(part);
      this.limitLirs();
    } else {
      this.queue.insertAfter(head, part);
    }
  }

  onCold(frame: Frame): void {
    if (this.lir.get(frame)) return;
    this.queue.remove(frame);
    this.queue.pushFront(0, frame);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    let f = this.queue.front(0);
    for (; !this.queue.isEnd(f); f = this.queue.after(f)) {
      this.steps++;
      if (frames.isEvictable(f)) return f;
    }
    let entry = this.stack.back(0);
    for (; !this.stack.isEnd(entry); entry = this.stack.before(entry)) {
      if (!this.isFloor(entry)) continue;
      this.steps++;
      if (frames.isEvictable(entry >> 1)) return entry >> 1;
    }
    return NONE;
  }

  /** 1 LIR, 2 HIR in the stack, 3 HIR outside it. */
  state(frame: Frame): u32 {
    if (this.lir.get(frame)) return 1;
    if (!this.queue.holds(frame)) return 0;
    return this.stack.holds(this.entry1(frame)) ? 2 : 3;
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.lir.get(frame) != 0 || this.queue.holds(frame)) == resident;
  }

  private entry1(place: u32): u32 {
    return place * 2 + this.first.get(place);
  }

  private entry2(place: u32): u32 {
    return place * 2 + 1 - this.first.get(place);
  }

  /** Whether it is entry 2 of a LIR page; the lowest of these is the bottom of the stack. */
  private isFloor(entry: u32): bool {
    const place = entry >> 1;
    return place < this.frames.count && this.lir.get(place) != 0 && entry == this.entry2(place);
  }

  private makeLir(frame: Frame): void {
    this.lir.set(frame, 1);
    this.lirs++;
  }

  /** Entry 1 becomes entry 2 where it is, and entry 2 the new entry 1 on top. */
  private use(frame: Frame): void {
    const top = this.entry2(frame);
    if (this.stack.holds(top)) this.stack.moveToFront(0, top);
    else this.stack.pushFront(0, top);
    this.first.set(frame, <u8>(top & 1));
  }

  /** A HIR page that had an entry 2 in the stack was used. */
  private promote(frame: Frame): void {
    this.queue.remove(frame);
    this.makeLir(frame);
    this.limitLirs();
  }

  private limitLirs(): void {
    while (this.lirs > this.mostLirs) {
      const entry = this.stack.back(0);
      this.stack.remove(entry);
      this.lir.set(entry >> 1, 0);
      this.lirs--;
      this.queue.pushBack(0, entry >> 1);
      this.prune();
    }
  }

  private prune(): void {
    const count = this.frames.count;
    let entry = this.stack.back(0);
    while (!this.stack.isEnd(entry) && !this.isFloor(entry)) {
      this.stack.remove(entry);
      const place = entry >> 1;
      if (place >= count && !this.stack.holds(this.entry1(place))) this.ghosts.remove(place - count);
      entry = this.stack.back(0);
    }
  }

  /** A ghost takes over the entries of the page. */
  private remember(frame: Frame): void {
    const ghosts = this.ghosts;
    const page = this.page.get(frame);
    const old = ghosts.find(page);
    if (old != NONE) this.forget(old);
    if (ghosts.capacity == 0) return;
    if (ghosts.total == ghosts.capacity) this.forget(ghosts.back(0));
    this.passEntries(frame, this.frames.count + ghosts.pushFront(0, page));
  }

  private forget(ghost: u32): void {
    this.dropEntries(this.frames.count + ghost);
    this.ghosts.remove(ghost);
  }

  private passEntries(from: u32, to: u32): void {
    this.copyEntries(from, to);
    this.dropEntries(from);
  }

  private copyEntries(from: u32, to: u32): void {
    this.first.set(to, this.first.get(from));
    for (let side: u32 = 0; side < 2; side++) {
      if (this.stack.holds(from * 2 + side)) this.stack.insertAfter(from * 2 + side, to * 2 + side);
    }
  }

  private dropEntries(place: u32): void {
    for (let side: u32 = 0; side < 2; side++) {
      if (this.stack.holds(place * 2 + side)) this.stack.remove(place * 2 + side);
    }
  }
}
