import { Column, column } from '../ds/column';
import { exponentialOfMinus } from '../ds/exponential';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { PolicyContext } from './policy';
import { RECENT, remembered, TwoExperts } from './two-experts';

/** Lists of SR-LRU, and so the first two values of `place`. */
const SCANNED: u8 = 0;
const REUSED: u8 = 1;
/** In list SCANNED, put there from REUSED. */
const DEMOTED: u8 = 2;

const LEAST_RATE: f64 = 0.001;
/** Periods without a better hit ratio before the learning rate starts anew. */
const PATIENCE: u32 = 10;

/**
 * CACHEUS: LeCaR with experts that stand scans and churn, and a learning rate that climbs towards a better hit ratio. SR-LRU keeps pages that were
 * used again (at most `reuseShare`) apart from those that were not, takes from the latter, and moves the border by its mistakes; CR-LFU takes, of
 * the least used pages, the one used last. New pages are never put among the reused ones, as the authors' program does while memory fills up.
 * Rodriguez et al., FAST'21, "Learning Cache Replacement with CACHEUS".
 */
export class Cacheus extends TwoExperts {
  /** Resident frames of SCANNED and REUSED, the latest use in front. */
  private order: Lists;
  private place: Column<u8>;
  private reused: u32 = 0;
  private reuseShare: u32;
  private mostReused: u32;
  private demoted: u32 = 0;
  /** Whether the page was not remembered when it was loaded; of a page in SR-LRU's history, whether that was so; and how many there are of these. */
  private isNew: Column<u8>;
  private wasNew: Column<u8>;
  private newOnes: u32 = 0;

  private rate: f64 = 0;
  private rateBefore: f64 = 0;
  private hits: u64 = 0;
  private hitsBefore: u64 = 0;
  private unlearned: u32 = 0;

  constructor(context: PolicyContext) {
    super(context, context.params.get(0), true);
    const count = context.frames.count;
    const scanShare = max<u32>(1, <u32>((<u64>count * context.params.get(1) + 50) / 100));
    this.order = new Lists(count, 2);
    this.place = column<u8>(count);
    this.reuseShare = count - scanShare;
    this.mostReused = count - 1;
    this.isNew = column<u8>(count);
    this.wasNew = column<u8>(remembered(count, context.params.get(0)));
    this.rate = this.anyRate();
    this.tick = count;
  }

  onHit(frame: Frame): void {
    super.onHit(frame);
    this.hits++;
    const place = this.place.get(frame);
    if (place == REUSED) {
      this.order.moveToFront(REUSED, frame);
      return;
    }
    if (place == DEMOTED) this.share(<i64>this.reuseShare + <i64>rounded(this.newOnes, this.demoted));
    this.leave(frame);
    this.reuse(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    super.onSplit(head, part, page);
    this.order.insertAfter(head, part);
    this.isNew.set(part, this.isNew.get(head));
    this.enterAs(this.place.get(head), part);
    this.trim();
  }

  onCold(frame: Frame): void {
    const list = this.place.get(frame) == REUSED ? REUSED : SCANNED;
    this.order.remove(frame);
    this.order.pushBack(list, frame);
  }

  /** A period of as many touches as there are frames is over. */
  onTick(): void {
    const rate = this.rate;
    const change = rate - this.rateBefore;
    if (change != 0) {
      const step = rate * Math.abs(change);
      const better = this.hits != this.hitsBefore && this.hits > this.hitsBefore == change > 0;
      this.rate = max<f64>(LEAST_RATE, min<f64>(1, better ? rate + step : rate - step));
      this.unlearned = 0;
    } else if (this.hits <= this.hitsBefore) {
      this.unlearned++;
      if (this.unlearned == PATIENCE) {
        this.unlearned = 0;
        this.rate = this.anyRate();
      }
    }
    this.rateBefore = rate;
    this.hitsBefore = this.hits;
    this.hits = 0;
  }

  /** Uses in the low 30 bits; above them 1: used again, 2: demoted. */
  state(frame: Frame): u32 {
    return (super.state(frame) & 0x3fffffff) | ((<u32>this.place.get(frame)) << 30);
  }

  protected leastRecent(): Frame {
    const f = this.leastRecentOf(SCANNED);
    return f == NONE ? this.leastRecentOf(REUSED) : f;
  }

  protected penalty(item: u32): f64 {
    return exponentialOfMinus(this.rate);
  }

  protected enter(frame: Frame): void {
    this.isNew.set(frame, 1);
    this.order.pushFront(SCANNED, frame);
    this.enterAs(SCANNED, frame);
  }

  protected comeBack(frame: Frame, item: u32): void {
    if (this.wasNew.get(item)) {
      this.forget(item);
      this.share(<i64>this.reuseShare - <i64>rounded(this.demoted, max<u32>(1, this.newOnes)));
    }
    this.isNew.set(frame, 0);
    this.reuse(frame);
  }

  protected remember(frame: Frame, item: u32): void {
    const wasNew: u8 = this.histories.listOf(item) == RECENT ? this.isNew.get(frame) : 0;
    this.wasNew.set(item, wasNew);
    this.newOnes += wasNew;
  }

  protected forget(item: u32): void {
    this.newOnes -= this.wasNew.get(item);
  }

  protected leave(frame: Frame): void {
    const place = this.place.get(frame);
    this.order.remove(frame);
    if (place == REUSED) this.reused--;
    if (place == DEMOTED) this.demoted--;
  }

  private leastRecentOf(list: u32): Frame {
    let f = this.order.back(list);
    for (; !this.order.isEnd(f); f = this.order.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  private enterAs(place: u8, frame: Frame): void {
    this.place.set(frame, place);
    if (place == REUSED) this.reused++;
    if (place == DEMOTED) this.demoted++;
  }

  private reuse(frame: Frame): void {
    this.order.pushFront(REUSED, frame);
    this.enterAs(REUSED, frame);
    this.trim();
  }

  private trim(): void {
    while (this.reused > this.reuseShare) {
      const f = this.order.back(REUSED);
      this.leave(f);
      this.order.pushFront(SCANNED, f);
      this.enterAs(DEMOTED, f);
    }
  }

  private share(share: i64): void {
    this.reuseShare = <u32>min<i64>(this.mostReused, max<i64>(1, share));
  }

  private anyRate(): f64 {
    return LEAST_RATE + (1 - LEAST_RATE) * this.uniform();
  }
}

/** a / b, halves upwards, and at least 1. */
function rounded(a: u32, b: u32): u32 {
  return max<u32>(1, <u32>((2 * <u64>a + b) / (2 * <u64>b)));
}
