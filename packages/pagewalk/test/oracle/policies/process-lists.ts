/** What WS and PFF have in common: when each page was used last, by the time of its process and by that of the machine. */
import { type Frame, NONE, Policy } from '../policy.ts';

interface Use {
  readonly process: number;
  /** The process's own time. */
  readonly time: number;
  readonly now: number;
}

export abstract class ProcessLists extends Policy {
  private readonly uses = new Map<number, Use>();

  override onLoad(frame: number): void {
    this.use(frame);
  }

  override onHit(frame: number): void {
    this.use(frame);
  }

  override onEvict(frame: number): void {
    this.uses.delete(frame);
  }

  /** The page unused longest of those that may be taken, by the machine's time. One step a page looked at, from the oldest of each list on. */
  victim(): number {
    const oldest = this.lists().flatMap((list) => {
      const place = list.findIndex((frame) => this.frames[frame]?.evictable);
      this.steps += place < 0 ? list.length : place + 1;
      return list.slice(place, place + 1).filter(() => place >= 0);
    });
    const [victim = NONE] = oldest.toSorted((a, b) => this.lastUse(a).now - this.lastUse(b).now);
    if (victim !== NONE) this.fallbacks++;
    return victim;
  }

  /** Of every process, by number, the pages that are its own and suit, unused longest first. */
  protected pages(suits: (use: Use) => boolean): number[] {
    return this.lists().flatMap((list) => list.filter((frame) => suits(this.lastUse(frame))));
  }

  protected processOf(frame: number): number {
    return (this.frames[frame] as Frame).owner as number;
  }

  protected timeOf(process: number): number {
    return this.world.timeOf(process);
  }

  private use(frame: number): void {
    const process = this.processOf(frame);
    this.uses.set(frame, { process, time: this.timeOf(process), now: this.world.now() });
  }

  private lastUse(frame: number): Use {
    return this.uses.get(frame) as Use;
  }

  private lists(): number[][] {
    const frames = [...this.uses.keys()].toSorted((a, b) => this.lastUse(a).now - this.lastUse(b).now);
    const processes = [...new Set(frames.map((frame) => this.lastUse(frame).process))].toSorted((a, b) => a - b);
    return processes.map((process) => frames.filter((frame) => this.lastUse(frame).process === process));
  }
}
