/**
 * LRU-K. O'Neil, O'Neil, Weikum 1993, doi 10.1145/170035.170081, figure 2.1, with the loops turned around (see docs/policies/lru-k.md):
 *
 *   p in the buffer:  if t - LAST(p) > Correlated_Reference_Period
 *                       correl_period := LAST(p) - HIST(p,1);  HIST(p,i) := HIST(p,i-1) + correl_period for i = K … 2;  HIST(p,1) := t
 *                     LAST(p) := t
 *   else  victim: of the pages q with t - LAST(q) > Correlated_Reference_Period the one with the smallest HIST(q,K)
 *         HIST(p) is not there:  HIST(p,i) := 0 for i = 2 … K          else  HIST(p,i) := HIST(p,i-1) for i = K … 2
 *         HIST(p,1) := t;  LAST(p) := t
 */
import { NONE, type World } from '../policy.ts';
import { byAll, InOrder } from './in-order.ts';

/** `hist[0]` is HIST(1). */
interface Past {
  readonly page: string;
  last: number;
  hist: number[];
}

export class LruK extends InOrder {
  private readonly resident = new Map<number, Past>();
  /** In order of eviction. */
  private remembered: Past[] = [];
  private readonly k: number;
  private readonly correlated: number;
  private readonly retained: number;
  private readonly most: number;

  constructor(world: World, k: number, correlated: number, retained: number, ghosts: number) {
    super(world);
    this.k = k;
    this.correlated = correlated;
    this.retained = retained;
    this.most = Math.floor((this.frames.length * ghosts) / 100);
  }

  override onLoad(frame: number, page: string): void {
    const t = this.world.now();
    const past = this.remembered.find((other) => other.page === page);
    this.remembered = this.remembered.filter((other) => other !== past);
    const known = past !== undefined && (this.retained === 0 || t - past.last <= this.retained);
    const older = known ? past.hist.slice(0, this.k - 1) : new Array<number>(this.k - 1).fill(0);
    this.resident.set(frame, { page, last: t, hist: [t, ...older] });
  }

  override onHit(frame: number): void {
    const t = this.world.now();
    const past = this.pastOf(frame);
    if (t - past.last > this.correlated) {
      const burst = past.last - (past.hist[0] as number);
      const older = past.hist.slice(0, this.k - 1).map((time) => (time === 0 ? 0 : time + burst));
      past.hist = [t, ...older];
    }
    past.last = t;
  }

  override onEvict(frame: number): void {
    this.remembered.push(this.pastOf(frame));
    while (this.remembered.length > this.most) this.remembered.shift();
    this.resident.delete(frame);
  }

  victim(): number {
    const t = this.world.now();
    const frames = [...this.resident.keys()];
    const last = (frame: number) => this.pastOf(frame).last;
    const kth = (frame: number) => this.pastOf(frame).hist[this.k - 1] as number;
    const eligible = frames.filter((frame) => t - last(frame) > this.correlated);
    const wanted = this.first(eligible.toSorted(byAll(kth, last, (frame) => frame)));
    if (wanted !== NONE) return wanted;
    const others = frames.filter((frame) => !eligible.includes(frame));
    const next = this.first(others.toSorted(byAll(last)));
    if (next !== NONE) this.fallbacks++;
    return next;
  }

  private pastOf(frame: number): Past {
    return this.resident.get(frame) as Past;
  }
}
