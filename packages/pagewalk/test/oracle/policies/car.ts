/**
 * CAR: ARC with clocks. Bansal, Modha 2004, FAST, figure 2; T1 and T2 are written from the page under the hand (head) to the tail:
 *
 *   hit:      the ref bit of x is set
 *   miss:     if memory is full: replace(); if x is in no history: forget the back of B1 if |T1| + |B1| = c, else the back of B2 if all hold 2c
 *             x in no history: tail of T1;   in B1: p := min(p + max(1, |B2| / |B1|), c), tail of T2
 *                                             in B2: p := max(p - max(1, |B1| / |B2|), 0), tail of T2;   the ref bit of x is 0
 *   replace:  repeat: if |T1| >= max(1, p): head of T1: ref bit 0: evict it, front of B1; else clear the bit, tail of T2
 *                     else:                 head of T2: ref bit 0: evict it, front of B2; else clear the bit, tail of T2
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export class Car extends Policy {
  private t1: number[] = [];
  private t2: number[] = [];
  private b1: string[] = [];
  private b2: string[] = [];
  private p = 0;
  private hasLoaded = true;
  private readonly names = new Map<number, string>();
  private readonly wholeSteps: boolean;

  constructor(world: World, wholeSteps: number) {
    super(world);
    this.wholeSteps = wholeSteps === 1;
  }

  override refOnLoad(): boolean {
    return false;
  }

  override victim(): number {
    for (let isT1Done = false; ; ) {
      const isT1 = !isT1Done && this.t1.length >= Math.max(1, this.p);
      const clocks = isT1 ? [this.t1, this.t2] : [this.t2, this.t1];
      const clock = clocks.find((other) => this.turnToHead(other));
      if (clock === undefined) return NONE;
      if (isT1 && clock === this.t2) isT1Done = true;
      const at = clock[0] as number;
      const frame = this.frames[at] as Frame;
      if (!frame.ref) return at;
      frame.ref = false;
      clock.shift();
      this.t2.push(at);
    }
  }

  override onEvict(frame: number): void {
    if (!this.hasLoaded) this.trimB2();
    const ghosts = this.t1.includes(frame) ? this.b1 : this.b2;
    ghosts.unshift(this.names.get(frame) as string);
    this.t1 = this.t1.filter((other) => other !== frame);
    this.t2 = this.t2.filter((other) => other !== frame);
    this.hasLoaded = false;
  }

  override onLoad(frame: number, page: string): void {
    const [one, two, c] = [this.b1.length, this.b2.length, this.frames.length];
    this.names.set(frame, page);
    this.hasLoaded = true;
    if (this.b1.includes(page)) {
      this.p = Math.min(this.p + Math.max(1, this.quotient(two, one)), c);
      this.b1 = this.b1.filter((other) => other !== page);
      this.t2.push(frame);
    } else if (this.b2.includes(page)) {
      this.p = Math.max(this.p - Math.max(1, this.quotient(one, two)), 0);
      this.b2 = this.b2.filter((other) => other !== page);
      this.t2.push(frame);
    } else this.t1.push(frame);
    while (this.t1.length + this.b1.length > c) this.b1.pop();
    this.trimB2();
  }

  /** Turns a clock until a page that may be taken is its head. False: there is none. */
  private turnToHead(clock: number[]): boolean {
    for (let left = clock.length; left > 0; left--) {
      this.steps++;
      if (this.frames[clock[0] as number]?.evictable) return true;
      clock.push(clock.shift() as number);
    }
    return false;
  }

  private quotient(a: number, b: number): number {
    return this.wholeSteps ? Math.floor(a / b) : a / b;
  }

  private trimB2(): void {
    while (this.b1.length + this.b2.length > this.frames.length && this.b2.length > 0) this.b2.pop();
  }
}
