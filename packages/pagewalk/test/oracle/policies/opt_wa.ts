/**
 * Belady's rule by costs (Belady 1966, doi 10.1147/sj.52.0078): of all pages the one with the most touches to its next use for each unit of cost, a read
 * and for a dirty page a write; then a clean one, then the lowest frame. The victim is found by that rule; the steps are those of the search
 * by next use in docs/policies/opt-wa.md.
 */
import { NONE, type World } from '../policy.ts';
import { byAll } from './in-order.ts';
import { Opt } from './opt.ts';

export class OptWa extends Opt {
  private readonly writeCost: number;

  constructor(world: World, writeCost: number) {
    super(world);
    this.writeCost = writeCost;
  }

  override victim(): number {
    const search = [...this.nextUse.keys()].toSorted(
      byAll(
        (frame) => -this.touchesTo(frame),
        (frame) => frame,
      ),
    );
    const mayGo = search.filter((frame) => this.frames[frame]?.evictable);
    const furthest = mayGo[0];
    if (furthest === undefined) {
      this.steps += search.length;
      return NONE;
    }
    const isEnd = (frame: number) =>
      frame === furthest
        ? this.isClean(frame)
        : search.indexOf(frame) > search.indexOf(furthest) && this.isSettledAt(frame, furthest);
    const end = search.findIndex(isEnd);
    this.steps += end === -1 ? search.length : end + 1;
    return mayGo.toSorted(
      (a, b) => this.compareGains(b, a) || Number(this.isClean(b)) - Number(this.isClean(a)) || a - b,
    )[0] as number;
  }

  /** A clean page that may go, or one that would not win if it were clean. */
  private isSettledAt(frame: number, furthest: number): boolean {
    if (this.frames[frame]?.evictable && this.isClean(frame)) return true;
    return compare(this.touchesTo(frame) * this.cost(furthest), this.touchesTo(furthest) * 100) < 0;
  }

  private compareGains(a: number, b: number): number {
    return compare(this.touchesTo(a) * this.cost(b), this.touchesTo(b) * this.cost(a));
  }

  private touchesTo(frame: number): number {
    return (this.nextUse.get(frame) as number) - this.world.now();
  }

  private isClean(frame: number): boolean {
    return this.frames[frame]?.dirty === false;
  }

  private cost(frame: number): number {
    return this.isClean(frame) ? 100 : 100 + this.writeCost;
  }
}

/** Two infinite numbers are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
