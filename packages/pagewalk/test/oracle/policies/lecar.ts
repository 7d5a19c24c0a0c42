/**
 * LeCaR: LRU and LFU each propose a victim, a weighted coin chooses, and an expert loses weight when a page that left on its word is wanted
 * again, the more the sooner. Vietri et al., HotStorage 2018.
 *
 *     on a miss of q:  if q in H_LRU: w_LFU *= exp(lambda r)   else if q in H_LFU: w_LRU *= exp(lambda r);   r = 0.005 ^ (t / c); normalise
 *                      evict LRU's page to H_LRU with probability w_LRU, else LFU's page to H_LFU
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';
import { Dice, decay, History, type Remembered, reweighted } from './experts.ts';

const LN_200 = 5.298317366548036;

interface Resident {
  readonly page: string;
  uses: number;
}

export class Lecar extends Policy {
  /** By last use, the oldest first. */
  private readonly residents = new Map<number, Resident>();
  private readonly lru: History;
  private readonly lfu: History;
  private readonly dice: Dice;
  private readonly rate: number;
  /** That of LRU. */
  private weight = 0.5;
  private wanted: string | null = null;
  private named: { readonly frame: number; readonly by: History } | null = null;

  constructor(world: World, historyPercent: number, learningPermille: number) {
    super(world);
    this.lru = new History(this.frames.length, historyPercent);
    this.lfu = new History(this.frames.length, historyPercent);
    this.dice = new Dice(world.seed);
    this.rate = learningPermille / 1000;
  }

  override onLoad(frame: number, page: string): void {
    const remembered = this.lru.find(page) ?? this.lfu.find(page);
    this.weight = this.weightFor(page);
    this.lru.forget(page);
    this.lfu.forget(page);
    this.residents.set(frame, { page, uses: (remembered?.uses ?? 0) + 1 });
    this.named = null;
  }

  override onHit(frame: number): void {
    const resident = this.residents.get(frame) as Resident;
    resident.uses++;
    this.residents.delete(frame);
    this.residents.set(frame, resident);
  }

  override onEvict(frame: number): void {
    const { page, uses } = this.residents.get(frame) as Resident;
    this.residents.delete(frame);
    if (this.named?.frame === frame) {
      this.named.by.enter({ page, uses, at: this.world.now(), isNew: false }, this.wanted);
    }
    this.named = null;
  }

  victim(page: string): number {
    this.wanted = page;
    this.named = null;
    const byUse = [...this.residents.keys()];
    const usesOf = (frame: number) => (this.residents.get(frame) as Resident).uses;
    const oldest = this.firstEvictable(byUse);
    if (oldest === NONE) return NONE;
    const rarest = this.firstEvictable(byUse.toSorted((a, b) => usesOf(a) - usesOf(b)));
    if (oldest === rarest) return oldest;
    const trustsLru = this.dice.fraction() < this.weightFor(page);
    this.named = trustsLru ? { frame: oldest, by: this.lru } : { frame: rarest, by: this.lfu };
    return this.named.frame;
  }

  /** The weight of LRU once this page is loaded. */
  private weightFor(page: string): number {
    const mistake = this.lru.find(page) ?? this.lfu.find(page);
    if (mistake === undefined) return this.weight;
    return reweighted(this.weight, decay(this.rate * this.regret(mistake)), this.lru.find(page) !== undefined);
  }

  private regret({ at }: Remembered): number {
    return decay((LN_200 * (this.world.now() - at)) / this.frames.length);
  }

  private firstEvictable(order: readonly number[]): number {
    for (const frame of order) {
      this.steps++;
      if ((this.frames[frame] as Frame).evictable) return frame;
    }
    return NONE;
  }
}
