/**
 * LFU with dynamic aging. Arlitt, Cherkasova, Dilley, Friedrich, Jin 2000, doi 10.1145/346000.346003: K(p) := F(p) + L at each touch, where F
 * counts the touches since the load; the smallest key goes, and becomes L.
 */
import { byAll, InOrder } from './in-order.ts';

interface Fame {
  touches: number;
  key: number;
  last: number;
}

export class LfuDa extends InOrder {
  private readonly fame = new Map<number, Fame>();
  private age = 0;

  override onLoad(frame: number): void {
    this.touch(frame, 1);
  }

  override onHit(frame: number): void {
    this.touch(frame, this.of(frame).touches + 1);
  }

  override onEvict(frame: number): void {
    this.age = Math.max(this.age, this.of(frame).key);
    this.fame.delete(frame);
  }

  victim(): number {
    const order = byAll<number>(
      (frame) => this.of(frame).key,
      (frame) => this.of(frame).last,
      (frame) => frame,
    );
    return this.first([...this.fame.keys()].toSorted(order));
  }

  private touch(frame: number, touches: number): void {
    this.fame.set(frame, { touches, key: touches + this.age, last: this.world.now() });
  }

  private of(frame: number): Fame {
    return this.fame.get(frame) as Fame;
  }
}
