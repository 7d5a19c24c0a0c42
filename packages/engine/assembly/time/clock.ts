import { Ns } from '../types';

/**
 * Virtual and simulated time. `touches` is the only clock a policy sees. What every touch, every second-level lookup and every walk costs
 * is multiplied out when the time is asked for, so that the hot path only counts; faults and devices add to `extra`.
 */
export class Clock {
  touches: u64 = 0;
  /** Second-level TLB hits; a walk is a second-level miss. */
  secondHits: u64 = 0;
  walks: u64 = 0;
  /** Memory references that walks did not make, of `levels` each. */
  savedRefs: u64 = 0;
  extra: Ns = 0;
  private touchNs: Ns;
  secondNs: Ns;
  private walkNs: Ns;
  private memoryNs: Ns;

  /** `secondNs` is 0 where there is no second-level TLB. */
  constructor(touchNs: Ns, secondNs: Ns, memoryNs: Ns, levels: u32) {
    this.touchNs = touchNs;
    this.secondNs = secondNs;
    this.memoryNs = memoryNs;
    this.walkNs = memoryNs * levels;
  }

  now(): Ns {
    return (
      this.touches * this.touchNs +
      (this.secondHits + this.walks) * this.secondNs +
      this.walks * this.walkNs -
      this.savedRefs * this.memoryNs +
      this.extra
    );
  }
}
