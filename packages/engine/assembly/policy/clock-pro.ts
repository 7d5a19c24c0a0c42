import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const HOT: u8 = 1;
const COLD: u8 = 2;
/** Cold, and in its test period; so are all ghosts. */
const TEST: u8 = 3;

/**
 * CLOCK-Pro: LIRS with ref bits. Hot pages stay; a cold page that is used during its test period becomes hot, and HAND_hot makes a hot page that was
 * not used cold. The share of cold pages grows with each page used in its test and shrinks with each that was not. All pages stand on one
 * circle, cut open here behind HAND_hot: its page is at the back, and what a hand passes goes to the front. HAND_cold and HAND_test are at
 * the back of lists of their pages. Jiang, Chen, Zhang 2005, CLOCK-Pro: an effective improvement of the CLOCK replacement, USENIX.
 */
export class ClockPro extends Policy {
  /** Frames, then ghosts at count + item. */
  private circle: Lists;
  /** Resident cold pages, in the order of the circle. */
  private cold: Lists;
  /** Pages in test, resident or not, in the order of the circle. */
  private test: Lists;
  private ghosts: GhostLists;
  private page: Column<PageKey>;
  private kind: Column<u8>;
  private hots: u32 = 0;
  private colds: u32 = 0;
  /** m_c, the frames for cold pages, and the most of them. */
  private coldShare: u32;
  private mostCold: u32;
  /** A victim was looked for since the last load. */
  private full: bool = false;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.circle = new Lists(count * 2 + 1, 1);
    this.cold = new Lists(count, 1);
    this.test = new Lists(count * 2 + 1, 1);
    this.ghosts = new GhostLists(count + 1, 1);
    this.page = column<PageKey>(count);
    this.kind = column<u8>(count);
    this.mostCold = max(1, count - 1);
    this.coldShare = min(this.mostCold, max(1, <u32>((<u64>count * context.params.get(0)) / 100)));
    this.refOnLoad = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    const hot = ghost != NONE || (!this.full && this.hots < this.frames.count - this.coldShare);
    this.full = false;
    this.page.set(frame, page);
    this.circle.pushFront(0, frame);
    if (hot) {
      this.kind.set(frame, HOT);
      this.hots++;
    } else {
      this.enterCold(frame, TEST);
      this.test.pushFront(0, frame);
    }
    if (ghost != NONE) {
      this.forget(ghost);
      this.usedInTest();
    }
    this.dropGhosts();
  }

  onEvict(frame: Frame): void {
    this.dropGhosts();
    if (this.kind.get(frame) == TEST) this.remember(frame);
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    this.circle.remove(frame);
    if (this.kind.get(frame) == HOT) {
      this.hots--;
    } else {
      this.leaveCold(frame);
    }
    this.kind.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) this.forget(ghost);
    this.page.set(part, page);
    this.kind.set(part, this.kind.get(head));
    this.circle.insertAfter(head, part);
    if (this.kind.get(head) == HOT) {
      this.hots++;
      return;
    }
    this.colds++;
    this.cold.insertAfter(head, part);
    if (this.kind.get(head) == TEST) this.test.insertAfter(head, part);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    this.full = true;
    for (let passed: u32 = 0; passed < this.colds; ) {
      const f = this.cold.back(0);
      this.steps++;
      if (!frames.isEvictable(f)) {
        this.cold.moveToFront(0, f);
        passed++;
        continue;
      }
      if (!frames.isReferenced(f)) return f;
      passed = 0;
      frames.clearReference(f);
      this.circle.moveToFront(0, f);
      if (this.kind.get(f) == COLD) {
        this.cold.moveToFront(0, f);
      } else {
        this.leaveCold(f);
        this.kind.set(f, HOT);
        this.hots++;
        this.usedInTest();
      }
    }
    let item = this.circle.back(0);
    for (; !this.circle.isEnd(item); item = this.circle.before(item)) {
      if (!this.isHot(item)) continue;
      this.steps++;
      if (frames.isEvictable(item)) return item;
    }
    return NONE;
  }

  /** 1 hot, 2 cold, 3 cold in test. */
  state(frame: Frame): u32 {
    return this.kind.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.circle.holds(frame) == resident;
  }

  private isHot(item: u32): bool {
    return item < this.frames.count && this.kind.get(item) == HOT;
  }

  private enterCold(frame: Frame, kind: u8): void {
    this.kind.set(frame, kind);
    this.cold.pushFront(0, frame);
    this.colds++;
  }

  private leaveCold(frame: Frame): void {
    this.cold.remove(frame);
    this.colds--;
    if (this.kind.get(frame) == TEST) this.test.remove(frame);
  }

  /** A page in test was used and is hot now: a larger share for cold pages, and HAND_hot for each hot page too many. */
  private usedInTest(): void {
    this.coldShare = min(this.coldShare + 1, this.mostCold);
    while (this.hots > this.frames.count - this.coldShare) this.runHandHot();
  }

  /** Makes the first hot page that was not used cold, and stops at a hot page. */
  private runHandHot(): void {
    for (let cooled = false; !cooled || (this.hots > 0 && !this.isHot(this.circle.back(0))); ) {
      const item = this.circle.back(0);
      if (!this.isHot(item)) {
        this.passCold(item);
        continue;
      }
      this.circle.moveToFront(0, item);
      cooled = !this.frames.isReferenced(item);
      this.frames.clearReference(item);
      if (!cooled) continue;
      this.hots--;
      this.enterCold(item, COLD);
    }
  }

  private passCold(item: u32): void {
    this.endTest(item);
    if (item >= this.frames.count) return;
    this.circle.moveToFront(0, item);
    this.cold.moveToFront(0, item);
  }

  private endTest(item: u32): void {
    const ghost = item >= this.frames.count;
    if (!ghost && this.kind.get(item) != TEST) return;
    const used = !ghost && this.frames.isReferenced(item);
    if (ghost) {
      this.forget(item - this.frames.count);
    } else {
      this.test.remove(item);
      this.kind.set(item, COLD);
    }
    this.coldShare = used ? min(this.coldShare + 1, this.mostCold) : max(this.coldShare - 1, 1);
  }

  /** HAND_test. */
  private dropGhosts(): void {
    while (this.ghosts.total > this.frames.count) this.endTest(this.test.back(0));
  }

  /** A ghost takes the place of the page on the circle. */
  private remember(frame: Frame): void {
    const page = this.page.get(frame);
    const old = this.ghosts.find(page);
    if (old != NONE) this.forget(old);
    const item = this.frames.count + this.ghosts.pushFront(0, page);
    this.circle.insertAfter(frame, item);
    this.test.insertAfter(frame, item);
  }

  private forget(ghost: u32): void {
    const item = this.frames.count + ghost;
    this.circle.remove(item);
    this.test.remove(item);
    this.ghosts.remove(ghost);
  }
}
