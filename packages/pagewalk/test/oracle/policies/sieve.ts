/**
 * SIEVE: a queue in the order of loading and a hand that goes from old to new; a visited page has its bit cleared and stays where it is,
 * the first that was not visited is evicted. Zhang, Yang, Yue, Vigfusson, Rashmi, NSDI 2024.
 */
import { type Frame, NONE, Policy } from '../policy.ts';

export class Sieve extends Policy {
  /** Frames, the oldest page first. */
  private readonly queue: number[] = [];
  /** The frame on whose page the hand stands; null: nowhere. */
  private hand: number | null = null;

  override refOnLoad(): boolean {
    return false;
  }

  override onLoad(frame: number): void {
    this.queue.push(frame);
  }

  override onEvict(frame: number): void {
    const place = this.queue.indexOf(frame);
    if (this.hand === frame) this.hand = this.queue[place + 1] ?? null;
    this.queue.splice(place, 1);
  }

  victim(): number {
    const pages = this.queue.length;
    const start = this.hand === null ? 0 : this.queue.indexOf(this.hand);
    for (let look = 0; look < 2 * pages; look++) {
      const at = this.queue[(start + look) % pages] as number;
      const frame = this.frames[at] as Frame;
      this.steps++;
      if (!frame.evictable) continue;
      if (!frame.ref) {
        this.hand = at;
        return at;
      }
      frame.ref = false;
    }
    return NONE;
  }
}
