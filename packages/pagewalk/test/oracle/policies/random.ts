/**
 * Any page with equal probability. Belady 1966, doi 10.1147/sj.52.0078. After 64 draws of frames that may not be taken, the first that may
 * behind the last draw.
 */

import { around, NONE, Policy, type World } from '../policy.ts';
import { SplitMix64 } from '../random.ts';

const DRAWS = 64;

export class Random extends Policy {
  private readonly dice: SplitMix64;

  constructor(world: World) {
    super(world);
    this.dice = new SplitMix64(world.seed);
  }

  victim(): number {
    const { frames } = this;
    let last = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      this.steps++;
      last = this.dice.below(frames.length);
      if (frames[last]?.evictable) return last;
    }
    for (const frame of around((last + 1) % frames.length, frames.length)) {
      this.steps++;
      if (frames[frame]?.evictable) return frame;
    }
    return NONE;
  }
}
