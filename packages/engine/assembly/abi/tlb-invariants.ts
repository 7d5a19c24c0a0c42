import { Column, column } from '../ds/column';
import {
  VIOLATION_COUNTERS,
  VIOLATION_CPU_MASK,
  VIOLATION_NONE,
  VIOLATION_PWC_STALE,
  VIOLATION_TLB_RIGHTS,
  VIOLATION_TLB_STALE,
} from '../gen/stops';
import { Machine } from '../machine';
import { PTE_GIGA, PTE_HUGE, PTE_NX, PTE_PRESENT, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { AssocCache } from '../tlb/assoc-cache';
import { NO_EXEC, READ_ONLY, RIGHTS, TranslationCaches } from '../tlb/translation-caches';
import { Asid, NONE, NONE64, Pte, Vpn } from '../types';

const PAGE_OF_TAG: u64 = 0x1_ffff_ffff_ffff;

/**
 * TLBs and page-walk caches of every cpu against the page tables: an entry maps what the table maps, as large as it does, allows nothing
 * that it forbids, and lies on a cpu that an invalidation would reach.
 */
export class TlbInvariants {
  detail: Column<u64>;
  private machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
    this.detail = column<u64>(4);
  }

  run(): u32 {
    const cpus = this.machine.cpus;
    for (let cpu: u32 = 0; cpu < cpus.count; cpu++) {
      const caches = cpus.caches(cpu);
      for (let t: u32 = 0; t < 4; t++) {
        const broken = this.tlb(cpu, t, caches);
        if (broken != VIOLATION_NONE) return broken;
      }
      const walk = cpus.walk(cpu);
      for (let l: u32 = 0; l < walk.levels; l++) {
        const broken = this.walkCache(cpu, l, walk.cache(l));
        if (broken != VIOLATION_NONE) return broken;
      }
    }
    return VIOLATION_NONE;
  }

  private tlb(cpu: u32, index: u32, caches: TranslationCaches): u32 {
    const cache = caches.cache(index);
    let live: u32 = 0;
    for (let e: u32 = 0; e < cache.places(); e++) {
      const tag = cache.tags.get(e);
      if (tag == NONE64) continue;
      live++;
      const broken = this.entry(cpu, index, caches, tag, e);
      if (broken != VIOLATION_NONE) return broken;
    }
    if (live != cache.live) return this.broken(VIOLATION_COUNTERS, 4, live, cache.live);
    for (let set: u32 = 0; set < cache.sets; set++) {
      const tag = cache.recent.get(set * 2);
      if (tag == NONE64) continue;
      const entry = cache.find(tag, set);
      const frame = <u32>cache.recent.get(set * 2 + 1);
      if (entry == NONE || cache.values.get(entry) != frame) {
        return this.broken(VIOLATION_TLB_STALE, index, tag & PAGE_OF_TAG, frame);
      }
    }
    return VIOLATION_NONE;
  }

  private entry(cpu: u32, index: u32, caches: TranslationCaches, tag: u64, e: u32): u32 {
    const cache = caches.cache(index);
    const process = <Asid>(tag >> 49);
    const k = caches.classOf(tag);
    const page = caches.firstPageOf(tag);
    const value = cache.values.get(e);
    const pte = this.pteOf(process, page);
    const size: u32 = (pte & PTE_HUGE) == 0 ? 0 : (pte & PTE_GIGA) == 0 ? 1 : 2;
    const isLarge = k != 0 || index == 3;
    const maps = (pte & PTE_PRESENT) != 0 && <u32>(pte >> PTE_TARGET) == (value & ~RIGHTS);
    if (!maps || (isLarge && size != k) || cache.find(tag, cache.setOf(page >> (9 * k))) != e) {
      return this.broken(VIOLATION_TLB_STALE, index, page, value);
    }
    const forbidden = ((pte & PTE_WRITABLE) == 0 ? READ_ONLY : 0) | ((pte & PTE_NX) != 0 ? NO_EXEC : 0);
    if ((value & forbidden) != forbidden) return this.broken(VIOLATION_TLB_RIGHTS, index, page, pte);
    return this.isReached(cpu, process) ? VIOLATION_NONE : this.broken(VIOLATION_CPU_MASK, cpu, process, page);
  }

  private walkCache(cpu: u32, level: u32, cache: AssocCache): u32 {
    const shape = this.machine.shape;
    for (let e: u32 = 0; e < cache.places(); e++) {
      const tag = cache.tags.get(e);
      if (tag == NONE64) continue;
      const prefix = tag & PAGE_OF_TAG;
      const page = prefix << shape.bitsBelow(level);
      const process = <Asid>(tag >> 49);
      let piece = this.machine.processes.root.get(process);
      const below = shape.firstStep.get(level + 1);
      for (let s: u32 = 0; s < below && piece != 0; s++) {
        piece = <usize>(load<Pte>(shape.entryAt(piece, s, page)) >> PTE_TARGET);
      }
      if (<u32>(piece >> 3) != cache.values.get(e)) return this.broken(VIOLATION_PWC_STALE, level, prefix, piece);
      if (!this.isReached(cpu, process)) return this.broken(VIOLATION_CPU_MASK, cpu, process, prefix);
    }
    return VIOLATION_NONE;
  }

  /** A machine without invalidation between cpus keeps no masks. */
  private isReached(cpu: u32, process: Asid): bool {
    const cpus = this.machine.cpus;
    return !cpus.counting || ((cpus.mayHold.get(process) >> cpu) & 1) != 0;
  }

  private pteOf(process: Asid, page: Vpn): Pte {
    const root = this.machine.processes.root.get(process);
    if (root == 0) return 0;
    const leaf = this.machine.shape.leaf(root, page);
    return leaf == 0 ? 0 : load<Pte>(leaf);
  }

  private broken(violation: u32, a: u64, b: u64, c: u64): u32 {
    this.detail.set(0, a);
    this.detail.set(1, b);
    this.detail.set(2, c);
    return violation;
  }
}
