/**
 * CART: CAR with a filter on pages and a target for the ghosts. Bansal, Modha 2004, FAST, figure 4; T1 and T2 from head to tail:
 *
 *   miss:     if memory is full: replace(); if x is in no history and |B1| + |B2| = c + 1: forget the back of B1 if |B1| > max(0, q) or B2
 *             is empty, else that of B2
 *             x in no history: tail of T1, filter S, n_S + 1
 *             x in B1: p := min(p + max(1, n_S / |B1|), c); tail of T1, filter L, n_L + 1
 *             x in B2: p := max(p - max(1, n_L / |B2|), 0); tail of T1, filter L, n_L + 1; if |T2| + |B2| + |T1| - n_S >= c: q := min(q + 1, 2c - |T1|)
 *   replace:  while the head of T2 has its ref bit: tail of T1, clear it; if |T2| + |B2| + |T1| - n_S >= c: q := min(q + 1, 2c - |T1|)
 *             while the head of T1 has its ref bit or filter L:
 *               ref bit: tail of T1, clear it; if |T1| >= min(p + 1, |B1|) and filter S: filter L
 *               else:    tail of T2; q := max(q - 1, c - |T1|)
 *             evict the head of T1 if |T1| >= max(1, p), front of B1; else the head of T2, front of B2
 */
import { NONE, Policy, type World } from '../policy.ts';

interface Page {
  readonly name: string;
  readonly frame: number;
  filter: 'S' | 'L';
}

export class Cart extends Policy {
  private t1: Page[] = [];
  private t2: Page[] = [];
  private b1: string[] = [];
  private b2: string[] = [];
  private p = 0;
  private q = 0;
  private hasLoaded = true;
  private readonly wholeSteps: boolean;

  constructor(world: World, wholeSteps: number) {
    super(world);
    this.wholeSteps = wholeSteps === 1;
  }

  override refOnLoad(): boolean {
    return false;
  }

  override victim(): number {
    const c = this.frames.length;
    this.look(this.t2, (page) => {
      if (!this.takeRef(page)) return false;
      this.t2.shift();
      this.t1.push(page);
      this.raiseQ();
      return true;
    });
    this.look(this.t1, (page) => {
      if (this.takeRef(page)) {
        this.turn(this.t1);
        if (page.filter === 'S' && this.t1.length >= Math.min(this.p + 1, this.b1.length)) page.filter = 'L';
        return true;
      }
      if (page.filter === 'S') return false;
      this.t1.shift();
      this.t2.push(page);
      this.q = Math.max(this.q - 1, c - this.t1.length);
      return true;
    });
    const order = this.t1.length >= Math.max(1, this.p) ? [this.t1, this.t2] : [this.t2, this.t1];
    for (const clock of order) {
      const page = this.headOf(clock);
      if (page !== null) return page.frame;
    }
    return NONE;
  }

  override onEvict(frame: number): void {
    if (!this.hasLoaded) this.trim();
    this.hasLoaded = false;
    for (const [clock, ghosts] of [
      [this.t1, this.b1],
      [this.t2, this.b2],
    ] as const) {
      const at = clock.findIndex((page) => page.frame === frame);
      if (at >= 0) ghosts.unshift((clock.splice(at, 1)[0] as Page).name);
    }
  }

  override onLoad(frame: number, name: string): void {
    this.hasLoaded = true;
    const isIn = (ghosts: readonly string[]) => ghosts.includes(name);
    if (isIn(this.b1)) {
      this.p = Math.min(this.p + Math.max(1, this.quotient(this.count('S'), this.b1.length)), this.frames.length);
      this.b1 = this.b1.filter((other) => other !== name);
      this.t1.push({ name, frame, filter: 'L' });
    } else if (isIn(this.b2)) {
      this.p = Math.max(this.p - Math.max(1, this.quotient(this.count('L'), this.b2.length)), 0);
      this.b2 = this.b2.filter((other) => other !== name);
      this.t1.push({ name, frame, filter: 'L' });
      this.raiseQ();
    } else {
      this.trim();
      this.t1.push({ name, frame, filter: 'S' });
    }
  }

  /** Does something with the head page again and again, until it says no or there is no head page. */
  private look(clock: Page[], does: (head: Page) => boolean): void {
    for (let page = this.headOf(clock); page !== null && does(page); ) page = this.headOf(clock);
  }

  /** The head page, where the clock is turned past pages that may not be taken; null if it has no others. */
  private headOf(clock: Page[]): Page | null {
    for (let left = clock.length; left > 0; left--) {
      const page = clock[0] as Page;
      this.steps++;
      if (this.frames[page.frame]?.evictable) return page;
      this.turn(clock);
    }
    return null;
  }

  private turn(clock: Page[]): void {
    clock.push(clock.shift() as Page);
  }

  /** Whether the ref bit was set; it is clear then. */
  private takeRef(page: Page): boolean {
    const frame = this.frames[page.frame];
    if (!frame?.ref) return false;
    frame.ref = false;
    return true;
  }

  private count(filter: 'S' | 'L'): number {
    return [...this.t1, ...this.t2].filter((page) => page.filter === filter).length;
  }

  private raiseQ(): void {
    const c = this.frames.length;
    if (this.t2.length + this.b2.length + this.t1.length - this.count('S') >= c)
      this.q = Math.min(this.q + 1, 2 * c - this.t1.length);
  }

  private trim(): void {
    if (this.b1.length + this.b2.length <= this.frames.length) return;
    if (this.b1.length > this.q || this.b2.length === 0) this.b1.pop();
    else this.b2.pop();
  }

  private quotient(a: number, b: number): number {
    return this.wholeSteps ? Math.floor(a / b) : a / b;
  }
}
