/**
 * How many more frames would have made a touch a hit, under the same policy. LRU keeps its pages in a stack whose depth says it at once
 * (Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078); every other policy is run again with more frames: one more, two, four …
 * until the touch hits, then with sizes between the last that missed and the first that hit. Only for stack policies every larger memory
 * hits as well.
 */
import type { MachineConfig } from '../../machine/config/schema.ts';
import { type Lab, withFrames } from './lab.ts';
import { hits, type Place } from './trial.ts';
import type { Remedy } from './types.ts';

/** Machines that run side by side, and the frames that they may have together. */
const ABREAST = 6;
const MOST_FRAMES = 1 << 22;

/** Policies of which every larger memory holds what a smaller one holds. */
const STACK_POLICIES: readonly string[] = ['lru', 'opt'];

export interface Depth {
  /** Distinct pages since the last use of the page, itself included. */
  readonly stackDistance: number;
  /** Distinct pages up to the touch: with as many frames nothing is evicted. */
  readonly pages: number;
  /** Whether nothing but the policy chose victims so far. */
  readonly pure: boolean;
}

export async function remedyFor(lab: Lab, config: MachineConfig, place: Place, depth: Depth): Promise<Remedy> {
  const { frames, policy } = config;
  const pure = depth.pure && config.replacement === 'global' && config.ws_limit === null;
  if (policy.id === 'lru' && pure && depth.stackDistance > frames) {
    const more = depth.stackDistance - frames;
    return { frames: depth.stackDistance, more, exact: true, method: 'stack_distance', tried: [] };
  }
  const search = new Search(lab, config, place);
  const exact = pure && STACK_POLICIES.includes(policy.id);
  // OPT never gives a page up while there is room for all that is used before it.
  const enough = exact ? depth.stackDistance : depth.pages;
  const found = await search.smallest(Math.max(frames + 1, enough));
  const tried = search.tried.toSorted((a, b) => a.frames - b.frames);
  return { frames: found, more: found === null ? null : found - frames, exact, method: 'reruns', tried };
}

class Search {
  readonly tried: { frames: number; hit: boolean }[] = [];
  private readonly lab: Lab;
  private readonly config: MachineConfig;
  private readonly place: Place;

  constructor(lab: Lab, config: MachineConfig, place: Place) {
    this.lab = lab;
    this.config = config;
    this.place = place;
  }

  /** The smallest size tried with which the touch hits, at most `most`; null if it misses there too. */
  async smallest(most: number): Promise<number | null> {
    const { frames } = this.config;
    const sizes: number[] = [];
    for (let more = 1; frames + more < most; more *= 2) sizes.push(frames + more);
    let misses = frames;
    let hit: number | null = null;
    for (let rest = [...sizes, most]; hit === null; ) {
      if (rest.length === 0) return null;
      [misses, hit, rest] = await this.step(misses, rest);
    }
    while (hit - misses > 1) {
      const parts = Math.min(hit - misses, ABREAST + 1);
      const between = Array.from(
        { length: parts - 1 },
        (_, i) => misses + Math.floor(((hit! - misses) * (i + 1)) / parts),
      );
      let next: number | null = null;
      for (let rest = between; next === null && rest.length > 0; ) [misses, next, rest] = await this.step(misses, rest);
      hit = next ?? hit;
    }
    return hit;
  }

  /** Tries the first few sizes: the largest that missed before the first that hit, that one, and those still untried. */
  private async step(misses: number, sizes: readonly number[]): Promise<[number, number | null, number[]]> {
    let count = 0;
    for (let frames = 0; count < Math.min(ABREAST, sizes.length); count++) {
      frames += sizes[count]!;
      if (count > 0 && frames > MOST_FRAMES) break;
    }
    const batch = sizes.slice(0, count);
    const machines = batch.map((frames) => withFrames(this.config, frames));
    const range = batch.length > 1 ? `${batch[0]} to ${batch.at(-1)}` : `${batch[0]}`;
    const results = await hits(this.lab, machines, this.place, `with ${range} frames`);
    this.tried.push(...batch.map((frames, i) => ({ frames, hit: results[i]! })));
    const first = results.indexOf(true);
    if (first < 0) return [batch.at(-1)!, null, sizes.slice(count)];
    return [first === 0 ? misses : batch[first - 1]!, batch[first]!, []];
  }
}
