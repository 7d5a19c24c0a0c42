import { Frame, NONE, PageKey } from '../types';
import { Ages } from './ages';
import { Policy, PolicyContext } from './policy';

/**
 * Aging: at each tick every page's age counter is shifted right and its ref bit enters at the top, so a counter reads as the recent
 * history of ticks with a use. The smallest goes. A reference since the last tick counts as the bit above the counter, so that a page
 * loaded between two ticks is not the first to go; among equals the first from the hand on. Tanenbaum, Modern Operating Systems,
 * "Simulating LRU in software".
 */
export class Aging extends Policy {
  private ages: Ages;
  private bits: u32;

  constructor(context: PolicyContext) {
    super(context);
    const bits = <u32>context.params.get(0);
    this.bits = bits;
    this.ages = new Ages(context.frames, bits);
    this.tick = context.params.get(1);
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.ages.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.ages.set(part, this.ages.get(head));
  }

  onTick(): void {
    this.ages.tick();
  }

  victim(page: PageKey): Frame {
    const count = this.frames.count;
    const best = this.frames.narrow ? this.oldestInScope() : this.ages.oldest(this.hand);
    this.steps += count;
    if (best != NONE) this.hand = best + 1 == count ? 0 : best + 1;
    return best;
  }

  /** What `ages.oldest` finds, of the frames that may be taken now: frame by frame. */
  private oldestInScope(): Frame {
    const frames = this.frames;
    const count = frames.count;
    let best = NONE;
    let least = u64.MAX_VALUE;
    let f = this.hand;
    for (let i: u32 = 0; i < count; i++) {
      const age = ((<u64>frames.ref.get(f)) << this.bits) | this.ages.get(f);
      if (age < least && frames.isEvictable(f)) {
        least = age;
        best = f;
      }
      f = f + 1 == count ? 0 : f + 1;
    }
    return best;
  }

  state(frame: Frame): u32 {
    return this.ages.get(frame);
  }
}
