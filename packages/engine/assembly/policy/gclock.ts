import { Column, column } from '../ds/column';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** More than any counter. */
const TOP: u32 = 256;

/**
 * Generalized CLOCK: a use sets the page's counter to a weight, each pass of the hand takes one off, and a page with nothing left goes. The
 * ref bit says all that is needed of uses; in the other form (`add`) each access adds the weight, up to `max`. Departs in that turns of the
 * hand which cannot find a page are made in one. Smith 1978, doi 10.1145/320263.320276.
 */
export class Gclock extends Policy {
  private counter: Column<u8>;
  private load: u32;
  private hit: u32;
  private max: u32;
  /** The smallest counter that the last turn left. */
  private least: u32 = TOP;

  constructor(context: PolicyContext) {
    super(context);
    this.counter = column<u8>(context.frames.count);
    this.load = <u32>context.params.get(0);
    this.hit = <u32>context.params.get(1);
    this.everyAccess = context.params.get(2) != 0;
    this.max = <u32>context.params.get(3);
    this.refOnLoad = 0;
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.counter.set(frame, <u8>this.load);
  }

  onHit(frame: Frame): void {
    this.counter.set(frame, <u8>min<u32>(<u32>this.counter.get(frame) + this.hit, this.max));
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.counter.set(part, this.counter.get(head));
  }

  onCold(frame: Frame): void {
    this.counter.set(frame, 0);
  }

  victim(page: PageKey): Frame {
    const first = this.turn();
    if (first != NONE || this.least == TOP) return first;
    if (this.least > 0) this.skipTurns(this.least);
    return this.turn();
  }

  state(frame: Frame): u32 {
    return this.counter.get(frame);
  }

  /** A turn of the hand at most: the first page with nothing left, or NONE when one was taken off each. */
  private turn(): Frame {
    const frames = this.frames;
    let hand = this.hand;
    let least = TOP;
    for (let i: u32 = 0; i < frames.count; i++) {
      const f = hand;
      hand = hand + 1 == frames.count ? 0 : hand + 1;
      this.steps++;
      if (!frames.isEvictable(f)) continue;
      const counter = this.weigh(f);
      if (counter == 0) {
        this.hand = hand;
        return f;
      }
      this.counter.set(f, <u8>(counter - 1));
      least = min(least, counter - 1);
    }
    this.least = least;
    return NONE;
  }

  /** As many turns as no counter survives by more than 0: the smallest becomes 0. */
  private skipTurns(turns: u32): void {
    const frames = this.frames;
    this.steps += frames.count;
    for (let f: u32 = 0; f < frames.count; f++) {
      if (frames.isEvictable(f)) this.counter.set(f, <u8>(<u32>this.counter.get(f) - turns));
    }
  }

  /** The counter of a page, with the reference that its ref bit tells of. */
  private weigh(frame: Frame): u32 {
    if (this.everyAccess || !this.frames.isReferenced(frame)) return this.counter.get(frame);
    this.frames.clearReference(frame);
    this.counter.set(frame, <u8>this.hit);
    return this.hit;
  }
}
