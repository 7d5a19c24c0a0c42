/** Least recently used: a list with the most recent use at its end. Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078. */
import { NONE, Policy } from '../policy.ts';

export class Lru extends Policy {
  protected used: number[] = [];

  override onLoad(frame: number): void {
    this.used.push(frame);
  }

  override onHit(frame: number): void {
    this.onEvict(frame);
    this.used.push(frame);
  }

  override onEvict(frame: number): void {
    this.used = this.used.filter((other) => other !== frame);
  }

  victim(): number {
    return this.first(this.used);
  }

  protected first(order: readonly number[]): number {
    for (const frame of order) {
      this.steps++;
      if (this.frames[frame]?.evictable) return frame;
    }
    return NONE;
  }
}
