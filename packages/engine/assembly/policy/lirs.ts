import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Low inter-reference recency set: a page whose last two uses lie close together is LIR and stays; the others, HIR, share a few frames. The stack
 * keeps LIR pages and those HIR pages, resident or not, that were used later than the LIR page at its bottom: a further use of one of these has
 * the smaller distance, so the two change roles. Departs from the paper in a bound on the ghosts. Front of the stack is its top.
 * Jiang, Zhang 2002, doi 10.1145/511334.511340.
 */
export class Lirs extends Policy {
  /** Frames, then ghosts at count + item. */
  private stack: Lists;
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
    this.stack = new Lists(count + ghosts, 1);
    this.queue = new Lists(count, 1);
    this.ghosts = new GhostLists(ghosts, 1);
    this.page = column<PageKey>(count);
    this.lir = column<u8>(count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) this.forget(ghost);
    this.last = frame;
    this.page.set(frame, page);
    this.stack.pushFront(0, frame);
    if (this.lirs < this.mostLirs) {
      this.makeLir(frame);
    } else {
      this.queue.pushBack(0, frame);
      if (ghost != NONE) this.promote(frame);
    }
    this.prune();
  }

  onHit(frame: Frame): void {
    if (frame == this.last && !this.repeats) return;
    this.last = frame;
    if (this.lir.get(frame)) {
      const wasBottom = this.stack.back(0) == frame;
      this.stack.moveToFront(0, frame);
      if (wasBottom) this.prune();
    } else if (this.stack.holds(frame)) {
      this.stack.moveToFront(0, frame);
      this.promote(frame);
    } else {
      this.stack.pushFront(0, frame);
      this.queue.remove(frame);
      this.queue.pushBack(0, frame);
      this.prune();
    }
  }

  onEvict(frame: Frame): void {
    if (this.queue.holds(frame) && this.stack.holds(frame)) this.remember(frame);
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    if (this.stack.holds(frame)) this.stack.remove(frame);
    if (this.lir.get(frame)) this.lirs--;
    else this.queue.remove(frame);
    this.lir.set(frame, 0);
    this.prune();
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) this.forget(ghost);
    this.page.set(part, page);
    if (this.stack.holds(head)) this.stack.insertAfter(head, part);
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
    f = this.stack.back(0);
    for (; !this.stack.isEnd(f); f = this.stack.before(f)) {
      if (!this.isLir(f)) continue;
      this.steps++;
      if (frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  /** 1 LIR, 2 HIR in the stack, 3 HIR outside it. */
  state(frame: Frame): u32 {
    if (this.lir.get(frame)) return 1;
    if (!this.queue.holds(frame)) return 0;
    return this.stack.holds(frame) ? 2 : 3;
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.lir.get(frame) != 0 || this.queue.holds(frame)) == resident;
  }

  private isLir(item: u32): bool {
    return item < this.frames.count && this.lir.get(item) != 0;
  }

  private makeLir(frame: Frame): void {
    this.lir.set(frame, 1);
    this.lirs++;
  }

  /** A HIR page that was in the stack was used. */
  private promote(frame: Frame): void {
    this.queue.remove(frame);
    this.makeLir(frame);
    this.limitLirs();
  }

  private limitLirs(): void {
    while (this.lirs > this.mostLirs) {
      const f = this.stack.back(0);
      this.stack.remove(f);
      this.lir.set(f, 0);
      this.lirs--;
      this.queue.pushBack(0, f);
      this.prune();
    }
  }

  /** Down to the LIR page that was not used for the longest time. */
  private prune(): void {
    let item = this.stack.back(0);
    while (!this.stack.isEnd(item) && !this.isLir(item)) {
      if (item < this.frames.count) this.stack.remove(item);
      else this.forget(item - this.frames.count);
      item = this.stack.back(0);
    }
  }

  /** A ghost takes the place of the page in the stack. */
  private remember(frame: Frame): void {
    const ghosts = this.ghosts;
    const page = this.page.get(frame);
    const old = ghosts.find(page);
    if (old != NONE) this.forget(old);
    if (ghosts.capacity == 0) return;
    if (ghosts.total == ghosts.capacity) this.forget(ghosts.back(0));
    this.stack.insertAfter(frame, this.frames.count + ghosts.pushFront(0, page));
  }

  private forget(ghost: u32): void {
    this.stack.remove(this.frames.count + ghost);
    this.ghosts.remove(ghost);
  }
}
