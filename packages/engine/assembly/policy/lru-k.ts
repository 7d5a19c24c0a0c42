import { Column, column } from '../ds/column';
import { GhostQueue } from '../ds/ghost-queue';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { PolicyContext } from './policy';
import { Ranked } from './ranked';

/**
 * LRU-K: the page whose K-th last touch is longest ago goes, pages with fewer touches first. Touches within the correlated reference period of
 * the last one count as one, and a page is safe for so long: it waits in a list by time and enters the heap when it may be a victim. Without
 * a period all pages are in the heap, and as their keys only rise, a hit does not move them. What was known of an evicted page is remembered;
 * a bound on the number of such pages is added. O'Neil, O'Neil, Weikum 1993, doi 10.1145/170035.170081.
 */
export class LruK extends Ranked {
  private k: u32;
  private correlated: u64;
  private retained: u64;
  /** Times of the last K uncorrelated touches of a frame's page, the latest first; 0: none. */
  private hist: Column<u64>;
  private last: Column<u64>;
  private page: Column<PageKey>;
  /** Pages that are not in the heap, by their last touch, the latest in front; none without a period. */
  private young: Lists;
  private ghosts: GhostQueue;
  private ghostHist: Column<u64>;
  private ghostLast: Column<u64>;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const k = <u32>context.params.get(0);
    this.k = k;
    this.correlated = context.params.get(1);
    this.retained = context.params.get(2);
    const ghosts = <u32>((<u64>count * context.params.get(3)) / 100);
    this.hist = column<u64>(count * k);
    this.last = column<u64>(count);
    this.page = column<PageKey>(count);
    this.young = new Lists(count, 1);
    this.ghosts = new GhostQueue(ghosts);
    this.ghostHist = column<u64>(ghosts * k);
    this.ghostLast = column<u64>(ghosts);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const now = this.time.now;
    const hist = frame * this.k;
    const ghost = this.ghosts.find(page);
    const isKnown = ghost != NONE && (this.retained == 0 || now - this.ghostLast.get(ghost) <= this.retained);
    for (let i: u32 = 1; i < this.k; i++) {
      this.hist.set(hist + i, isKnown ? this.ghostHist.get(ghost * this.k + i - 1) : 0);
    }
    this.hist.set(hist, now);
    this.last.set(frame, now);
    this.page.set(frame, page);
    if (ghost != NONE) this.ghosts.remove(ghost);
    if (this.correlated == 0) this.rank(frame);
    else this.young.pushFront(0, frame);
  }

  onHit(frame: Frame): void {
    const now = this.time.now;
    const last = this.last.get(frame);
    if (now - last > this.correlated) {
      const hist = frame * this.k;
      const burst = last - this.hist.get(hist);
      for (let i = this.k - 1; i > 0; i--) {
        const time = this.hist.get(hist + i - 1);
        this.hist.set(hist + i, time == 0 ? 0 : time + burst);
      }
      this.hist.set(hist, now);
    }
    this.last.set(frame, now);
    if (this.correlated == 0) {
      this.ranks.raise(frame, this.oldest(frame), now);
    } else if (this.young.holds(frame)) {
      this.young.moveToFront(0, frame);
    } else {
      this.ranks.remove(frame);
      this.young.pushFront(0, frame);
    }
  }

  onEvict(frame: Frame): void {
    const ghost = this.ghosts.remember(this.page.get(frame));
    if (ghost != NONE) {
      for (let i: u32 = 0; i < this.k; i++) {
        this.ghostHist.set(ghost * this.k + i, this.hist.get(frame * this.k + i));
      }
      this.ghostLast.set(ghost, this.last.get(frame));
    }
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    if (this.young.holds(frame)) this.young.remove(frame);
    else this.ranks.remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    for (let i: u32 = 0; i < this.k; i++) this.hist.set(part * this.k + i, this.hist.get(head * this.k + i));
    this.last.set(part, this.last.get(head));
    this.page.set(part, page);
    if (this.young.holds(head)) this.young.insertAfter(head, part);
    else super.onSplit(head, part, page);
  }

  onCold(frame: Frame): void {
    for (let i = min<u32>(this.k - 1, 1); i < this.k; i++) this.hist.set(frame * this.k + i, 0);
    if (this.young.holds(frame)) return;
    this.ranks.remove(frame);
    this.rank(frame);
  }

  victim(page: PageKey): Frame {
    const now = this.time.now;
    let f = this.young.back(0);
    while (!this.young.isEnd(f) && now - this.last.get(f) > this.correlated) {
      this.young.remove(f);
      this.rank(f);
      f = this.young.back(0);
    }
    const eligible = super.victim(page);
    if (eligible != NONE) return eligible;
    for (; !this.young.isEnd(f); f = this.young.before(f)) {
      this.steps++;
      if (!this.frames.isEvictable(f)) continue;
      this.fallbacks++;
      return f;
    }
    return NONE;
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.young.holds(frame) || this.ranks.holds(frame)) == resident;
  }

  private rank(frame: Frame): void {
    this.ranks.add(frame, this.oldest(frame), this.last.get(frame));
  }

  /** HIST(K). */
  private oldest(frame: Frame): u64 {
    return this.hist.get(frame * this.k + this.k - 1);
  }
}
