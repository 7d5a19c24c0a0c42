/**
 * S3-FIFO: a small queue that new pages must prove themselves in, a main queue in which a use buys another round, and ghosts of the pages
 * that failed in the small one. Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023, doi 10.1145/3600006.3613147.
 *
 *     insert(x):  if x in G: head of M  else: head of S
 *     evict():    if |S| >= s: evictS()  else: evictM()
 *     evictS():   tail t of S: used often enough: to M (evictM() if M is full)  else: t to G, done
 *     evictM():   tail t of M: used: back to the head, one use less  else: done
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export interface QueueShape {
  /** Pages that the small queue is meant to hold, percent. */
  readonly small: number;
  readonly ghosts: number;
  /** Most uses that are counted. */
  readonly max: number;
  /** Uses that take a page from the small queue to the main one. */
  readonly threshold: number;
}

interface Entry {
  readonly frame: number;
  readonly page: string;
  uses: number;
}

/** Queues have their tail, where pages leave, in front. */
export class S3Fifo extends Policy {
  protected readonly smallTarget: number;
  protected readonly mainTarget: number;
  protected small: Entry[] = [];
  protected main: Entry[] = [];
  protected ghosts: string[] = [];
  private readonly shape: QueueShape;
  private readonly ghostLimit: number;

  constructor(world: World, shape: QueueShape) {
    super(world);
    const frames = this.frames.length;
    this.shape = shape;
    this.smallTarget = Math.max(1, Math.floor((frames * shape.small) / 100));
    this.mainTarget = frames - this.smallTarget;
    this.ghostLimit = Math.floor((this.mainTarget * shape.ghosts) / 100);
  }

  override onLoad(frame: number, page: string): void {
    const entry = { frame, page, uses: 0 };
    if (this.ghosts.includes(page)) {
      this.ghosts = this.ghosts.filter((ghost) => ghost !== page);
      this.main.push(entry);
    } else {
      this.small.push(entry);
    }
  }

  override onHit(frame: number): void {
    const entry = [...this.small, ...this.main].find((other) => other.frame === frame) as Entry;
    entry.uses = Math.min(this.shape.max, entry.uses + 1);
  }

  override onEvict(frame: number): void {
    const leaving = this.small.find((entry) => entry.frame === frame);
    this.small = this.small.filter((entry) => entry.frame !== frame);
    this.main = this.main.filter((entry) => entry.frame !== frame);
    if (leaving === undefined || this.ghostLimit === 0) return;
    if (this.ghosts.length === this.ghostLimit) this.ghosts.shift();
    this.ghosts.push(leaving.page);
  }

  victim(page: string): number {
    const smallFirst = this.smallPays(page);
    const first = smallFirst ? this.searchSmall() : this.searchMain();
    if (first !== NONE) return first;
    return smallFirst ? this.searchMain() : this.searchSmall();
  }

  /** Whether the small queue gives up the page for this one. */
  protected smallPays(_page: string): boolean {
    return this.small.length >= this.smallTarget;
  }

  private searchSmall(): number {
    let place = 0;
    while (place < this.small.length) {
      const entry = this.small[place] as Entry;
      this.steps++;
      if (!this.isEvictable(entry)) {
        place++;
      } else if (entry.uses >= this.shape.threshold) {
        this.small.splice(place, 1);
        entry.uses = 0;
        this.main.push(entry);
        if (this.main.length > this.mainTarget) return this.searchMain();
      } else {
        return entry.frame;
      }
    }
    return NONE;
  }

  private searchMain(): number {
    let place = 0;
    while (place < this.main.length) {
      const entry = this.main[place] as Entry;
      this.steps++;
      if (!this.isEvictable(entry)) {
        place++;
      } else if (entry.uses > 0) {
        // The next page takes its place, or it takes that itself.
        this.main.splice(place, 1);
        entry.uses--;
        this.main.push(entry);
      } else {
        return entry.frame;
      }
    }
    return NONE;
  }

  private isEvictable({ frame }: Entry): boolean {
    return (this.frames[frame] as Frame).evictable;
  }
}
