/** Least recently used: a list with the most recent use at its end. Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078. */
import { InOrder, without } from './in-order.ts';

export class Lru extends InOrder {
  protected used: number[] = [];

  override onLoad(frame: number): void {
    this.used.push(frame);
  }

  override onHit(frame: number): void {
    this.onEvict(frame);
    this.used.push(frame);
  }

  override onEvict(frame: number): void {
    this.used = without(this.used, frame);
  }

  victim(): number {
    return this.first(this.used);
  }
}
