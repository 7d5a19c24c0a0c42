/**
 * CACHEUS: LeCaR whose experts are an LRU that resists scans (SR-LRU) and an LFU that resists churn (CR-LFU), with a learning rate that
 * climbs while it helps. Rodriguez et al., FAST 2021.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';
import { Dice, decay, History, reweighted } from './experts.ts';

interface Resident {
  readonly page: string;
  uses: number;
  /** It was not remembered when it was loaded. */
  readonly isNew: boolean;
  isDemoted: boolean;
  /** Orders uses; demotion is none. */
  usedAt: number;
}

const half = (a: number, b: number) => Math.floor((2 * a + b) / (2 * b));

export class Cacheus extends Policy {
  private readonly residents = new Map<number, Resident>();
  /** SR-LRU: pages not used again, and demoted ones; pages that were used again. The next to go first. */
  private fresh: number[] = [];
  private reused: number[] = [];
  /** Pages that `reused` is meant to hold. */
  private target: number;
  private readonly srLru: History;
  private readonly crLfu: History;
  private readonly dice: Dice;
  /** That of SR-LRU. */
  private weight = 0.5;
  private rate: number;
  private rateBefore = 0;
  private hits = 0;
  private hitsBefore = 0;
  private standstills = 0;
  private wanted: string | null = null;
  private named: { readonly frame: number; readonly by: History } | null = null;

  constructor(world: World, historyPercent: number, scanPercent: number) {
    super(world);
    const frames = this.frames.length;
    this.target = Math.max(0, frames - Math.max(1, Math.floor((frames * scanPercent + 50) / 100)));
    this.srLru = new History(frames, historyPercent);
    this.crLfu = new History(frames, historyPercent);
    this.dice = new Dice(world.seed);
    this.rate = this.randomRate();
  }

  override onLoad(frame: number, page: string): void {
    this.named = null;
    const mistakes = this.srLru.find(page) ?? this.crLfu.find(page);
    const uses = (mistakes?.uses ?? 0) + 1;
    const isNew = mistakes === undefined;
    this.residents.set(frame, { page, uses, isNew, isDemoted: false, usedAt: this.world.now() });
    if (mistakes === undefined) {
      this.fresh.push(frame);
      return;
    }
    this.weight = this.weightFor(page);
    this.srLru.forget(page);
    this.crLfu.forget(page);
    if (mistakes.isNew) {
      const less = Math.max(1, half(this.demoted, Math.max(1, this.srLru.newPages)));
      this.target = Math.min(this.frames.length - 1, Math.max(1, this.target - less));
    }
    this.reuse(frame);
  }

  override onHit(frame: number): void {
    const resident = this.residents.get(frame) as Resident;
    this.hits++;
    resident.uses++;
    resident.usedAt = this.world.now();
    if (resident.isDemoted) {
      const more = Math.max(1, half(this.srLru.newPages, this.demoted));
      this.target = Math.min(this.frames.length - 1, this.target + more);
      resident.isDemoted = false;
    }
    this.reuse(frame);
  }

  override onEvict(frame: number): void {
    const { page, uses, isNew } = this.residents.get(frame) as Resident;
    if (this.named?.frame === frame) {
      const { by } = this.named;
      by.enter({ page, uses, at: this.world.now(), isNew: isNew && by === this.srLru }, this.wanted);
    }
    this.named = null;
    this.residents.delete(frame);
    this.fresh = this.fresh.filter((other) => other !== frame);
    this.reused = this.reused.filter((other) => other !== frame);
  }

  victim(page: string): number {
    this.wanted = page;
    this.named = null;
    const next = this.firstEvictable([...this.fresh, ...this.reused]);
    if (next === NONE) return NONE;
    const rarest = this.firstEvictable(this.byUses());
    if (next === rarest) return next;
    const trustsLru = this.dice.fraction() < this.weightFor(page);
    this.named = trustsLru ? { frame: next, by: this.srLru } : { frame: rarest, by: this.crLfu };
    return this.named.frame;
  }

  override onTouched(vtime: number): void {
    if (vtime % this.frames.length === 0) this.learn();
  }

  private learn(): void {
    const { rate, hits } = this;
    const change = rate - this.rateBefore;
    this.rateBefore = rate;
    if (change !== 0) {
      const step = rate * Math.abs(change);
      const goesOn = hits !== this.hitsBefore && hits > this.hitsBefore === change > 0;
      this.rate = Math.min(1, Math.max(0.001, goesOn ? rate + step : rate - step));
      this.standstills = 0;
    } else if (hits <= this.hitsBefore) {
      this.standstills++;
      if (this.standstills === 10) {
        this.standstills = 0;
        this.rate = this.randomRate();
      }
    }
    this.hitsBefore = hits;
    this.hits = 0;
  }

  private randomRate(): number {
    return 0.001 + 0.999 * this.dice.fraction();
  }

  /** The page was used again: it is the last of `reused`, and what is too much there is demoted. */
  private reuse(frame: number): void {
    this.fresh = this.fresh.filter((other) => other !== frame);
    this.reused = [...this.reused.filter((other) => other !== frame), frame];
    while (this.reused.length > this.target) {
      const demoted = this.reused.shift() as number;
      (this.residents.get(demoted) as Resident).isDemoted = true;
      this.fresh.push(demoted);
    }
  }

  private get demoted(): number {
    return [...this.residents.values()].filter(({ isDemoted }) => isDemoted).length;
  }

  /** The weight of SR-LRU once this page is loaded. */
  private weightFor(page: string): number {
    const lruWasWrong = this.srLru.find(page) !== undefined;
    if (!lruWasWrong && this.crLfu.find(page) === undefined) return this.weight;
    return reweighted(this.weight, decay(this.rate), lruWasWrong);
  }

  /** Fewest uses first, and of those the one used last. */
  private byUses(): number[] {
    return [...this.residents]
      .toSorted(([, a], [, b]) => a.uses - b.uses || b.usedAt - a.usedAt)
      .map(([frame]) => frame);
  }

  private firstEvictable(order: readonly number[]): number {
    for (const frame of order) {
      this.steps++;
      if ((this.frames[frame] as Frame).evictable) return frame;
    }
    return NONE;
  }
}
