import { DIRTY } from '../frame/frames';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Not recently used: at each tick ref bits are cleared; the victim is of the lowest class 2·ref + dirty that has a page. Departs from
 * the textbook in taking the first page of the class from a hand on instead of a random one, which keeps runs free of chance and wears
 * all frames alike. Tanenbaum, Modern Operating Systems, "Not recently used".
 */
export class Nru extends Policy {
  constructor(context: PolicyContext) {
    super(context);
    this.tick = context.params.get(0);
    this.hand = 0;
  }

  onTick(): void {
    const frames = this.frames;
    frames.ref.clear(frames.count);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    const count = frames.count;
    let best = NONE;
    let least: u32 = 4;
    let f = this.hand;
    for (let i: u32 = 0; i < count && least > 0; i++) {
      this.steps++;
      const grade = this.state(f);
      if (grade < least && frames.isEvictable(f)) {
        least = grade;
        best = f;
      }
      f = f + 1 == count ? 0 : f + 1;
    }
    if (best != NONE) this.hand = best + 1 == count ? 0 : best + 1;
    return best;
  }

  state(frame: Frame): u32 {
    return ((<u32>this.frames.ref.get(frame)) << 1) | u32(this.frames.dirty.get(frame) == DIRTY);
  }
}
