/**
 * 2Q, full version. Johnson, Shasha 1994, VLDB, "On accessing page X":
 *
 *   X in Am:     move X to the head of Am
 *   X in A1out:  reclaimfor(X); add X to the head of Am
 *   X in A1in:   nothing
 *   else         reclaimfor(X); add X to the head of A1in
 *
 *   reclaimfor(X), if no slot is free:
 *     |A1in| > Kin:  page out Y, the tail of A1in; Y becomes the head of A1out; if |A1out| > Kout, forget its tail
 *     else           page out Y, the tail of Am, which is not put on A1out
 */
import type { World } from '../policy.ts';
import { InOrder, without } from './in-order.ts';

export class TwoQ extends InOrder {
  /** All with the head in front. */
  private a1in: number[] = [];
  private am: number[] = [];
  private a1out: string[] = [];
  private readonly pages = new Map<number, string>();
  private readonly kin: number;
  private readonly kout: number;
  private readonly promotesAtOnce: boolean;

  constructor(world: World, kin: number, kout: number, a1inHit: number) {
    super(world);
    this.kin = Math.floor((this.frames.length * kin) / 100);
    this.kout = Math.floor((this.frames.length * kout) / 100);
    this.promotesAtOnce = a1inHit === 1;
  }

  override onLoad(frame: number, page: string): void {
    this.pages.set(frame, page);
    const list = this.a1out.includes(page) ? this.am : this.a1in;
    list.unshift(frame);
    this.a1out = without(this.a1out.slice(0, this.kout), page);
  }

  override onHit(frame: number): void {
    if (this.a1in.includes(frame) && !this.promotesAtOnce) return;
    this.leave(frame);
    this.am.unshift(frame);
  }

  override onEvict(frame: number): void {
    const page = this.pages.get(frame) as string;
    if (this.a1in.includes(frame)) this.a1out = [page, ...without(this.a1out, page)].slice(0, this.kout + 1);
    this.leave(frame);
  }

  victim(): number {
    const [young, old] = [this.a1in.toReversed(), this.am.toReversed()];
    return this.first(this.a1in.length > this.kin ? [...young, ...old] : [...old, ...young]);
  }

  private leave(frame: number): void {
    this.a1in = without(this.a1in, frame);
    this.am = without(this.am, frame);
  }
}
