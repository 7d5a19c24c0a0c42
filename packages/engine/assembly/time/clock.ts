import { Ns } from '../types';

/**
 * Virtual and simulated time. `touches` is the only clock a policy sees; nanoseconds are what every touch costs (first-level TLB and
 * data reference) plus what misses, walks, faults and devices added.
 */
export class Clock {
  touches: u64 = 0;
  extra: Ns = 0;
  private perTouch: Ns;

  constructor(perTouch: Ns) {
    this.perTouch = perTouch;
  }

  now(): Ns {
    return this.touches * this.perTouch + this.extra;
  }
}
