import { Column, column, columnOfNone } from '../ds/column';
import {
  CFG_CPUS,
  CFG_MAX_PROCESSES,
  CFG_PAGE_SHIFT,
  CFG_PWC_0,
  CFG_SEED,
  CFG_SPLIT,
  CFG_TAGGED,
  CFG_TLB0_ENTRIES,
  CFG_TLB1_ENTRIES,
  CFG_TLB2_ENTRIES,
  CFG_TLBL_ENTRIES,
  CFG_VSPACE,
} from '../gen/config';
import { RadixShape } from '../pagetable/radix';
import { WalkCaches } from '../pagetable/walk-caches';
import { Asid, NONE } from '../types';
import { AssocCache } from './assoc-cache';
import { TranslationCaches } from './translation-caches';

/** Index of the TLB of large translations among the caches of a cpu, and the number of indexes of one cpu. */
export const LARGE: u32 = 7;
export const CACHES: u32 = 8;
/** Seeds of the TLBs of one cpu and of the next lie this far apart. */
const SEEDS: u64 = 16;

/**
 * The cpus: each has TLBs and page-walk caches of its own, all of the same shape. A process runs on one cpu, by default its slot mod cpus; what
 * it leaves in the caches of a cpu stays there when it moves on, so `mayHold` names the cpus that an invalidation must reach. It
 * holds a bit too many where replacement has displaced the last entry, never one too few (Linux: mm_cpumask).
 */
export class Cpus {
  count: u32;
  /** Per cpu the process whose address space is loaded, NONE before the first. */
  running: Column<u32>;
  /** Per process its cpu. */
  assigned: Column<u32>;
  /** Per process a bit for each cpu that may hold entries of it. */
  mayHold: Column<u64>;
  /** Whether `lookup` and `fill` of the TLBs are used, by which they count for themselves; else see abi/report.ts. */
  counting: bool = false;
  private each: StaticArray<TranslationCaches>;
  private walks: StaticArray<WalkCaches>;
  private tagged: bool;
  private processes: u32;

  constructor(config: Column<u64>, shape: RadixShape) {
    const count = <u32>config.get(CFG_CPUS);
    const processes = <u32>config.get(CFG_MAX_PROCESSES);
    this.count = count;
    this.processes = processes;
    this.tagged = config.get(CFG_TAGGED) != 0;
    this.running = columnOfNone<u32>(count);
    const assigned = column<u32>(processes);
    for (let p: u32 = 0; p < processes; p++) assigned.set(p, p % count);
    this.assigned = assigned;
    this.mayHold = column<u64>(processes);
    const walks = new StaticArray<WalkCaches>(count);
    const each = new StaticArray<TranslationCaches>(count);
    for (let c: u32 = 0; c < count; c++) {
      walks[c] = walkCaches(config, shape);
      each[c] = translationCaches(config, shape, c);
    }
    this.walks = walks;
    this.each = each;
  }

  caches(cpu: u32): TranslationCaches {
    return unchecked(this.each[cpu]);
  }

  walk(cpu: u32): WalkCaches {
    return unchecked(this.walks[cpu]);
  }

  /** A TLB (0, 1, 2, LARGE) or the page-walk cache of table level index - 3. */
  cache(cpu: u32, index: u32): AssocCache {
    if (index == LARGE) return this.caches(cpu).large;
    return index < 3 ? this.caches(cpu).cache(index) : this.walk(cpu).cache(index - 3);
  }

  cpuOf(process: Asid): u32 {
    return this.assigned.get(process);
  }

  /** Moves a process to another cpu. Its entries on the old one stay until they are displaced or invalidated. */
  move(process: Asid, cpu: u32): void {
    this.assigned.set(process, cpu);
  }

  /**
   * The process is the next to run. Returns whether its cpu had to switch from another one; without tags such a switch drops
   * everything in the caches of this cpu.
   */
  enter(process: Asid): bool {
    const cpu = this.assigned.get(process);
    const bit = (<u64>1) << cpu;
    const before = this.running.get(cpu);
    this.mayHold.set(process, this.mayHold.get(process) | bit);
    if (before == process) return false;
    this.running.set(cpu, process);
    if (before == NONE) return false;
    if (!this.tagged) {
      this.caches(cpu).flush();
      this.walk(cpu).flush();
      this.mayHold.set(before, this.mayHold.get(before) & ~bit);
    }
    return true;
  }

  /**
   * Takes over from a machine that knew only the first cpu, and counted in its TLBs only what does not follow from other counts: `current`
   * runs (NONE: nobody yet), and any process may have entries there. From now on the TLBs count by themselves.
   */
  adopt(current: Asid, codeLookups: u64, dataLookups: u64, secondHits: u64, walks: u64): void {
    this.counting = true;
    const caches = this.caches(0);
    const isSplit = caches.split != 0;
    startCounting(
      caches.first,
      isSplit ? codeLookups : codeLookups + dataLookups,
      caches.first.misses,
      caches.first.failedFills,
    );
    startCounting(caches.data, isSplit ? dataLookups : 0, caches.data.misses, caches.data.failedFills);
    startCounting(caches.second, secondHits + walks, walks, caches.first.failedFills + caches.data.failedFills);
    this.running.set(0, current);
    if (current == NONE) return;
    for (let p: u32 = 0; p < this.processes; p++) this.mayHold.set(p, this.mayHold.get(p) | 1);
  }

  /** TLB entries dropped because their translation went away or lost a right, on all cpus. */
  invalidations(): u64 {
    let sum: u64 = 0;
    for (let c: u32 = 0; c < this.count; c++) {
      for (let t: u32 = 0; t < 4; t++) sum += this.caches(c).cache(t).invalidations;
    }
    return sum;
  }

  /** Large translations of class `k` may be filled from now on. */
  useClass(k: u32): void {
    for (let c: u32 = 0; c < this.count; c++) this.caches(c).classesInUse |= 1 << k;
  }

  /** Every entry of the process on this cpu was dropped. */
  forget(process: Asid, cpu: u32): void {
    // What runs goes on to fill.
    if (this.running.get(cpu) == process) return;
    this.mayHold.set(process, this.mayHold.get(process) & ~((<u64>1) << cpu));
  }
}

function translationCaches(config: Column<u64>, shape: RadixShape, cpu: u32): TranslationCaches {
  const seed = config.get(CFG_SEED) + cpu * SEEDS;
  const shift = config.get(CFG_PAGE_SHIFT);
  return new TranslationCaches(
    <u32>config.get(CFG_SPLIT),
    tlb(config, CFG_TLB0_ENTRIES, seed + 1),
    tlb(config, CFG_TLB1_ENTRIES, seed + 2),
    tlb(config, CFG_TLB2_ENTRIES, seed + 3),
    tlb(config, CFG_TLBL_ENTRIES, seed + 4),
    shape.pageMask,
    config.get(CFG_VSPACE) != 0 ? 0 : (u64.MAX_VALUE >> shift) & ~shape.pageMask,
  );
}

function startCounting(cache: AssocCache, lookups: u64, misses: u64, failedFills: u64): void {
  if (cache.entries == 0) return;
  cache.misses = misses;
  cache.hits = lookups - misses;
  cache.fills = misses - failedFills;
}

function tlb(config: Column<u64>, entriesField: u32, seed: u64): AssocCache {
  const entries = <u32>config.get(entriesField);
  return new AssocCache(
    entries,
    entries == 0 ? 0 : <u32>config.get(entriesField + 1),
    <u32>config.get(entriesField + 2),
    seed,
  );
}

function walkCaches(config: Column<u64>, shape: RadixShape): WalkCaches {
  const entries = new StaticArray<u32>(4);
  for (let l: u32 = 0; l < 4; l++) entries[l] = <u32>config.get(CFG_PWC_0 + l);
  return new WalkCaches(shape, entries);
}
