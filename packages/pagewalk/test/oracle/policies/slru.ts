/**
 * Segmented LRU. Karedla, Love, Wherry 1994, doi 10.1109/2.268884, in words: a miss puts a page at the most recently used end of the probationary
 * segment; a hit, in either, at that of the protected one; what does not fit there any more goes back to the most recently used end of
 * the probationary segment. Victims are of its other end.
 */
import type { World } from '../policy.ts';
import { InOrder, without } from './in-order.ts';

export class Slru extends InOrder {
  /** The latest use in front. */
  private probationary: number[] = [];
  private safe: number[] = [];
  private readonly most: number;

  constructor(world: World, percent: number) {
    super(world);
    this.most = Math.floor((this.frames.length * percent) / 100);
  }

  override onLoad(frame: number): void {
    this.probationary.unshift(frame);
  }

  override onHit(frame: number): void {
    this.onEvict(frame);
    this.safe.unshift(frame);
    while (this.safe.length > this.most) this.probationary.unshift(this.safe.pop() as number);
  }

  override onEvict(frame: number): void {
    this.probationary = without(this.probationary, frame);
    this.safe = without(this.safe, frame);
  }

  victim(): number {
    return this.first([...this.probationary.toReversed(), ...this.safe.toReversed()]);
  }
}
