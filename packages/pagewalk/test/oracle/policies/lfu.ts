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
    this.steps++;
    const fewest = Math.min(...this.used.map((frame) => this.usesOf(frame)));
    return this.used.find((frame) => this.usesOf(frame) === fewest) as number;
  }

  private usesOf(frame: number): number {
    return this.uses.get(frame) as number;
  }
}
