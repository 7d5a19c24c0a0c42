import { Asid, Frame, NONE, Vpn } from '../types';
import { Kernel } from './kernel';
import { Reclaim } from './reclaim';

/** A frame for a page: a free one, else one that is reclaimed. */
export class Obtain {
  private kernel: Kernel;
  private reclaim: Reclaim;

  constructor(kernel: Kernel, reclaim: Reclaim) {
    this.kernel = kernel;
    this.reclaim = reclaim;
  }

  /** For a page of a process and region (0: implicit memory); NONE when memory and swap are full. */
  frame(process: Asid, region: usize, page: Vpn): Frame {
    const supply = this.kernel.supply;
    let frame = supply.take(process, region, page);
    if (frame != NONE) return frame;
    for (let node: u32 = 0; frame == NONE && supply.window(node); node++) frame = this.reclaim.reclaim(process);
    supply.window(NONE);
    return frame;
  }

  /** The same while the page in `kept` must stay. */
  frameBeside(kept: Frame, process: Asid, region: usize, page: Vpn): Frame {
    this.kernel.pin(kept);
    const frame = this.frame(process, region, page);
    this.kernel.unpin(kept);
    return frame;
  }
}
