import { Column, column } from '../ds/column';
import {
  C_ACCESSES,
  C_ANON_COW_FAULTS,
  C_ANON_MAJOR_FAULTS,
  C_ANON_MINOR_FAULTS,
  C_BLOAT_PAGES,
  C_CLEAN_EVICTIONS,
  C_COW_FAULTS,
  C_DEMAND_ZERO_FAULTS,
  C_DIRTY_EVICTIONS,
  C_EVICTIONS,
  C_FILE_CLEAN_DROPS,
  C_FILE_PRIVATE_COW_FAULTS,
  C_FILE_PRIVATE_MAJOR_FAULTS,
  C_FILE_PRIVATE_MINOR_FAULTS,
  C_FILE_READ_FAULTS,
  C_FILE_SHARED_COW_FAULTS,
  C_FILE_SHARED_MAJOR_FAULTS,
  C_FILE_SHARED_MINOR_FAULTS,
  C_FILE_SYNCS,
  C_FILE_WRITE_BACKS,
  C_FRAME_TOUCHES,
  C_HINT_FAULTS,
  C_IFETCHES,
  C_LAZY_FREE_DROPS,
  C_MAJOR_FAULTS,
  C_MAP_FAULTS,
  C_MINOR_FAULTS,
  C_PAGE_FAULTS,
  C_POLICY_FALLBACKS,
  C_POLICY_STEPS,
  C_PREFETCH_ISSUED,
  C_PREFETCH_RESIDENT,
  C_PREFETCH_USEFUL,
  C_PREFETCH_USELESS,
  C_READS,
  C_RESIDENT_PEAK,
  C_SCHEDULED_WRITES,
  C_SEGFAULTS,
  C_SHM_COW_FAULTS,
  C_SHM_MAJOR_FAULTS,
  C_SHM_MINOR_FAULTS,
  C_SWAP_CLEAN_DROPS,
  C_SWAP_IN_FAULTS,
  C_SWAP_INS,
  C_SWAP_OUTS,
  C_SWAP_SLOTS_PEAK,
  C_SWAP_SLOTS_USED,
  C_TABLE_BYTES,
  C_TABLE_BYTES_PEAK,
  C_TLB_HITS,
  C_TLB_INVALIDATIONS,
  C_TLB_MISSES,
  C_TOUCHES,
  C_WALK_REFS,
  C_WRITE_NOTIFY_FAULTS,
  C_WRITES,
  C_ZERO_DROPS,
  C_ZERO_PAGE_FAULTS,
  CACHE_COUNTER_COUNT,
  CC_EVICTIONS,
  CC_FILLS,
  CC_HITS,
  CC_INVALIDATIONS,
  CC_MISSES,
  COUNTER_COUNT,
} from '../gen/counters';
import { Machine } from '../machine';
import { bump } from '../space/processes';
import { AssocCache } from '../tlb/assoc-cache';
import { LARGE } from '../tlb/cpus';
import { Asid, NONE } from '../types';

/** Fills the counter blocks that the host reads: what the hot path counted, and what follows from it. */
export class Report {
  block: Column<u64>;
  cacheBlock: Column<u64>;
  private machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
    this.block = column<u64>(COUNTER_COUNT);
    this.cacheBlock = column<u64>(CACHE_COUNTER_COUNT);
  }

  /** Counters of a process slot, or of the whole machine for NONE. */
  counters(slot: Asid): Column<u64> {
    this.machine.settle();
    const block = this.block;
    if (slot != NONE) {
      memory.copy(block.at(0), this.machine.processes.block(slot), COUNTER_COUNT * 8);
      this.derive();
      block.set(C_BLOAT_PAGES, this.machine.space.large.bloat(slot));
      return block;
    }
    const processes = this.machine.processes;
    memory.copy(block.at(0), processes.block(processes.machine), COUNTER_COUNT * 8);
    for (let p: u32 = 0; p < processes.count; p++) {
      for (let c: u32 = 0; c < COUNTER_COUNT; c++) block.set(c, block.get(c) + processes.get(p, c));
    }
    this.derive();
    // Peaks of processes do not add up.
    block.set(C_RESIDENT_PEAK, this.machine.frames.peak);
    block.set(C_BLOAT_PAGES, this.machine.space.large.bloat(NONE));
    block.set(C_TABLE_BYTES_PEAK, max<u64>(block.get(C_TABLE_BYTES), this.machine.space.kernel.pages.peakBytes));
    block.set(C_POLICY_STEPS, this.machine.policy.steps);
    block.set(C_POLICY_FALLBACKS, this.machine.policy.fallbacks);
    block.set(C_FRAME_TOUCHES, this.machine.frames.frameTouches());
    const gone = block.get(C_PREFETCH_USEFUL) + block.get(C_PREFETCH_USELESS);
    block.set(C_PREFETCH_RESIDENT, block.get(C_PREFETCH_ISSUED) - gone);
    block.set(C_SWAP_SLOTS_USED, this.machine.slots.used);
    block.set(C_SWAP_SLOTS_PEAK, this.machine.slots.peak);
    if (this.machine.cpus.counting) block.set(C_TLB_INVALIDATIONS, this.machine.cpus.invalidations());
    return block;
  }

  /** Counters of a TLB (0, 1, 2; 7 that of large translations) or of the page-walk cache of table level index - 3, summed over the cpus. */
  cacheCounters(index: u32): Column<u64> {
    const machine = this.machine;
    if (machine.cpus.counting || index == LARGE) return this.countedByCaches(index);
    const cache = index < 3 ? machine.caches.cache(index) : machine.walkCaches.cache(index - 3);
    const isSecond = index == 2;
    const misses = isSecond ? (cache.entries != 0 ? machine.clock.walks : 0) : cache.entries != 0 ? cache.misses : 0;
    const failed = isSecond ? machine.caches.first.failedFills + machine.caches.data.failedFills : cache.failedFills;
    const fills = index < 3 ? (cache.entries != 0 ? misses - failed : 0) : cache.fills;
    const block = this.cacheBlock;
    block.set(
      CC_HITS,
      index < 2 ? this.firstLevelHits(index, cache) : isSecond ? machine.clock.secondHits : cache.hits,
    );
    block.set(CC_MISSES, misses);
    block.set(CC_FILLS, fills);
    block.set(CC_EVICTIONS, fills - cache.firstFills);
    block.set(CC_INVALIDATIONS, cache.invalidations);
    return block;
  }

  private countedByCaches(index: u32): Column<u64> {
    const block = this.cacheBlock;
    memory.fill(block.at(0), 0, CACHE_COUNTER_COUNT * 8);
    for (let c: u32 = 0; c < this.machine.cpus.count; c++) {
      const cache = this.machine.cpus.cache(c, index);
      if (cache.entries == 0) continue;
      bump(block.at(0), CC_HITS, cache.hits);
      bump(block.at(0), CC_MISSES, cache.misses);
      bump(block.at(0), CC_FILLS, cache.fills);
      bump(block.at(0), CC_EVICTIONS, cache.fills - cache.firstFills);
      bump(block.at(0), CC_INVALIDATIONS, cache.invalidations);
    }
    return block;
  }

  /** The hot path does not count hits in the first level: they are its lookups less its misses. */
  private firstLevelHits(index: u32, cache: AssocCache): u64 {
    if (cache.entries == 0) return 0;
    const machine = this.machine;
    const all = this.counters(NONE);
    let lookups = all.get(C_TOUCHES) - all.get(C_SEGFAULTS);
    if (machine.caches.split != 0) {
      const ifetches = all.get(C_IFETCHES) + machine.extraIfetches - machine.segfaultIfetches;
      lookups = index == 0 ? ifetches : lookups - ifetches;
    }
    return lookups - cache.misses;
  }

  private derive(): void {
    const block = this.block;
    block.set(C_WALK_REFS, block.get(C_TLB_MISSES) * this.machine.shape.levels - block.get(C_WALK_REFS));
    const accesses = block.get(C_READS) + block.get(C_WRITES) + block.get(C_IFETCHES);
    const touches = accesses + block.get(C_TOUCHES);
    block.set(C_ACCESSES, accesses);
    block.set(C_TOUCHES, touches);
    // What is counted of them on the way is prefetched.
    block.set(C_SWAP_INS, block.get(C_SWAP_INS) + block.get(C_SWAP_IN_FAULTS));
    block.set(C_MAJOR_FAULTS, block.get(C_SWAP_IN_FAULTS) + block.get(C_FILE_READ_FAULTS));
    block.set(
      C_MINOR_FAULTS,
      block.get(C_DEMAND_ZERO_FAULTS) +
        block.get(C_ZERO_PAGE_FAULTS) +
        block.get(C_MAP_FAULTS) +
        block.get(C_COW_FAULTS) +
        block.get(C_WRITE_NOTIFY_FAULTS) +
        block.get(C_HINT_FAULTS),
    );
    block.set(C_PAGE_FAULTS, block.get(C_MINOR_FAULTS) + block.get(C_MAJOR_FAULTS));
    this.deriveAnonymous();
    const filesWritten = block.get(C_FILE_WRITE_BACKS) - block.get(C_FILE_SYNCS);
    block.set(C_SWAP_OUTS, block.get(C_DIRTY_EVICTIONS) + block.get(C_SCHEDULED_WRITES) - filesWritten);
    const otherDrops = block.get(C_SWAP_CLEAN_DROPS) + block.get(C_LAZY_FREE_DROPS) + block.get(C_FILE_CLEAN_DROPS);
    block.set(C_ZERO_DROPS, block.get(C_CLEAN_EVICTIONS) - otherDrops);
    block.set(C_EVICTIONS, block.get(C_CLEAN_EVICTIONS) + block.get(C_DIRTY_EVICTIONS));
    block.set(C_TLB_HITS, touches - block.get(C_SEGFAULTS) - block.get(C_TLB_MISSES));
  }

  /** Faults on anonymous pages are what is left of all. */
  private deriveAnonymous(): void {
    const block = this.block;
    const major =
      block.get(C_FILE_PRIVATE_MAJOR_FAULTS) + block.get(C_FILE_SHARED_MAJOR_FAULTS) + block.get(C_SHM_MAJOR_FAULTS);
    const cow =
      block.get(C_FILE_PRIVATE_COW_FAULTS) + block.get(C_FILE_SHARED_COW_FAULTS) + block.get(C_SHM_COW_FAULTS);
    const minor =
      block.get(C_FILE_PRIVATE_MINOR_FAULTS) + block.get(C_FILE_SHARED_MINOR_FAULTS) + block.get(C_SHM_MINOR_FAULTS);
    block.set(C_ANON_MAJOR_FAULTS, block.get(C_MAJOR_FAULTS) - major);
    block.set(C_ANON_COW_FAULTS, block.get(C_COW_FAULTS) - cow);
    block.set(C_ANON_MINOR_FAULTS, block.get(C_MINOR_FAULTS) - block.get(C_COW_FAULTS) - minor);
  }
}
