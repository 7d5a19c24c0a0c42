import { Column, column } from '../ds/column';
import { Frame, NONE, NONE64, PageKey } from '../types';
import { PolicyContext } from './policy';
import { ResidentSets } from './resident-sets';

/**
 * Page fault frequency: a process whose faults are at most `interval` of its references apart gets a frame more with each; at a fault that
 * comes later, the pages that it did not use since the last one are given back. The order of use stands for ref bits that every fault
 * clears. Departs in giving back behind the load, and in that the least recently used page goes when memory is full.
 * Chu, Opderbeck 1972, doi 10.1145/1479992.1480077.
 */
export class Pff extends ResidentSets {
  private interval: u64;
  /** Of each process the time of its last fault, and the time before which pages were used last that are to go. */
  private faultAt: Column<u64>;
  private limit: Column<u64>;

  constructor(context: PolicyContext) {
    super(context, false);
    this.interval = context.params.get(0);
    this.faultAt = column<u64>(context.time.processes);
    this.limit = column<u64>(context.time.processes);
  }

  onLoad(frame: Frame, page: PageKey): void {
    super.onLoad(frame, page);
    const process = this.time.running;
    const now = this.timeOf(process);
    const last = this.faultAt.get(process);
    this.faultAt.set(process, now);
    if (now - last <= this.interval) return;
    this.limit.set(process, last);
    this.releaseAt = 0;
  }

  surplus(): Frame {
    for (let p: u32 = 0; p < this.processes; p++) {
      const limit = this.limit.get(p);
      let f = this.pages.back(p);
      for (; !this.pages.isEnd(f) && this.lastUse.get(f) < limit; f = this.pages.before(f)) {
        if (this.frames.isEvictable(f)) return f;
      }
    }
    this.releaseAt = NONE64;
    return NONE;
  }
}
