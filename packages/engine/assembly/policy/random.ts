import { Random as Generator } from '../ds/random';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** Draws after which a machine with few evictable frames is searched from the last draw on. */
const DRAWS: u32 = 64;

/** Any page with equal probability, from a seeded generator: what a policy has to beat. Belady 1966, doi 10.1147/sj.52.0078. */
export class Random extends Policy {
  private generator: Generator;

  constructor(context: PolicyContext) {
    super(context);
    this.generator = new Generator(context.seed);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    let f: Frame = 0;
    for (let i: u32 = 0; i < DRAWS; i++) {
      f = this.generator.below(frames.count);
      this.steps++;
      if (frames.isEvictable(f)) return f;
    }
    for (let i: u32 = 0; i < frames.count; i++) {
      f = f + 1 == frames.count ? 0 : f + 1;
      this.steps++;
      if (frames.isEvictable(f)) return f;
    }
    return NONE;
  }
}
