/**
 * Belady's rule by costs (Belady 1966, doi 10.1147/sj.52.0078): of all pages the one with the most touches to its next use for each unit of cost, a read
 * and for a dirty page a write; then a clean one, then the lowest frame. The victim is found by that rule; the steps are those of the search
 * in docs/policies/opt-wa.md.
 */
import { NONE, type World } from '../policy.ts';
import { byAll } from './in-order.ts';
import { Opt } from './opt.ts';

export class OptWa extends Opt {
  private readonly writeCost: number;
  private readonly knownDirty = new Set<number>();

  constructor(world: World, writeCost: number) {
    super(world);
    this.writeCost = writeCost;
  }

  override onHit(frame: number, nextUse: number): void {
    super.onHit(frame, nextUse);
    this.knownDirty.delete(frame);
  }

  override onEvict(frame: number): void {
    super.onEvict(frame);
    this.knownDirty.delete(frame);
  }

  override victim(): number {
    const mayGo = (frame: number) => this.frames[frame]?.evictable === true;
    const search = [...this.nextUse.keys()].toSorted(
      byAll(
        (frame) => -this.touchesTo(frame),
        (frame) => frame,
      ),
    );
    for (const frame of search.filter((page) => !this.knownDirty.has(page))) {
      this.steps++;
      if (!this.isClean(frame)) this.knownDirty.add(frame);
      else if (mayGo(frame)) break;
    }
    for (const frame of search.filter((page) => this.knownDirty.has(page))) {
      this.steps++;
      if (mayGo(frame)) break;
    }
    const ranked = search
      .filter(mayGo)
      .toSorted((a, b) => this.compareGains(b, a) || Number(this.isClean(b)) - Number(this.isClean(a)) || a - b);
    return ranked[0] ?? NONE;
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
