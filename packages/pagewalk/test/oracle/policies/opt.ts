/** The optimum: evicts the page whose next use is furthest away, the lowest frame among pages never used again. Belady 1966. */
import { NONE, Policy } from '../policy.ts';

export class Opt extends Policy {
  /** By frame, of the pages that are resident. */
  protected readonly nextUse = new Map<number, number>();

  override onLoad(frame: number, _page: string, nextUse: number): void {
    this.nextUse.set(frame, nextUse);
  }

  override onHit(frame: number, nextUse: number): void {
    this.nextUse.set(frame, nextUse);
  }

  override onEvict(frame: number): void {
    this.nextUse.delete(frame);
  }

  /** One look, as a rule; where the furthest may not be taken, one at each page to find the next. */
  victim(): number {
    const resident = [...this.nextUse.keys()];
    if (resident.length === 0) return NONE;
    this.steps++;
    const first = this.furthest(resident);
    if (this.frames[first]?.evictable) return first;
    this.steps += resident.length;
    return this.furthest(resident.filter((frame) => this.frames[frame]?.evictable));
  }

  private furthest(frames: readonly number[]): number {
    let [best, next] = [NONE, -1];
    for (const frame of frames) {
      const other = this.nextUse.get(frame) as number;
      if (other < next || (other === next && frame > best)) continue;
      [best, next] = [frame, other];
    }
    return best;
  }
}
