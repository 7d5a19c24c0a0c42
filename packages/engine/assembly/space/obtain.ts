import { Allotment } from '../frame/allotment';
import { C_LIMIT_EVICTIONS, C_LOCAL_FALLBACKS } from '../gen/counters';
import { Asid, Frame, NONE, PageKey, Vpn } from '../types';
import { Kernel } from './kernel';
import { Reclaim } from './reclaim';

/** A frame for a page: a free one, else one that is reclaimed. */
export class Obtain {
  private kernel: Kernel;
  private reclaim: Reclaim;
  private allotment: Allotment;

  constructor(kernel: Kernel, reclaim: Reclaim, allotment: Allotment) {
    this.kernel = kernel;
    this.reclaim = reclaim;
    this.allotment = allotment;
  }

  /** For a page of a process and region (0: implicit memory) that the policy knows by `key`; NONE when memory and swap are full. */
  frame(process: Asid, region: usize, page: Vpn, key: PageKey): Frame {
    const kernel = this.kernel;
    if (this.allotment.isLimited) this.trim(process, key);
    const free = kernel.supply.take(process, region, page);
    if (free != NONE) return free;
    if (!this.allotment.isLocal) return this.reclaimed(process, key);
    kernel.frames.setOwner(process);
    const own = this.reclaimed(process, key);
    kernel.frames.setOwner(NONE);
    if (own != NONE) return own;
    const other = this.reclaimed(process, key);
    if (other != NONE) kernel.processes.inc(process, C_LOCAL_FALLBACKS);
    return other;
  }

  /** The same while the page in `kept` must stay. */
  frameBeside(kept: Frame, process: Asid, region: usize, page: Vpn, key: PageKey): Frame {
    this.kernel.pin(kept);
    const frame = this.frame(process, region, page, key);
    this.kernel.unpin(kept);
    return frame;
  }

  /** Node by node, in the order in which they were asked for a free frame. */
  private reclaimed(process: Asid, key: PageKey): Frame {
    const supply = this.kernel.supply;
    let frame = NONE;
    for (let node: u32 = 0; frame == NONE && supply.window(node); node++) frame = this.reclaim.reclaim(process, key);
    supply.window(NONE);
    return frame;
  }

  /** A process at its limit gives frames of its own back until one more page fits in, as far as that is possible. */
  private trim(process: Asid, key: PageKey): void {
    const kernel = this.kernel;
    this.allotment.fault(process);
    while (this.allotment.isAtLimit(process)) {
      kernel.frames.setOwner(process);
      const frame = this.reclaim.reclaim(process, key);
      kernel.frames.setOwner(NONE);
      if (frame == NONE) return;
      kernel.supply.release(frame, 0);
      kernel.processes.inc(process, C_LIMIT_EVICTIONS);
    }
  }
}
