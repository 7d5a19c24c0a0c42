/**
 * Linux's multi-generational LRU for pages that are used through page tables, as docs/policies/mglru.md defines it. The front of a generation, where
 * pages enter, is the beginning of its array. The rules are those of mm/vmscan.c and mm/workingset.c with CONFIG_LRU_GEN.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export interface MglruParams {
  readonly margin: number;
  readonly lowerGain: number;
  readonly upperGain: number;
  readonly shadows: number;
  readonly recentGens: number;
  readonly earlyAging: boolean;
}

const TURNS = 9;
const PROTECTING_TURNS = 4;

/** What a tier has come to: in the oldest generation, and on average in those before it. */
class Tier {
  refaulted = 0;
  evicted = 0;
  protected = 0;
  private avgRefaulted = 0;
  private avgTotal = 0;

  get allRefaulted(): number {
    return this.avgRefaulted + this.refaulted;
  }

  get total(): number {
    return this.avgTotal + this.evicted + this.protected;
  }

  age(): void {
    this.avgRefaulted = Math.floor(this.allRefaulted / 2);
    this.avgTotal = Math.floor(this.total / 2);
    this.refaulted = 0;
    this.evicted = 0;
    this.protected = 0;
  }
}

export class Mglru extends Policy {
  private readonly params: MglruParams;
  private readonly margin: number;
  private readonly mostShadows: number;
  private min = 0;
  private max = 3;
  private readonly generations = new Map<number, number[]>();
  /** Frames with PG_referenced, and with PG_workingset: the upper tier. */
  private readonly referenced = new Set<number>();
  private readonly workingset = new Set<number>();
  private readonly lower = new Tier();
  private readonly upper = new Tier();
  private readonly pages = new Map<number, string>();
  private readonly shadows = new Map<string, { min: number; workingset: boolean }>();

  constructor(world: World, params: MglruParams) {
    super(world);
    this.params = params;
    this.margin = Math.max(1, Math.min(params.margin, Math.floor(this.frames.length / 32)));
    this.mostShadows = Math.max(1, Math.floor((this.frames.length * params.shadows) / 100));
  }

  override onLoad(frame: number, page: string): void {
    const shadow = this.shadows.get(page);
    this.shadows.delete(page);
    this.pages.set(frame, page);
    this.referenced.delete(frame);
    this.workingset.delete(frame);
    if (shadow !== undefined && this.max - shadow.min < this.params.recentGens) {
      if (shadow.workingset) this.workingset.add(frame);
      this.tierOf(frame).refaulted++;
    }
    this.enter(frame, this.workingset.has(frame) ? this.max : this.max - 1);
  }

  override onEvict(frame: number): void {
    this.tierOf(frame).evicted++;
    this.shadows.set(this.pages.get(frame) as string, { min: this.min, workingset: this.workingset.has(frame) });
    const [oldest] = this.shadows.keys();
    if (this.shadows.size > this.mostShadows) this.shadows.delete(oldest as string);
    this.leave(frame);
  }

  victim(): number {
    for (let turn = 0; turn < TURNS; turn++) {
      const generations = this.max - this.min;
      if (generations === 1 || (generations === 2 && this.params.earlyAging)) this.age();
      const victim = this.evictOldest(turn < PROTECTING_TURNS && this.upperComesBack());
      if (victim !== NONE) return victim;
      this.dropOldest();
    }
    return NONE;
  }

  /** The walk of the page tables. */
  private age(): void {
    for (const [at, frame] of this.frames.entries()) {
      if (!frame.resident) continue;
      this.steps++;
      if (!frame.ref) continue;
      frame.ref = false;
      if (this.use(at)) this.enter(at, this.max);
    }
    this.max++;
  }

  /** A page whose ref bit was found set; true: it is promoted. */
  private use(frame: number): boolean {
    const known = this.referenced.has(frame) || this.workingset.has(frame);
    if (!known) {
      this.referenced.add(frame);
      return false;
    }
    this.referenced.delete(frame);
    this.workingset.add(frame);
    return true;
  }

  private upperComesBack(): boolean {
    const { upper, lower, margin, params } = this;
    if (upper.allRefaulted < margin) return false;
    const above = upper.allRefaulted * (lower.total + margin) * params.lowerGain;
    return above > (lower.allRefaulted + 1) * upper.total * params.upperGain;
  }

  private evictOldest(isUpperProtected: boolean): number {
    for (const at of this.generation(this.min).toReversed()) {
      const frame = this.frames[at] as Frame;
      this.steps++;
      if (!frame.evictable) continue;
      if (frame.ref) {
        frame.ref = false;
        this.enter(at, this.use(at) ? this.max : this.max - 1);
      } else if (isUpperProtected && this.workingset.has(at)) {
        this.upper.protected++;
        this.enter(at, this.min + 1);
      } else {
        return at;
      }
    }
    return NONE;
  }

  private dropOldest(): void {
    for (const at of this.generation(this.min).toReversed()) {
      this.leave(at);
      this.generation(this.min + 1).push(at);
    }
    this.min++;
    while (this.generation(this.min).length === 0 && this.max - this.min >= 2) this.min++;
    this.lower.age();
    this.upper.age();
  }

  private tierOf(frame: number): Tier {
    return this.workingset.has(frame) ? this.upper : this.lower;
  }

  private generation(number: number): number[] {
    const known = this.generations.get(number) ?? [];
    this.generations.set(number, known);
    return known;
  }

  private enter(frame: number, number: number): void {
    this.leave(frame);
    this.generation(number).unshift(frame);
  }

  private leave(frame: number): void {
    for (const [number, list] of this.generations) {
      this.generations.set(
        number,
        list.filter((other) => other !== frame),
      );
    }
  }
}
