import { Frame, NONE, NONE64, PageKey } from '../types';
import { Future, PolicyContext } from './policy';
import { Ranked } from './ranked';

const READ: u64 = 100;

/**
 * Belady's rule weighed by cost: the page goes whose eviction wins most touches until its next use for its cost, a read, and a write if it
 * is dirty. Pages by next use, the furthest in front: the first one and, if it is dirty, the first clean one are all that can win.
 * Not the optimum, which is a flow through the whole trace, but what knowledge of the future makes of CFLRU's idea.
 * After Belady 1966, doi 10.1147/sj.52.0078, and Park et al. 2006, doi 10.1145/1176760.1176789.
 */
export class OptWa extends Ranked {
  private future: Future;
  private dirtyCost: u64;

  constructor(context: PolicyContext) {
    super(context);
    this.future = context.future;
    this.dirtyCost = READ + context.params.get(0);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.ranks.add(frame, ~this.future.next, 0);
  }

  onHit(frame: Frame): void {
    this.ranks.remove(frame);
    this.ranks.add(frame, ~this.future.next, 0);
  }

  victim(page: PageKey): Frame {
    let best = NONE;
    let bestDistance: u64 = 0;
    for (let f = this.ranks.top(); f != NONE; f = this.ranks.top()) {
      this.steps++;
      const distance = this.distanceOf(f);
      if (best != NONE && !this.winsClean(distance, bestDistance)) break;
      if (this.frames.isEvictable(f)) {
        if (best == NONE || !this.frames.isDirty(f)) {
          best = f;
          bestDistance = distance;
        }
        if (!this.frames.isDirty(f)) break;
      }
      this.ranks.pass();
    }
    this.ranks.restore();
    return best;
  }

  /** Touches from now to the next use; all ones: never. */
  private distanceOf(frame: Frame): u64 {
    const next = ~this.ranks.first(frame);
    if (next == NONE64) return NONE64;
    return next > this.time.now ? next - this.time.now : 0;
  }

  /** Whether a page at some distance, if it is clean, wins against a dirty one that is not nearer. */
  private winsClean(distance: u64, dirtyDistance: u64): bool {
    if (dirtyDistance == NONE64) return distance == NONE64;
    return distance * this.dirtyCost >= dirtyDistance * READ;
  }
}
