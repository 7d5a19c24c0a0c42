import { Column, column } from '../ds/column';
import { FRAME_FREE } from '../frame/frames';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Aging: at each tick every page's age counter is shifted right and its ref bit enters at the top, so a counter reads as the recent
 * history of ticks with a use. The smallest goes. A reference since the last tick counts as the bit above the counter, so that a page
 * loaded between two ticks is not the first to go; among equals the first from the hand on. Tanenbaum, Modern Operating Systems,
 * "Simulating LRU in software".
 */
export class Aging extends Policy {
  private age: Column<u32>;
  private bits: u32;

  constructor(context: PolicyContext) {
    super(context);
    this.age = column<u32>(context.frames.count);
    this.bits = <u32>context.params.get(0);
    this.tick = context.params.get(1);
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.age.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.age.set(part, this.age.get(head));
  }

  onTick(): void {
    const frames = this.frames;
    const top = this.bits - 1;
    for (let f: u32 = 0; f < frames.count; f++) {
      if (frames.state.get(f) == FRAME_FREE) continue;
      this.age.set(f, (this.age.get(f) >> 1) | ((<u32>frames.ref.get(f)) << top));
      frames.ref.set(f, 0);
    }
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    const count = frames.count;
    let best = NONE;
    let least = u64.MAX_VALUE;
    let f = this.hand;
    for (let i: u32 = 0; i < count; i++) {
      const age = ((<u64>frames.ref.get(f)) << this.bits) | this.age.get(f);
      if (age < least && frames.isEvictable(f)) {
        least = age;
        best = f;
      }
      f = f + 1 == count ? 0 : f + 1;
    }
    this.steps += count;
    if (best != NONE) this.hand = best + 1 == count ? 0 : best + 1;
    return best;
  }

  state(frame: Frame): u32 {
    return this.age.get(frame);
  }
}
