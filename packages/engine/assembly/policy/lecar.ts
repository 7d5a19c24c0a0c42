import { Column, column } from '../ds/column';
import { exponentialOfMinus } from '../ds/exponential';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { PolicyContext } from './policy';
import { remembered, TwoExperts } from './two-experts';

/** The regret of 0.005 after as many accesses as there are frames: ln 200. */
const DISCOUNT: f64 = 5.298317366548036;

/**
 * LeCaR, learning cache replacement: the experts are LRU and LFU, and the sooner a mistake shows, the more weight it costs. The weights are kept
 * within 0.01 and 0.99, and pages that both name are not remembered: the paper does not speak of this, its authors' programs do it.
 * Vietri et al., HotStorage'18, "Driving Cache Replacement with ML-based LeCaR".
 */
export class Lecar extends TwoExperts {
  /** List 0: resident frames, the latest use in front. */
  private order: Lists;
  private rate: f64;
  /** The time of the eviction of each remembered page. */
  private left: Column<u64>;

  constructor(context: PolicyContext) {
    super(context, context.params.get(0), false);
    this.order = new Lists(context.frames.count, 1);
    this.rate = <f64>context.params.get(1) / 1000;
    this.left = column<u64>(remembered(context.frames.count, context.params.get(0)));
  }

  onHit(frame: Frame): void {
    super.onHit(frame);
    this.order.moveToFront(0, frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    super.onSplit(head, part, page);
    this.order.insertAfter(head, part);
  }

  onCold(frame: Frame): void {
    this.order.remove(frame);
    this.order.pushBack(0, frame);
  }

  protected leastRecent(): Frame {
    let f = this.order.back(0);
    for (; !this.order.isEnd(f); f = this.order.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  protected penalty(item: u32): f64 {
    const regret = exponentialOfMinus((DISCOUNT * <f64>(this.time.now - this.left.get(item))) / <f64>this.frames.count);
    return exponentialOfMinus(this.rate * regret);
  }

  protected enter(frame: Frame): void {
    this.order.pushFront(0, frame);
  }

  protected comeBack(frame: Frame, item: u32): void {
    this.order.pushFront(0, frame);
  }

  protected remember(frame: Frame, item: u32): void {
    this.left.set(item, this.time.now);
  }

  protected forget(item: u32): void {}

  protected leave(frame: Frame): void {
    this.order.remove(frame);
  }
}
