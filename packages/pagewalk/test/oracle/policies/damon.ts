/**
 * Replacement by DAMON's regions, as docs/policies/damon.md defines it: one frame of each region is sampled, regions that behave alike are
 * merged, others split, and pages are taken from the region that is used least, for the longest time. mm/damon/core.c and mm/damon/paddr.c.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';
import { SplitMix64 } from '../random.ts';

export interface DamonParams {
  readonly sample: number;
  readonly samples: number;
  readonly minRegions: number;
  readonly maxRegions: number;
}

interface Region {
  first: number;
  frames: number;
  accesses: number;
  last: number;
  age: number;
  sampled: number | null;
  passed: boolean;
}

const ROUNDS = 3;
const regionOf = (first: number, frames: number, last = 0, age = 0): Region => ({
  first,
  frames,
  accesses: 0,
  last,
  age,
  sampled: null,
  passed: false,
});

export class Damon extends Policy {
  private readonly params: DamonParams;
  private readonly most: number;
  private readonly dice: SplitMix64;
  private regions: Region[];
  private hand: { region: Region; frame: number } | null = null;
  private ticks = 0;
  /** Frames whose ref bit was cleared by sampling before the search saw it. */
  private readonly young = new Set<number>();
  /** Regions at the last split. */
  private before = 0;

  constructor(world: World, params: DamonParams) {
    super(world);
    this.params = params;
    this.dice = new SplitMix64(world.seed);
    const frames = this.frames.length;
    const regions = Math.min(params.minRegions, frames);
    const each = Math.floor(frames / regions);
    this.most = Math.max(regions, Math.min(params.maxRegions, frames));
    this.regions = Array.from({ length: regions }, (_, at) =>
      regionOf(at * each, at === regions - 1 ? frames - at * each : each),
    );
  }

  override onLoad(frame: number): void {
    this.young.delete(frame);
  }

  override onTouched(vtime: number): void {
    if (vtime % this.params.sample !== 0) return;
    for (const region of this.regions) if (this.wasUsed(region.sampled)) region.accesses++;
    this.ticks++;
    if (this.ticks % this.params.samples === 0) {
      this.merge();
      this.split();
    }
    for (const region of this.regions) {
      region.sampled = region.first + this.dice.below(region.frames);
      const frame = this.frames[region.sampled] as Frame;
      if (!frame.resident || !frame.ref) continue;
      frame.ref = false;
      this.young.add(region.sampled);
    }
  }

  victim(): number {
    for (let round = 0; round < ROUNDS; round++) {
      for (;;) {
        this.hand ??= this.coldest();
        if (this.hand === null) break;
        const victim = this.searchRegion(this.hand);
        if (victim !== NONE) return victim;
        this.hand.region.passed = true;
        this.hand = null;
      }
      for (const region of this.regions) region.passed = false;
    }
    return NONE;
  }

  private wasUsed(sampled: number | null): boolean {
    if (sampled === null) return false;
    const { resident, ref } = this.frames[sampled] as Frame;
    return resident && ref;
  }

  private merge(): void {
    const threshold = Math.floor(Math.max(...this.regions.map(({ accesses }) => accesses)) / 10);
    const limit = Math.max(1, Math.floor(this.frames.length / this.params.minRegions));
    const merged: Region[] = [];
    for (const region of this.regions) {
      const { accesses, last } = region;
      const changed = Math.abs(accesses - last) > threshold || (accesses === 0) !== (last === 0);
      region.age = changed ? 0 : region.age + 1;
      const previous = merged.at(-1);
      const isAlike =
        previous !== undefined &&
        Math.abs(previous.accesses - accesses) <= threshold &&
        previous.frames + region.frames <= limit;
      if (isAlike) join(previous, region);
      else merged.push(region);
    }
    for (const region of merged)
      Object.assign(region, { last: region.accesses, accesses: 0, sampled: null, passed: false });
    this.regions = merged;
    this.hand = null;
  }

  private split(): void {
    const count = this.regions.length;
    if (count > Math.floor(this.most / 2)) return;
    const cuts = count === this.before && count < Math.floor(this.most / 3) ? 2 : 1;
    this.before = count;
    this.regions = this.regions.flatMap((region) => this.cut(region, cuts));
  }

  /** The region, and behind it what was cut off, the last cut first. */
  private cut(region: Region, cuts: number): Region[] {
    const parts: Region[] = [];
    for (let cut = 0; cut < cuts && region.frames > 2; cut++) {
      const rest = Math.floor(((1 + this.dice.below(9)) * region.frames) / 10);
      if (rest === 0) continue;
      parts.unshift(regionOf(region.first + rest, region.frames - rest, region.last, region.age));
      region.frames = rest;
    }
    return [region, ...parts];
  }

  private coldest(): { region: Region; frame: number } | null {
    const [region] = this.regions
      .filter(({ passed }) => !passed)
      .toSorted((a, b) => a.last - b.last || b.age - a.age || a.first - b.first);
    return region === undefined ? null : { region, frame: region.first };
  }

  private searchRegion(hand: { region: Region; frame: number }): number {
    const end = hand.region.first + hand.region.frames;
    while (hand.frame < end) {
      const at = hand.frame++;
      const frame = this.frames[at] as Frame;
      this.steps++;
      if (!frame.evictable) continue;
      const used = frame.ref || this.young.has(at);
      frame.ref = false;
      this.young.delete(at);
      if (!used) return at;
    }
    return NONE;
  }
}

/** Averages weighted by frames. */
function join(into: Region, from: Region): void {
  const frames = into.frames + from.frames;
  const average = (a: number, b: number) => Math.floor((a * into.frames + b * from.frames) / frames);
  into.accesses = average(into.accesses, from.accesses);
  into.age = average(into.age, from.age);
  into.frames = frames;
}
