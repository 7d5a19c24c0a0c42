import { Lists } from '../ds/lists';
import { Frame, NONE, NONE64, PageKey } from '../types';
import { Opt } from './opt';
import { PolicyContext } from './policy';

/**
 * The optimum with variable memory: a page that is not used again within the next `tau` touches is given back at once. It has the faults of
 * the working set with the same window, and no policy with so few holds less. Departs in measuring time over all processes; when memory
 * is full, OPT's victim goes. Prieve, Fabry 1976, doi 10.1145/360051.360231.
 */
export class Vmin extends Opt {
  private tau: u64;
  /** Pages that were not needed soon at their last touch, in the order of it. */
  private leaving: Lists;

  constructor(context: PolicyContext) {
    super(context);
    this.tau = context.params.get(0);
    this.leaving = new Lists(context.frames.count, 1);
  }

  onLoad(frame: Frame, page: PageKey): void {
    super.onLoad(frame, page);
    this.sort(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    super.onSplit(head, part, page);
    if (this.leaving.holds(head)) this.leaving.insertAfter(head, part);
  }

  onHit(frame: Frame): void {
    super.onHit(frame);
    if (this.leaving.holds(frame)) this.leaving.remove(frame);
    this.sort(frame);
  }

  onEvict(frame: Frame): void {
    super.onEvict(frame);
    if (this.leaving.holds(frame)) this.leaving.remove(frame);
  }

  victim(page: PageKey): Frame {
    const victim = super.victim(page);
    if (victim != NONE) this.fallbacks++;
    return victim;
  }

  surplus(): Frame {
    for (let f = this.leaving.front(0); !this.leaving.isEnd(f); ) {
      const after = this.leaving.after(f);
      if (!this.isFar(f)) this.leaving.remove(f);
      else if (this.frames.isEvictable(f)) return f;
      f = after;
    }
    this.releaseAt = NONE64;
    return NONE;
  }

  private sort(frame: Frame): void {
    if (!this.isFar(frame)) return;
    this.leaving.pushBack(0, frame);
    this.releaseAt = 0;
  }

  private isFar(frame: Frame): bool {
    return this.next.get(frame) > this.time.now + this.tau;
  }
}
