/**
 * How many distinct pages a run touches, exactly and almost for nothing. As long as nothing was evicted, every page that was touched is
 * resident and the faults count them. Before memory may run full, the resident pages go into a set, and from then on a page that is not
 * in the set shows itself by a demand-zero fault or a failure: only blocks of records with one of those are looked at. That begins at once where
 * pages go before memory is full. Where operations,
 * prefetching or large pages bring and take pages too, every block is looked at.
 */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import { pageTest } from './address-space.ts';
import { needsSpace } from './config/lower.ts';
import { rowOfChoice } from './config/policy.ts';
import type { MachineConfig } from './config/schema.ts';
import type { Core } from './core.ts';
import { PageSet } from './pages.ts';
import { frameColumns } from './views.ts';

const BLOCK = 4096;

const place = (name: CounterName): number => COUNTERS.findIndex((row) => row.name === name);
const RESIDENT = place('resident_pages');
const EVICTIONS = place('evictions');
const DEMAND_ZERO = place('demand_zero_faults');
const OOM = place('oom_failures');

export class PageCount {
  private readonly core: Core;
  private fresh: boolean;
  private set: PageSet | null = null;
  /** Demand-zero faults and failures at the last look. */
  private firsts = 0;
  private lost = false;

  constructor(core: Core) {
    this.core = core;
    this.fresh = core.clock().touches === 0 && !needsSpace(core.config);
    if (!this.fresh || evictsEarly(core.config)) this.set = this.newSet();
  }

  /** Null if the set would need too much memory, or if accesses of many pages each filled memory unforeseen. */
  get count(): number | null {
    if (this.lost) return null;
    return this.set ? this.set.count : Number(this.core.counters()[DEMAND_ZERO]);
  }

  /** Operations come, with the next record at the earliest: from now on faults tell too little. */
  expectOperations(): void {
    this.set ??= this.filled();
    this.fresh = false;
  }

  /** Where to stop and call `ran`, on the way from record `at` to `end`. */
  stopBefore(at: number, end: number): number {
    if (!this.set) {
      // An access rarely touches more than two pages.
      const room = Math.floor((this.core.config.frames - Number(this.core.counters()[RESIDENT])) / 2);
      if (room >= Math.min(end - at, BLOCK)) return Math.min(end, at + room);
      this.set = this.filled();
    }
    return Math.min(end, at + BLOCK);
  }

  /** The records `first` … `end` - 1 were run. */
  ran(first: number, end: number): void {
    const counters = this.core.counters();
    if (!this.set) {
      this.lost ||= Number(counters[EVICTIONS]) > 0;
      return;
    }
    const firsts = Number(counters[DEMAND_ZERO]) + Number(counters[OOM]);
    if (this.fresh && firsts === this.firsts) return;
    this.firsts = firsts;
    this.set.add(new Int32Array(this.core.records(end).buffer, this.core.records(end).byteOffset, end * 4), first, end);
  }

  private filled(): PageSet {
    const set = this.newSet();
    const { page, pid, used } = frameColumns(this.core.engine, this.core.config);
    for (let frame = 0; frame < page.length; frame++) {
      if (used[frame] !== 0) set.addPage(page[frame] as bigint, pid[frame] as number);
    }
    this.firsts = Number(this.core.counters()[DEMAND_ZERO]);
    return set;
  }

  private newSet(): PageSet {
    return new PageSet(Math.log2(this.core.config.page_size), pageTest(this.core.config));
  }
}

/** Whether pages go although there are free frames. */
const evictsEarly = ({ policy, ws_limit }: MachineConfig): boolean =>
  ws_limit !== null || rowOfChoice(policy)?.releases === true;
