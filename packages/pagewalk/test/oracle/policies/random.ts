/** Any page with equal probability. Belady 1966, doi 10.1147/sj.52.0078. */
import { type Frame, Policy } from '../policy.ts';
import { SplitMix64 } from '../random.ts';

export class Random extends Policy {
  private readonly dice: SplitMix64;

  constructor(frames: readonly Frame[], seed: bigint) {
    super(frames);
    this.dice = new SplitMix64(seed);
  }

  victim(): number {
    this.steps++;
    return this.dice.below(this.frames.length);
  }
}
