/**
 * GCLOCK: CLOCK with a weight for each page. Use gives weight, each pass of the hand takes one off, and a page without any goes. Turns that can
 * find nothing, because the least weight is still m, are made in one. docs/policies/gclock.md.
 */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

export class Gclock extends Policy {
  private hand = 0;
  private readonly weights: number[];
  private readonly load: number;
  private readonly hit: number;
  private readonly adds: boolean;
  private readonly max: number;

  constructor(world: World, load: number, hit: number, add: number, max: number) {
    super(world);
    this.weights = world.frames.map(() => 0);
    this.load = load;
    this.hit = hit;
    this.adds = add === 1;
    this.max = max;
  }

  override refOnLoad(): boolean {
    return false;
  }

  override onLoad(frame: number): void {
    this.weights[frame] = this.load;
  }

  override onHit(frame: number): void {
    if (this.adds) this.weights[frame] = Math.min(this.weightOf(frame) + this.hit, this.max);
  }

  victim(): number {
    const first = this.turn();
    if (first !== undefined) return this.take(first);
    const candidates = this.frames.flatMap(({ evictable }, at) => (evictable ? [at] : []));
    if (candidates.length === 0) return NONE;
    const least = Math.min(...candidates.map((at) => this.weightOf(at)));
    if (least > 0) {
      for (const at of candidates) this.weights[at] = this.weightOf(at) - least;
      this.steps += this.frames.length;
    }
    return this.take(this.turn() as number);
  }

  /** Once over all frames; undefined: no page was without weight. */
  private turn(): number | undefined {
    return around(this.hand, this.frames.length).find((at) => {
      this.steps++;
      const frame = this.frames[at] as Frame;
      if (!frame.evictable) return false;
      if (!this.adds && frame.ref) {
        frame.ref = false;
        this.weights[at] = this.hit;
      }
      if (this.weightOf(at) === 0) return true;
      this.weights[at] = this.weightOf(at) - 1;
      return false;
    });
  }

  private take(victim: number): number {
    this.hand = (victim + 1) % this.frames.length;
    return victim;
  }

  private weightOf(at: number): number {
    return this.weights[at] as number;
  }
}
