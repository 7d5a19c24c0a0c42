import { Column, column } from '../ds/column';
import { SizedLists } from '../ds/sized-lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';
import { Shadows } from './shadows';

/** MAX_NR_GENS: no more exist at a time, so a generation's list is its number modulo this. */
const GENERATIONS: u32 = 4;
/** Generations in which eviction no longer protects: then one search has gone once through all of memory. */
const PROTECTING: u32 = GENERATIONS;

/** PG_referenced: it was found used once. */
const REFERENCED: u8 = 1;
/** PG_workingset: found used twice; the upper tier. */
const WORKINGSET: u8 = 2;

/** Of one tier: what happened since the oldest generation became that, and the average of those before it. */
class Tier {
  refaulted: u64 = 0;
  evicted: u64 = 0;
  kept: u64 = 0;
  averageRefaulted: u64 = 0;
  averageTotal: u64 = 0;

  get allRefaulted(): u64 {
    return this.averageRefaulted + this.refaulted;
  }

  get allTotal(): u64 {
    return this.averageTotal + this.evicted + this.kept;
  }

  carryOver(): void {
    this.averageRefaulted = this.allRefaulted / 2;
    this.averageTotal = this.allTotal / 2;
    this.refaulted = 0;
    this.evicted = 0;
    this.kept = 0;
  }
}

/**
 * Linux's multi-generational LRU (mm/vmscan.c, 6.14, pages used through page tables): pages live in generations. Aging walks over all ref bits, moves the
 * pages that were used into the youngest generation and begins the next; eviction goes through the oldest, moves out of it what was used since, and
 * takes the rest. Pages used at least twice are a tier of their own, which is spared while more of it comes back than of the others. Departs
 * from the kernel in moving promoted pages at once, in walking by frame number, and in leaving out what only saves the walk time.
 */
export class Mglru extends Policy {
  private lists: SizedLists;
  private flags: Column<u8>;
  private page: Column<PageKey>;
  private shadows: Shadows;
  private lower: Tier = new Tier();
  private upper: Tier = new Tier();
  private oldest: u64 = 0;
  private youngest: u64 = GENERATIONS - 1;
  private margin: u64;
  private lowerGain: u64;
  private upperGain: u64;
  private recent: u64;
  private early: u64;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const params = context.params;
    this.lists = new SizedLists(count, GENERATIONS);
    this.flags = column<u8>(count);
    this.page = column<PageKey>(count);
    this.margin = max<u64>(1, min<u64>(params.get(0), count / 32));
    this.lowerGain = params.get(1);
    this.upperGain = params.get(2);
    this.recent = params.get(3);
    this.early = params.get(4);
    this.shadows = new Shadows(max<u32>(1, <u32>((<u64>count * params.get(5)) / 100)));
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.page.set(frame, page);
    let flags: u8 = 0;
    const shadow = this.shadows.find(page);
    if (shadow != NONE) {
      if (this.youngest - this.shadows.timeOf(shadow) < this.recent) {
        if (this.shadows.wasWorkingset(shadow)) flags = WORKINGSET;
        this.tierOf(flags).refaulted++;
      }
      this.shadows.forget(shadow);
    }
    this.flags.set(frame, flags);
    this.lists.pushFront(this.list(flags == WORKINGSET ? this.youngest : this.youngest - 1), frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.page.set(part, page);
    this.flags.set(part, this.flags.get(head));
    this.lists.insertAfter(head, part);
  }

  onEvict(frame: Frame): void {
    const flags = this.flags.get(frame);
    this.tierOf(flags).evicted++;
    this.shadows.remember(this.page.get(frame), this.oldest, (flags & WORKINGSET) != 0);
    this.lists.remove(frame);
  }

  onDiscard(frame: Frame): void {
    this.lists.remove(frame);
  }

  onCold(frame: Frame): void {
    this.flags.set(frame, 0);
    this.lists.moveToFront(this.list(this.oldest), frame);
  }

  victim(page: PageKey): Frame {
    for (let turn: u32 = 0; turn <= 2 * GENERATIONS; turn++) {
      if (this.youngest - this.oldest <= 1 + this.early) this.age();
      const found = this.evict(turn < PROTECTING && this.isUpperWorse());
      if (found != NONE) return found;
      this.leaveOldest();
    }
    return NONE;
  }

  /** Generations since the page was young, and its flags. */
  state(frame: Frame): u32 {
    const age = (<u32>this.youngest - this.lists.listOf(frame)) % GENERATIONS;
    return (age << 2) | this.flags.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.lists.holds(frame) == resident;
  }

  private list(generation: u64): u32 {
    return <u32>(generation % GENERATIONS);
  }

  private tierOf(flags: u8): Tier {
    return (flags & WORKINGSET) != 0 ? this.upper : this.lower;
  }

  /** The page was found used. True: for the second time. */
  private promotes(frame: Frame): bool {
    this.frames.clearReference(frame);
    const again = this.flags.get(frame) != 0;
    this.flags.set(frame, again ? WORKINGSET : REFERENCED);
    return again;
  }

  /** Walks over all pages; then a new generation begins. */
  private age(): void {
    const young = this.list(this.youngest);
    for (let f: Frame = 0; f < this.frames.count; f++) {
      if (!this.lists.holds(f)) continue;
      this.steps++;
      if (this.frames.isReferenced(f) && this.promotes(f)) this.lists.moveToFront(young, f);
    }
    this.youngest++;
  }

  /** Goes through the oldest generation up to the first page that was not used. */
  private evict(protecting: bool): Frame {
    const lists = this.lists;
    const oldest = this.list(this.oldest);
    let f = lists.back(oldest);
    for (let looks = lists.size(oldest); looks > 0; looks--) {
      const next = lists.before(f);
      this.steps++;
      if (this.frames.isEvictable(f)) {
        if (this.frames.isReferenced(f)) {
          const again = this.promotes(f);
          lists.moveToFront(this.list(again ? this.youngest : this.youngest - 1), f);
        } else if (protecting && (this.flags.get(f) & WORKINGSET) != 0) {
          this.upper.kept++;
          lists.moveToFront(this.list(this.oldest + 1), f);
        } else return f;
      }
      f = next;
    }
    return NONE;
  }

  /** Does too much of the upper tier come back, by the measure of the lower one? (positive_ctrl_err) */
  private isUpperWorse(): bool {
    const lower = this.lower;
    const upper = this.upper;
    if (upper.allRefaulted < this.margin) return false;
    const theirs = upper.allRefaulted * (lower.allTotal + this.margin) * this.lowerGain;
    return theirs > (lower.allRefaulted + 1) * upper.allTotal * this.upperGain;
  }

  /** What is left of the oldest generation may not be taken: it joins the next, which is the oldest now. */
  private leaveOldest(): void {
    const lists = this.lists;
    const oldest = this.list(this.oldest);
    const next = this.list(this.oldest + 1);
    for (let left = lists.size(oldest); left > 0; left--) lists.moveToBack(next, lists.back(oldest));
    this.oldest++;
    while (this.youngest - this.oldest >= 2 && lists.size(this.list(this.oldest)) == 0) this.oldest++;
    this.lower.carryOver();
    this.upper.carryOver();
  }
}
