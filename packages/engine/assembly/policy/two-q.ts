import { Column, column } from '../ds/column';
import { GhostQueue } from '../ds/ghost-queue';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const A1_IN: u8 = 0;
const AM: u8 = 1;

/**
 * 2Q, full version: a page's first visit is spent in the queue A1in, whatever is touched meanwhile; after it the page is remembered in
 * A1out, and if it comes back it enters Am, an LRU list. A1in gives up pages while it has more than Kin. `a1in_hit` = 1 is the other reading,
 * in which a hit in A1in is a return. Johnson, Shasha 1994, VLDB, "2Q: a low overhead high performance buffer management replacement algorithm".
 */
export class TwoQ extends Policy {
  private pages: Lists;
  private queue: Column<u8>;
  private page: Column<PageKey>;
  private a1inSize: u32 = 0;
  /** One more than Kout: A1out is cut after the page that comes was looked for in it. */
  private a1out: GhostQueue;
  private kin: u32;
  private kout: u32;
  private promotes: bool;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.kin = <u32>((<u64>count * context.params.get(0)) / 100);
    const kout = <u32>((<u64>count * context.params.get(1)) / 100);
    this.kout = kout;
    this.promotes = context.params.get(2) != 0;
    this.pages = new Lists(count, 2);
    this.queue = column<u8>(count);
    this.page = column<PageKey>(count);
    this.a1out = new GhostQueue(kout + 1);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const a1out = this.a1out;
    const queue = a1out.find(page) != NONE ? AM : A1_IN;
    while (a1out.total > this.kout) a1out.removeBack(0);
    a1out.forget(page);
    this.page.set(frame, page);
    this.enter(frame, queue);
    this.pages.pushFront(queue, frame);
  }

  onHit(frame: Frame): void {
    if (this.queue.get(frame) == AM) {
      this.pages.moveToFront(AM, frame);
    } else if (this.promotes) {
      this.onDiscard(frame);
      this.enter(frame, AM);
      this.pages.pushFront(AM, frame);
    }
  }

  onEvict(frame: Frame): void {
    if (this.queue.get(frame) == A1_IN) this.a1out.remember(this.page.get(frame));
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    this.pages.remove(frame);
    this.a1inSize -= u32(this.queue.get(frame) == A1_IN);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.page.set(part, page);
    this.enter(part, this.queue.get(head));
    this.pages.insertAfter(head, part);
  }

  onCold(frame: Frame): void {
    this.pages.remove(frame);
    this.pages.pushBack(this.queue.get(frame), frame);
  }

  victim(page: PageKey): Frame {
    const first = this.a1inSize > this.kin ? A1_IN : AM;
    const f = this.oldest(first);
    return f != NONE ? f : this.oldest(A1_IN + AM - first);
  }

  /** 1: in Am. */
  state(frame: Frame): u32 {
    return this.queue.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }

  private enter(frame: Frame, queue: u8): void {
    this.queue.set(frame, queue);
    this.a1inSize += u32(queue == A1_IN);
  }

  private oldest(queue: u8): Frame {
    let f = this.pages.back(queue);
    for (; !this.pages.isEnd(f); f = this.pages.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }
}
