import { Column, column } from '../ds/column';
import { FRAME_FREE } from '../frame/frames';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Not frequently used: at each tick the ref bit of every page is added to its counter and cleared; the smallest goes. Nothing is forgotten,
 * which is what aging mends. Departs in breaking ties: a page without a reference since the tick first, then from a hand on.
 * Tanenbaum, Modern Operating Systems, "Simulating LRU in software".
 */
export class Nfu extends Policy {
  /** Ticks in which the page was used. */
  private uses: Column<u64>;

  constructor(context: PolicyContext) {
    super(context);
    this.uses = column<u64>(context.frames.count);
    this.tick = context.params.get(0);
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.uses.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.uses.set(part, this.uses.get(head));
  }

  onTick(): void {
    const frames = this.frames;
    for (let f: u32 = 0; f < frames.count; f++) {
      if (frames.state.get(f) == FRAME_FREE) continue;
      this.uses.set(f, this.uses.get(f) + frames.ref.get(f));
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
      const rank = (this.uses.get(f) << 1) | frames.ref.get(f);
      if (rank < least && frames.isEvictable(f)) {
        least = rank;
        best = f;
      }
      f = f + 1 == count ? 0 : f + 1;
    }
    this.steps += count;
    if (best != NONE) this.hand = best + 1 == count ? 0 : best + 1;
    return best;
  }

  state(frame: Frame): u32 {
    return <u32>min<u64>(this.uses.get(frame), u32.MAX_VALUE);
  }
}
