import { Frame, NONE } from '../types';
import { PolicyContext } from './policy';
import { ResidentSets } from './resident-sets';

/**
 * Working set: in memory are the pages that each process used within its last `tau` references, and no others; a page that drops out is
 * given back. Departs from the paper, which takes whole processes out of memory, when the working sets do not fit: then the least recently
 * used page goes. Denning 1968, doi 10.1145/363095.363141.
 */
export class Ws extends ResidentSets {
  private tau: u64;

  constructor(context: PolicyContext) {
    super(context, context.params.get(1) != 0);
    this.tau = context.params.get(0);
    this.releaseAt = 0;
  }

  /** The next page that is too old; looked for again when the first of the others may be. */
  surplus(): Frame {
    const now = this.time.now;
    let next = now + 1 + this.tau;
    for (let p: u32 = 0; p < this.processes; p++) {
      for (let f = this.pages.back(p); !this.pages.isEnd(f); f = this.pages.before(f)) {
        const age = this.age(f, p);
        if (age < this.tau) {
          next = min(next, now + this.tau - age);
          break;
        }
        if (this.frames.isEvictable(f)) return f;
        next = now + 1;
      }
    }
    this.releaseAt = next;
    return NONE;
  }

  private age(frame: Frame, process: u32): u64 {
    const now = this.timeOf(process);
    const last = this.lastUse.get(frame);
    return now > last ? now - last : 0;
  }
}
