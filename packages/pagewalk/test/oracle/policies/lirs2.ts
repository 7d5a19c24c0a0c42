/**
 * LIRS2: as LIRS, but a page is judged by its use before the last: S has two entries a page, and the bottom is the older entry of a LIR page.
 * Zhong, Zhao, Jiang 2021, SYSTOR, doi 10.1145/3456727.3463772. Written from the definition page.
 */
import { NONE, Policy, type World } from '../policy.ts';

interface Entry {
  readonly page: string;
  /** 1: the last use, 2: the one before. */
  readonly use: 1 | 2;
}

export class Lirs2 extends Policy {
  /** The top first. */
  private stack: Entry[] = [];
  private queue: string[] = [];
  private lir = new Set<string>();
  /** The one evicted longest ago first. */
  private ghosts: string[] = [];
  private readonly frameOf = new Map<string, number>();
  private readonly nameOf = new Map<number, string>();
  private last = '';
  private readonly mostLir: number;
  private readonly mostGhosts: number;
  private readonly repeats: boolean;

  constructor(world: World, hirPercent: number, ghostsPercent: number, repeats: number) {
    super(world);
    const c = world.frames.length;
    this.mostLir = c - Math.max(1, Math.floor((c * hirPercent) / 100));
    this.mostGhosts = Math.floor((c * ghostsPercent) / 100);
    this.repeats = repeats === 1;
  }

  override onHit(frame: number): void {
    const page = this.nameOf.get(frame) as string;
    const isRepeat = page === this.last;
    this.last = page;
    if (isRepeat && !this.repeats) return;
    const hadSecond = this.has(page, 2);
    this.use(page);
    if (!this.lir.has(page) && hadSecond) this.promote(page);
    else if (!this.lir.has(page)) this.toEnd(page);
    this.prune();
  }

  override victim(): number {
    const lirs = this.stack.toReversed().filter(({ page, use }) => use === 2 && this.lir.has(page));
    for (const page of [...this.queue, ...lirs.map((entry) => entry.page)]) {
      const frame = this.frameOf.get(page) as number;
      this.steps++;
      if (this.frames[frame]?.evictable) return frame;
    }
    return NONE;
  }

  override onEvict(frame: number): void {
    const page = this.nameOf.get(frame) as string;
    this.nameOf.delete(frame);
    this.frameOf.delete(page);
    this.queue = this.queue.filter((other) => other !== page);
    if (this.lir.delete(page)) this.drop(page);
    else if (this.has(page, 1) || this.has(page, 2)) this.remember(page);
    this.prune();
  }

  override onLoad(frame: number, page: string): void {
    this.nameOf.set(frame, page);
    this.frameOf.set(page, frame);
    this.last = page;
    const wasGhost = this.ghosts.includes(page);
    const hadSecond = this.has(page, 2);
    this.ghosts = this.ghosts.filter((other) => other !== page);
    this.use(page);
    if (this.lir.size < this.mostLir) {
      this.lir.add(page);
      if (!this.has(page, 2)) this.stack.splice(1, 0, { page, use: 2 });
    } else if (wasGhost && hadSecond) this.promote(page);
    else this.toEnd(page);
    this.prune();
  }

  private has(page: string, use: 1 | 2): boolean {
    return this.stack.some((entry) => entry.page === page && entry.use === use);
  }

  private use(page: string): void {
    const rest = this.stack.filter((entry) => entry.page !== page || entry.use !== 2);
    this.stack = [{ page, use: 1 }, ...rest.map((entry) => (entry.page === page ? { page, use: 2 as const } : entry))];
  }

  private toEnd(page: string): void {
    this.queue = [...this.queue.filter((other) => other !== page), page];
  }

  private promote(page: string): void {
    this.prune();
    this.lir.add(page);
    this.queue = this.queue.filter((other) => other !== page);
    if (this.lir.size <= this.mostLir) return;
    const bottom = this.stack.findLast((entry) => entry.use === 2 && this.lir.has(entry.page)) as Entry;
    this.stack = this.stack.filter((entry) => entry !== bottom);
    this.lir.delete(bottom.page);
    this.queue.push(bottom.page);
  }

  private drop(page: string): void {
    this.stack = this.stack.filter((entry) => entry.page !== page);
  }

  private remember(page: string): void {
    if (this.mostGhosts > 0 && this.ghosts.length === this.mostGhosts) this.drop(this.ghosts.shift() as string);
    if (this.mostGhosts > 0) this.ghosts.push(page);
    else this.drop(page);
  }

  private prune(): void {
    const isBottom = ({ page, use }: Entry) => use === 2 && this.lir.has(page);
    while (this.stack.length > 0 && !isBottom(this.stack.at(-1) as Entry)) this.stack.pop();
    this.ghosts = this.ghosts.filter((page) => this.has(page, 1) || this.has(page, 2));
  }
}
