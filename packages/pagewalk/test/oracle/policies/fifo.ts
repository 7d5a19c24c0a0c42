/** First in, first out: the page loaded first leaves first. Belady, Nelson, Shedler 1969, doi 10.1145/363011.363155. */
import { Policy } from '../policy.ts';

export class Fifo extends Policy {
  private loaded: number[] = [];

  override onLoad(frame: number): void {
    this.loaded.push(frame);
  }

  override onEvict(frame: number): void {
    this.loaded = this.loaded.filter((other) => other !== frame);
  }

  victim(): number {
    this.steps++;
    return this.loaded[0] as number;
  }
}
