import { Column, column } from '../ds/column';
import { CLEAN, DIRTY, LAZILY_FREE, MARK_USED } from '../frame/frames';
import { LARGE_ORDER } from '../frame/node-allocator';
import { CFG_KHUGEPAGED_PAGES, CFG_MAX_PTES_NONE, CFG_MAX_PTES_SHARED, CFG_MAX_PTES_SWAP } from '../gen/config';
import { C_COLLAPSE_COPIES, C_COLLAPSE_SWAP_INS, C_LARGE_FALLBACKS, C_PROMOTIONS } from '../gen/counters';
import { PTE_HUGE, PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { Asid, Frame, NONE, NONE64, Slot, Vpn } from '../types';
import { isMapped, Kernel } from './kernel';
import { Large, mayWrite } from './large';
import { REGION_RIGHTS, Region } from './regions';

const PAGES: u32 = 1 << LARGE_ORDER;

/**
 * Background collapse (Linux: mm/khugepaged.c): a scan goes round all processes, so many base pages at a time, and copies an aligned 2 MiB of
 * anonymous memory into a large page if not too many of its pages are absent, in swap or shared, and at least one was used since
 * the ref bits were cleared. It works on a cpu of its own: copies and reads take none of the processes' time, invalidations do.
 */
export class Collapse {
  private kernel: Kernel;
  private large: Large;
  private budget: u32;
  private maxNone: u32;
  private maxSwap: u32;
  private maxShared: u32;
  /** Where the next scan begins; NONE64: before the first page. */
  private process: Asid = 0;
  private page: Vpn = 0;
  /** Of the range that was looked at last: pages by node. */
  private perNode: Column<u32>;

  constructor(config: Column<u64>, kernel: Kernel, large: Large) {
    this.kernel = kernel;
    this.large = large;
    this.budget = <u32>config.get(CFG_KHUGEPAGED_PAGES);
    this.maxNone = <u32>config.get(CFG_MAX_PTES_NONE);
    this.maxSwap = <u32>config.get(CFG_MAX_PTES_SWAP);
    this.maxShared = <u32>config.get(CFG_MAX_PTES_SHARED);
    this.perNode = column<u32>(kernel.supply.nodes.count);
  }

  /** One scan: up to the number of base pages configured, and each process once at most. */
  scan(): void {
    const kernel = this.kernel;
    let left = this.budget;
    let processes = kernel.processes.count;
    while (left != 0 && processes != 0) {
      const found = this.page == NONE64 ? NONE64 : kernel.pages.nextOfAll(this.process, this.page);
      if (found == NONE64) {
        this.process = this.process + 1 >= kernel.processes.count ? 0 : this.process + 1;
        this.page = 0;
        processes--;
        continue;
      }
      const base = kernel.supply.rule.baseOf(found, 1);
      left = left < PAGES ? 0 : left - PAGES;
      this.consider(this.process, base);
      this.page = kernel.pages.after(base + (PAGES - 1));
    }
  }

  private consider(process: Asid, base: Vpn): void {
    const kernel = this.kernel;
    const rule = kernel.supply.rule;
    const region = kernel.regions.find(process, base);
    if (region != 0 && !isCollapsible(changetype<Region>(region))) return;
    if (!rule.allows(region) || !rule.fits(process, region, base, 1) || !this.isWorth(process, base)) return;
    const head = kernel.supply.takeOn(this.busiestNode(), LARGE_ORDER);
    if (head == NONE) kernel.processes.inc(process, C_LARGE_FALLBACKS);
    else this.collapse(process, base, region, head);
  }

  private isWorth(process: Asid, base: Vpn): bool {
    const kernel = this.kernel;
    const frames = kernel.frames;
    let none: u32 = 0;
    let swapped: u32 = 0;
    let shared: u32 = 0;
    let used: u32 = 0;
    memory.fill(this.perNode.at(0), 0, (<usize>kernel.supply.nodes.count) << 2);
    for (let i: u32 = 0; i < PAGES; i++) {
      const pte = kernel.pages.pte(process, base + i);
      const target = <u32>(pte >> PTE_TARGET);
      if ((pte & PTE_SWAP) != 0) swapped++;
      else if (!isMapped(pte) || target == kernel.zeroFrame) none++;
      else {
        if ((pte & PTE_HUGE) != 0 || frames.dirty.get(target) == LAZILY_FREE) return false;
        shared += u32(frames.references.get(target) > 1);
        used += u32(frames.ref.get(target));
        const node = kernel.supply.allocator.nodeOf(target);
        this.perNode.set(node, this.perNode.get(node) + 1);
      }
    }
    // With pages in swap, half of all must be in use (Linux: HPAGE_PMD_NR / 2).
    if (used == 0 || (swapped != 0 && used < PAGES / 2)) return false;
    return none <= this.maxNone && swapped <= this.maxSwap && shared <= this.maxShared;
  }

  /** The node that most of the pages are on. */
  private busiestNode(): u32 {
    let best: u32 = 0;
    for (let n: u32 = 1; n < this.kernel.supply.nodes.count; n++) {
      if (this.perNode.get(n) > this.perNode.get(best)) best = n;
    }
    return best;
  }

  private collapse(process: Asid, base: Vpn, region: usize, head: Frame): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    let content = CLEAN;
    kernel.shootdown.begin(kernel.cpu);
    for (let i: u32 = 0; i < PAGES; i++) {
      const leaf = kernel.pages.leaf(process, base + i);
      const pte = load<u64>(leaf);
      const target = <u32>(pte >> PTE_TARGET);
      frames.marks.set(head + i, 0);
      if ((pte & PTE_SWAP) != 0) {
        content = DIRTY;
        this.read(process, head + i, target);
        kernel.dropSwapEntry(process, leaf);
      } else if (!isMapped(pte) || target == kernel.zeroFrame) {
        kernel.setStamp(head + i, 0);
        if (pte != 0) kernel.unmap(process, base + i, 0, leaf, 0, region);
      } else {
        if (frames.dirty.get(target) != CLEAN) content = DIRTY;
        if (kernel.verifying) frames.stamp.set(head + i, frames.stamp.get(target));
        frames.marks.set(head + i, MARK_USED);
        kernel.processes.inc(process, C_COLLAPSE_COPIES);
        kernel.unmap(process, base + i, 0, leaf, 0, region);
        if (frames.references.get(target) == 0) kernel.free(target);
      }
    }
    kernel.shootdown.finish();
    this.large.begin(head, 1, kernel.tagOf(process, base), content);
    kernel.map(process, base, 1, head, region, mayWrite(region));
    kernel.processes.inc(process, C_PROMOTIONS);
  }

  /** The page of a slot, from the frame that holds it if there is one. */
  private read(process: Asid, frame: Frame, slot: Slot): void {
    const kernel = this.kernel;
    const cached = kernel.slots.cached.get(slot);
    if (cached == NONE) {
      kernel.swap.read(kernel.clock.now(), slot);
      kernel.processes.inc(process, C_COLLAPSE_SWAP_INS);
    }
    if (kernel.verifying)
      kernel.frames.stamp.set(frame, cached == NONE ? kernel.slots.stamp.get(slot) : kernel.frames.stamp.get(cached));
  }
}

/** Anonymous memory of one process, which it may use. */
function isCollapsible(region: Region): bool {
  return region.object == NONE && region.has(REGION_RIGHTS);
}
