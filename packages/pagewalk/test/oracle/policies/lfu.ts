/** Least frequently used: fewest uses since the load, among equals the least recently used. Shah, Mitra, Matani 2010. */
import { Lru } from './lru.ts';

export class Lfu extends Lru {
  private readonly uses = new Map<number, number>();

  override onLoad(frame: number): void {
    super.onLoad(frame);
    this.uses.set(frame, 1);
  }

  override onHit(frame: number): void {
    super.onHit(frame);
    this.uses.set(frame, this.usesOf(frame) + 1);
  }

  override victim(): number {
    // Stable: among equals the order of use stays.
    return this.first(this.used.toSorted((a, b) => this.usesOf(a) - this.usesOf(b)));
  }

  private usesOf(frame: number): number {
    return this.uses.get(frame) as number;
  }
}
