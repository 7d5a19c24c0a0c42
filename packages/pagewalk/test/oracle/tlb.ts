/**
 * A set-associative translation cache: `entries / ways` sets, any number of them; a page belongs to the set of its number modulo the sets.
 * Everything is found by looking through the ways of the set. A clock that only counts its own lookups and fills orders them.
 */
import type { TlbShape } from './config.ts';
import { SplitMix64 } from './random.ts';

export interface Way {
  valid: boolean;
  asid: number;
  page: bigint;
  frame: number;
  filled: number;
  used: number;
}

interface Set {
  readonly ways: Way[];
  /** Tree-PLRU: for each range of ways that a node of the tree spans, whether the victim is in its right half. */
  readonly right: Map<string, boolean>;
}

export interface CacheCounts {
  hits: number;
  misses: number;
  fills: number;
  evictions: number;
  invalidations: number;
}

export const noCounts = (): CacheCounts => ({ hits: 0, misses: 0, fills: 0, evictions: 0, invalidations: 0 });

export class Tlb {
  readonly counts = noCounts();
  readonly shape: TlbShape;
  private readonly sets: Set[];
  private readonly dice: SplitMix64;
  private now = 0;

  constructor(shape: TlbShape, seed: bigint) {
    this.shape = shape;
    this.dice = new SplitMix64(seed);
    const blank = (): Way => ({ valid: false, asid: 0, page: 0n, frame: 0, filled: 0, used: 0 });
    this.sets = Array.from({ length: shape.entries / shape.ways }, () => ({
      ways: Array.from({ length: shape.ways }, blank),
      right: new Map(),
    }));
  }

  /** The frame, or null on a miss. */
  lookup(asid: number, page: bigint): number | null {
    if (this.shape.entries === 0) return null;
    const way = this.find(asid, page);
    if (way === undefined) {
      this.counts.misses++;
      return null;
    }
    this.counts.hits++;
    this.use(page, way);
    return way.frame;
  }

  fill(asid: number, page: bigint, frame: number): void {
    if (this.shape.entries === 0) return;
    const set = this.setOf(page);
    let way = set.ways.find((candidate) => !candidate.valid);
    if (way === undefined) {
      way = this.victim(set);
      this.counts.evictions++;
    }
    this.counts.fills++;
    Object.assign(way, { valid: true, asid, page, frame, filled: ++this.now });
    this.use(page, way);
  }

  /** Forgets one page; says whether it was there. */
  invalidate(asid: number, page: bigint): boolean {
    const way = this.shape.entries === 0 ? undefined : this.find(asid, page);
    if (way === undefined) return false;
    way.valid = false;
    this.counts.invalidations++;
    return true;
  }

  flush(): void {
    for (const set of this.sets) for (const way of set.ways) way.valid = false;
  }

  /** All ways, set by set. */
  get ways(): readonly Way[] {
    return this.sets.flatMap((set) => set.ways);
  }

  private setOf(page: bigint): Set {
    return this.sets[Number(page % BigInt(this.sets.length))] as Set;
  }

  private find(asid: number, page: bigint): Way | undefined {
    return this.setOf(page).ways.find((way) => way.valid && way.asid === asid && way.page === page);
  }

  private use(page: bigint, way: Way): void {
    way.used = ++this.now;
    if (this.shape.policy === 'plru') {
      const set = this.setOf(page);
      pointAway(set.right, set.ways.indexOf(way), 0, set.ways.length);
    }
  }

  private victim(set: Set): Way {
    const oldest = (age: (way: Way) => number) =>
      set.ways.reduce((least, way) => (age(way) < age(least) ? way : least));
    switch (this.shape.policy) {
      case 'lru':
        return oldest((way) => way.used);
      case 'fifo':
        return oldest((way) => way.filled);
      case 'random':
        return set.ways[this.dice.below(set.ways.length)] as Way;
      case 'plru':
        return set.ways[follow(set.right, 0, set.ways.length)] as Way;
    }
  }
}

/** Each node above a way is made to point to the half that the way is not in. */
function pointAway(right: Map<string, boolean>, way: number, from: number, to: number): void {
  if (to - from === 1) return;
  const middle = (from + to) / 2;
  right.set(`${from}-${to}`, way < middle);
  if (way < middle) pointAway(right, way, from, middle);
  else pointAway(right, way, middle, to);
}

function follow(right: Map<string, boolean>, from: number, to: number): number {
  if (to - from === 1) return from;
  const middle = (from + to) / 2;
  return right.get(`${from}-${to}`) ? follow(right, middle, to) : follow(right, from, middle);
}
