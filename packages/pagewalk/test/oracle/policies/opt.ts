/** The optimum: evicts the page whose next use is furthest away, the lowest frame among pages never used again. Belady 1966. */
import { type Frame, Policy } from '../policy.ts';

export class Opt extends Policy {
  private readonly nextUse: number[];

  constructor(frames: readonly Frame[]) {
    super(frames);
    this.nextUse = frames.map(() => 0);
  }

  override onLoad(frame: number, nextUse: number): void {
    this.nextUse[frame] = nextUse;
  }

  override onHit(frame: number, nextUse: number): void {
    this.nextUse[frame] = nextUse;
  }

  victim(): number {
    this.steps++;
    return this.nextUse.indexOf(Math.max(...this.nextUse));
  }
}
