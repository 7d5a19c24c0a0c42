/**
 * ARC. Megiddo, Modha 2003, FAST, figure 4, with lists that have the most recent page in front:
 *
 *   x in T1 or T2:  move x to the front of T2
 *   x in B1:        p := min(c, p + max(|B2| / |B1|, 1)); REPLACE; move x to the front of T2
 *   x in B2:        p := max(0, p - max(|B1| / |B2|, 1)); REPLACE; move x to the front of T2
 *   else:           if |T1| + |B1| = c:   if |T1| < c: forget the back of B1, REPLACE; else drop the back of T1
 *                   else if all four hold at least c:  if they hold 2c: forget the back of B2;  REPLACE
 *                   x to the front of T1
 *   REPLACE:        if |T1| >= 1 and (|T1| > p or (x in B2 and |T1| = p)): back of T1 to the front of B1; else back of T2 to the front of B2
 *
 * Ghosts are forgotten after the load instead, which is the same where memory is full.
 */
import { NONE, Policy, type World } from '../policy.ts';

export class Arc extends Policy {
  /** Resident pages by their frames. */
  private t1: number[] = [];
  private t2: number[] = [];
  /** Ghosts by name. */
  private b1: string[] = [];
  private b2: string[] = [];
  private p = 0;
  /** The target that a ghost brings, from the time when room for it was wanted first. */
  private wanted: { page: string; p: number } | null = null;
  private hasLoaded = true;
  private readonly names = new Map<number, string>();
  private readonly wholeSteps: boolean;

  constructor(world: World, wholeSteps: number) {
    super(world);
    this.wholeSteps = wholeSteps === 1;
  }

  override onHit(frame: number): void {
    this.leave(frame);
    this.t2.unshift(frame);
  }

  override victim(page: string): number {
    const p = this.targetFor(page);
    const size = this.t1.length;
    const takesT1 = size >= 1 && (size > p || (this.b2.includes(page) && size === p));
    const order = takesT1 ? [this.t1, this.t2] : [this.t2, this.t1];
    for (const frame of order.flatMap((list) => list.toReversed())) {
      this.steps++;
      if (this.frames[frame]?.evictable) return frame;
    }
    return NONE;
  }

  override onEvict(frame: number): void {
    if (!this.hasLoaded) this.trimB2();
    const ghosts = this.t1.includes(frame) ? this.b1 : this.b2;
    ghosts.unshift(this.names.get(frame) as string);
    this.leave(frame);
    this.hasLoaded = false;
  }

  override onLoad(frame: number, page: string): void {
    this.p = this.targetFor(page);
    this.wanted = null;
    this.hasLoaded = true;
    const isGhost = this.b1.includes(page) || this.b2.includes(page);
    this.b1 = this.b1.filter((other) => other !== page);
    this.b2 = this.b2.filter((other) => other !== page);
    this.names.set(frame, page);
    (isGhost ? this.t2 : this.t1).unshift(frame);
    while (this.t1.length + this.b1.length > this.frames.length) this.b1.pop();
    this.trimB2();
  }

  private targetFor(page: string): number {
    if (this.wanted?.page === page) return this.wanted.p;
    const [one, two] = [this.b1.length, this.b2.length];
    let { p } = this;
    if (this.b1.includes(page)) p = Math.min(p + Math.max(1, this.quotient(two, one)), this.frames.length);
    else if (this.b2.includes(page)) p = Math.max(p - Math.max(1, this.quotient(one, two)), 0);
    else return p;
    this.wanted = { page, p };
    return p;
  }

  private quotient(a: number, b: number): number {
    return this.wholeSteps ? Math.floor(a / b) : a / b;
  }

  private leave(frame: number): void {
    this.t1 = this.t1.filter((other) => other !== frame);
    this.t2 = this.t2.filter((other) => other !== frame);
  }

  private trimB2(): void {
    while (this.b1.length + this.b2.length > this.frames.length && this.b2.length > 0) this.b2.pop();
  }
}
