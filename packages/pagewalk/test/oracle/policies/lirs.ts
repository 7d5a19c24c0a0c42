/**
 * LIRS. Jiang, Zhang 2002, SIGMETRICS, doi 10.1145/511334.511340, section 3.3, S and Q as arrays:
 *
 *   x LIR:                    x to the top of S; if it was at the bottom, prune
 *   x resident HIR, in S:     x to the top of S, LIR, out of Q; the LIR page at the bottom of S becomes HIR, end of Q; prune
 *   x resident HIR, not in S: x to the top of S and to the end of Q
 *   x not resident:           evict the front of Q; x in S: to the top of S, LIR, the LIR page at the bottom becomes HIR, end of Q, prune;
 *                             else: x to the top of S and to the end of Q
 *   prune:                    HIR pages leave the bottom of S until a LIR page is there
 */
import { NONE, Policy, type World } from '../policy.ts';

export class Lirs extends Policy {
  /** Names, the top first. */
  private stack: string[] = [];
  /** Names, the front first. */
  private queue: string[] = [];
  private lir = new Set<string>();
  /** Ghosts, the one evicted longest ago first. */
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
    const isInStack = this.stack.includes(page);
    this.toTop(page);
    if (this.lir.has(page)) this.prune();
    else if (isInStack) this.promote(page);
    else {
      this.queue = without(this.queue, page);
      this.queue.push(page);
      this.prune();
    }
  }

  override victim(): number {
    const lirs = this.stack.toReversed().filter((page) => this.lir.has(page));
    for (const page of [...this.queue, ...lirs]) {
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
    this.queue = without(this.queue, page);
    if (this.lir.delete(page)) this.stack = without(this.stack, page);
    else if (this.stack.includes(page)) this.remember(page);
    this.prune();
  }

  override onLoad(frame: number, page: string): void {
    this.nameOf.set(frame, page);
    this.frameOf.set(page, frame);
    this.last = page;
    const wasGhost = this.ghosts.includes(page);
    this.ghosts = without(this.ghosts, page);
    this.toTop(page);
    if (this.lir.size < this.mostLir) {
      this.lir.add(page);
      this.prune();
    } else if (wasGhost) this.promote(page);
    else {
      this.queue.push(page);
      this.prune();
    }
  }

  private toTop(page: string): void {
    this.stack = [page, ...without(this.stack, page)];
  }

  private promote(page: string): void {
    this.lir.add(page);
    this.queue = without(this.queue, page);
    if (this.lir.size > this.mostLir) {
      const bottom = this.stack.findLast((other) => this.lir.has(other)) as string;
      this.stack = without(this.stack, bottom);
      this.lir.delete(bottom);
      this.queue.push(bottom);
    }
    this.prune();
  }

  private remember(page: string): void {
    if (this.mostGhosts > 0 && this.ghosts.length === this.mostGhosts)
      this.stack = without(this.stack, this.ghosts.shift() as string);
    if (this.mostGhosts > 0) this.ghosts.push(page);
    else this.stack = without(this.stack, page);
  }

  private prune(): void {
    while (this.stack.length > 0 && !this.lir.has(this.stack.at(-1) as string)) {
      const page = this.stack.pop() as string;
      this.ghosts = without(this.ghosts, page);
    }
  }
}

const without = (pages: readonly string[], page: string): string[] => pages.filter((other) => other !== page);
