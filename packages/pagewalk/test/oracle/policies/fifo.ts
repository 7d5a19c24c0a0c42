/** First in, first out: the page loaded first leaves first. Belady, Nelson, Shedler 1969, doi 10.1145/363011.363155. */
import { NONE, Policy } from '../policy.ts';

export class Fifo extends Policy {
  private loaded: number[] = [];

  override onLoad(frame: number): void {
    this.loaded.push(frame);
  }

  override onEvict(frame: number): void {
    this.loaded = this.loaded.filter((other) => other !== frame);
  }

  victim(): number {
    for (const frame of this.loaded) {
      this.steps++;
      if (this.frames[frame]?.evictable) return frame;
    }
    return NONE;
  }
}
