import { Column, column } from '../ds/column';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * CLOCK: a hand passes over the frames. At each it shifts the ref bit into a history of `bits` bits and clears it; the first page whose
 * history is all zero goes, and the hand stays behind it. With bits = 1 this is the textbook CLOCK (second chance); with k, a page goes
 * after k passes without a reference. `ref_on_load` says whether the access that loads a page counts as a reference: published
 * results differ in it. Corbato 1968, A paging experiment with the Multics system.
 */
export class Clock extends Policy {
  private history: Column<u8>;
  private top: u32;

  constructor(context: PolicyContext) {
    super(context);
    this.history = column<u8>(context.frames.count);
    this.top = <u32>context.params.get(0) - 1;
    this.refOnLoad = <u8>context.params.get(1);
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.history.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.history.set(part, this.history.get(head));
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    const count = frames.count;
    let hand = this.hand;
    // Each full turn shifts a zero into every history, so bits + 1 turns find a victim if there is any.
    const limit = (<u64>this.top + 2) * count;
    for (let step: u64 = 1; step <= limit; step++) {
      const f = hand;
      hand = hand + 1 == count ? 0 : hand + 1;
      if (!frames.isEvictable(f)) continue;
      const history = (<u32>this.history.get(f) >> 1) | ((<u32>frames.ref.get(f)) << this.top);
      frames.ref.set(f, 0);
      this.history.set(f, <u8>history);
      if (history == 0) {
        this.hand = hand;
        this.steps += step;
        return f;
      }
    }
    return NONE;
  }

  state(frame: Frame): u32 {
    return this.history.get(frame);
  }
}
