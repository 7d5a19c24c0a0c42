import { Column, column, columnOfNone } from '../ds/column';
import { Lists } from '../ds/lists';
import { Random } from '../ds/random';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const IN_USE: u32 = 0;
const UNUSED: u32 = 1;

/**
 * Memory watched by regions, as Linux's DAMON does (mm/damon/core.c, paddr.c, 6.14; Park, Lee, Yeom 2019, doi 10.1145/3366626.3368125): one frame of each
 * region is sampled at a time, neighbours that behave alike are merged, and regions split at random, so that few looks follow what is used.
 * A hand goes through the regions, the least and longest unused first, clears ref bits and takes pages without one. Departs from the kernel,
 * where this observation serves proactive reclaim, in naming a victim when one is needed.
 */
export class Damon extends Policy {
  private random: Random;
  private resident: Column<u8>;
  /** PG_young: sampling cleared a ref bit that the search for a victim has not seen. */
  private young: Column<u8>;
  /** The regions in use by address; columns of a region: */
  private regions: Lists;
  private first: Column<Frame>;
  private size: Column<u32>;
  private sample: Column<Frame>;
  /** Samples found used in this interval, and in the one before. */
  private accesses: Column<u32>;
  private last: Column<u32>;
  /** Intervals for which that has been alike. */
  private age: Column<u32>;
  /** The hand has gone through it in this round. */
  private passed: Column<u8>;
  private used: u32 = 0;
  private most: u32;
  /** Most frames of a region that comes from merging. */
  private limit: u32;
  private samples: u64;
  private ticks: u64 = 0;
  /** Regions when they were last split. */
  private usedBefore: u32 = 0;
  /** The region that the hand is in. */
  private region: u32 = NONE;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const params = context.params;
    const fewest = <u32>params.get(2);
    const initial = min<u32>(fewest, count);
    const most = max<u32>(initial, min<u32>(<u32>params.get(3), count));
    this.random = new Random(context.seed);
    this.resident = column<u8>(count);
    this.young = column<u8>(count);
    this.regions = new Lists(most, 2);
    this.first = column<Frame>(most);
    this.size = column<u32>(most);
    this.sample = columnOfNone<Frame>(most);
    this.accesses = column<u32>(most);
    this.last = column<u32>(most);
    this.age = column<u32>(most);
    this.passed = column<u8>(most);
    this.most = most;
    this.limit = max<u32>(1, count / fewest);
    this.tick = params.get(0);
    this.samples = params.get(1);
    for (let r: u32 = 0; r < most; r++) this.regions.pushBack(r < initial ? IN_USE : UNUSED, r);
    for (let r: u32 = 0; r < initial; r++) {
      const first = r * (count / initial);
      this.first.set(r, first);
      this.size.set(r, r + 1 == initial ? count - first : count / initial);
    }
    this.used = initial;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.resident.set(frame, 1);
    this.young.set(frame, 0);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.resident.set(part, 1);
    this.young.set(part, this.young.get(head));
  }

  onEvict(frame: Frame): void {
    this.resident.set(frame, 0);
  }

  onCold(frame: Frame): void {
    this.young.set(frame, 0);
  }

  victim(page: PageKey): Frame {
    for (let rounds: u32 = 0; rounds < 3; ) {
      if (this.region == NONE && !this.enterColdest()) {
        for (let r: u32 = 0; r < this.most; r++) this.passed.set(r, 0);
        rounds++;
        continue;
      }
      const end = this.first.get(this.region) + this.size.get(this.region);
      while (this.hand < end) {
        const f = this.hand++;
        this.steps++;
        if (this.frames.isEvictable(f) && !this.wasUsed(f)) return f;
      }
      this.passed.set(this.region, 1);
      this.leave();
    }
    return NONE;
  }

  onTick(): void {
    this.check();
    if (++this.ticks % this.samples == 0) {
      this.merge();
      this.split();
    }
    this.prepare();
  }

  /** How often the frame's region was found used in the last interval. */
  state(frame: Frame): u32 {
    let r = this.regions.front(IN_USE);
    while (frame - this.first.get(r) >= this.size.get(r)) r = this.regions.after(r);
    return this.last.get(r);
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.resident.get(frame) != 0) == resident;
  }

  /** Moves the hand to the first frame of the coldest region that was not passed; false if all were. */
  private enterColdest(): bool {
    const regions = this.regions;
    let best = NONE;
    for (let r = regions.front(IN_USE); !regions.isEnd(r); r = regions.after(r)) {
      if (this.passed.get(r) == 0 && (best == NONE || this.isColder(r, best))) best = r;
    }
    if (best == NONE) return false;
    this.region = best;
    this.hand = this.first.get(best);
    return true;
  }

  private isColder(a: u32, b: u32): bool {
    const difference = <i64>this.last.get(a) - <i64>this.last.get(b);
    return difference != 0 ? difference < 0 : this.age.get(a) > this.age.get(b);
  }

  /** Since the search looked at it last. */
  private wasUsed(f: Frame): bool {
    const used = this.frames.isReferenced(f) || this.young.get(f) != 0;
    this.frames.clearReference(f);
    this.young.set(f, 0);
    return used;
  }

  private leave(): void {
    this.region = NONE;
    this.hand = NONE;
  }

  private check(): void {
    const regions = this.regions;
    for (let r = regions.front(IN_USE); !regions.isEnd(r); r = regions.after(r)) {
      const f = this.sample.get(r);
      if (f == NONE || this.resident.get(f) == 0 || !this.frames.isReferenced(f)) continue;
      this.accesses.set(r, this.accesses.get(r) + 1);
    }
  }

  private prepare(): void {
    const regions = this.regions;
    for (let r = regions.front(IN_USE); !regions.isEnd(r); r = regions.after(r)) {
      const f = this.first.get(r) + this.random.below(this.size.get(r));
      this.sample.set(r, f);
      if (this.resident.get(f) == 0 || !this.frames.isReferenced(f)) continue;
      this.frames.clearReference(f);
      this.young.set(f, 1);
    }
  }

  /** An interval ends: regions grow older or begin anew, and neighbours that are alike become one. */
  private merge(): void {
    const regions = this.regions;
    let highest: u32 = 0;
    for (let r = regions.front(IN_USE); !regions.isEnd(r); r = regions.after(r)) {
      highest = max<u32>(highest, this.accesses.get(r));
    }
    const threshold = highest / 10;
    let before = NONE;
    let r = regions.front(IN_USE);
    while (!regions.isEnd(r)) {
      const next = regions.after(r);
      const accesses = this.accesses.get(r);
      const last = this.last.get(r);
      const isSteady = distance(accesses, last) <= threshold && (accesses == 0) == (last == 0);
      this.age.set(r, isSteady ? this.age.get(r) + 1 : 0);
      if (
        before != NONE &&
        distance(this.accesses.get(before), accesses) <= threshold &&
        this.size.get(before) + this.size.get(r) <= this.limit
      ) {
        this.absorb(before, r);
      } else before = r;
      r = next;
    }
    for (r = regions.front(IN_USE); !regions.isEnd(r); r = regions.after(r)) {
      this.last.set(r, this.accesses.get(r));
      this.accesses.set(r, 0);
      this.sample.set(r, NONE);
      this.passed.set(r, 0);
    }
    this.leave();
  }

  /** The region `right` becomes part of its neighbour `left`. */
  private absorb(left: u32, right: u32): void {
    const a = <u64>this.size.get(left);
    const b = <u64>this.size.get(right);
    this.accesses.set(left, <u32>((this.accesses.get(left) * a + this.accesses.get(right) * b) / (a + b)));
    this.age.set(left, <u32>((this.age.get(left) * a + this.age.get(right) * b) / (a + b)));
    this.size.set(left, <u32>(a + b));
    this.regions.remove(right);
    this.regions.pushBack(UNUSED, right);
    this.used--;
  }

  private split(): void {
    if (this.used > this.most / 2) return;
    const regions = this.regions;
    const cuts = this.used == this.usedBefore && this.used < this.most / 3 ? 2 : 1;
    this.usedBefore = this.used;
    let r = regions.front(IN_USE);
    while (!regions.isEnd(r)) {
      const next = regions.after(r);
      for (let cut = 0; cut < cuts && this.size.get(r) > 2; cut++) {
        const size = <u64>this.size.get(r);
        const left = <u32>(((1 + this.random.below(9)) * size) / 10);
        if (left > 0) this.cut(r, left);
      }
      r = next;
    }
  }

  /** What is behind the first `left` frames of a region becomes a new one. */
  private cut(r: u32, left: u32): void {
    const part = this.regions.front(UNUSED);
    this.regions.remove(part);
    this.regions.insertAfter(r, part);
    this.used++;
    this.first.set(part, this.first.get(r) + left);
    this.size.set(part, this.size.get(r) - left);
    this.size.set(r, left);
    this.last.set(part, this.last.get(r));
    this.age.set(part, this.age.get(r));
    this.accesses.set(part, 0);
    this.sample.set(part, NONE);
    this.passed.set(part, 0);
  }
}

function distance(a: u32, b: u32): u32 {
  return a > b ? a - b : b - a;
}
