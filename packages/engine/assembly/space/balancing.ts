import { Column, column } from '../ds/column';
import { CLEAN_IN_SWAP, FRAME_TAIL } from '../frame/frames';
import { CFG_MAX_PROCESSES, CFG_NUMA_SCAN_PAGES } from '../gen/config';
import { C_MIGRATIONS, C_MIGRATIONS_FAILED } from '../gen/counters';
import { PTE_HINT, PTE_PRESENT, PTE_TARGET } from '../pagetable/radix';
import { Asid, Frame, NONE, NONE64, Pte, Vpn } from '../types';
import { classOf, isMapped, Kernel } from './kernel';
import { CLASS_BITS, pagesOf } from './page-map';
import { REGION_FILE, REGION_WRITE, Region } from './regions';

/**
 * Memory moves to where it is used (Linux: automatic NUMA balancing, kernel/sched/fair.c and mm/mempolicy.c). Now and then some pages of the
 * running process are protected; the fault that follows says which node uses them. A page moves when the same remote node was seen
 * twice in a row: a page that several nodes use in turn stays (the two-stage filter of should_numa_migrate_memory).
 */
export class Balancing {
  private kernel: Kernel;
  private budget: u32;
  /** Per frame 1 + the node that its last hint fault came from; 0: there was none. Of a large page, at its head. */
  private lastNode: Column<u8>;
  /** Per process, where its next scan begins. */
  private cursor: Column<u64>;

  constructor(config: Column<u64>, kernel: Kernel, enabled: bool) {
    this.kernel = kernel;
    this.budget = <u32>config.get(CFG_NUMA_SCAN_PAGES);
    this.lastNode = column<u8>(enabled ? kernel.frames.count : 0);
    this.cursor = column<u64>(enabled ? <u32>config.get(CFG_MAX_PROCESSES) : 0);
  }

  /** Protects the next pages of a process, round its address space. */
  scan(process: Asid): void {
    const kernel = this.kernel;
    const mask = kernel.pages.shape.pageMask;
    const start = this.cursor.get(process);
    let page = kernel.pages.nextOfAll(process, start);
    let left: u64 = this.budget;
    let hasWrapped = false;
    kernel.shootdown.begin(kernel.cpu);
    while (left != 0) {
      if (page == NONE64) {
        if (hasWrapped || (start & mask) == 0) break;
        hasWrapped = true;
        page = kernel.pages.nextOfAll(process, 0);
        continue;
      }
      if (hasWrapped && (page & mask) >= (start & mask)) break;
      const pte = kernel.pages.pte(process, page);
      const k = isMapped(pte) ? classOf(pte) : 0;
      const pages = pagesOf(k);
      // The page where the last scan ended may have become a part of a large one.
      const base = page & ~(pages - 1);
      if (this.isCandidate(process, page, pte)) {
        kernel.setFlags(process, base, k, PTE_PRESENT, PTE_HINT);
        kernel.shootdown.add(process, base, k);
        left = left < pages ? 0 : left - pages;
      }
      const next = kernel.pages.after(base + (pages - 1));
      this.cursor.set(process, next == NONE64 ? 0 : next);
      page = next == NONE64 ? NONE64 : kernel.pages.nextOfAll(process, next);
    }
    kernel.shootdown.finish();
  }

  /** Present, and neither the zero page, nor where a region says on which node, nor a file's page that nobody may write (as Linux). */
  private isCandidate(process: Asid, page: Vpn, pte: Pte): bool {
    const kernel = this.kernel;
    if ((pte & PTE_PRESENT) == 0 || <Frame>(pte >> PTE_TARGET) == kernel.zeroFrame) return false;
    const at = kernel.regions.find(process, page);
    if (at == 0) return true;
    const region = changetype<Region>(at);
    return region.mode == 0 && (!region.has(REGION_FILE) || region.has(REGION_WRITE));
  }

  /** A touch of a protected page: it is accessible again, and may be on another node afterwards. */
  fault(process: Asid, page: Vpn): void {
    const kernel = this.kernel;
    const pte = kernel.pages.pte(process, page);
    const k = classOf(pte);
    const head = kernel.headOf(<Frame>(pte >> PTE_TARGET), k);
    const base = page & ~(pagesOf(k) - 1);
    kernel.setFlags(process, base, k, PTE_HINT, PTE_PRESENT);
    const node = kernel.supply.nodeOfProcess(process);
    const seen = this.lastNode.get(head);
    this.lastNode.set(head, <u8>(node + 1));
    if (seen != <u8>(node + 1) || kernel.supply.allocator.nodeOf(head) == node) return;
    kernel.supply.plan(process, kernel.regions.find(process, page), page, k);
    if (kernel.supply.mayBeOn(node)) this.migrate(process, head, node);
  }

  /** Moves a page to a free frame of a node, for everyone who maps it; nothing is reclaimed for that. */
  private migrate(process: Asid, from: Frame, node: u32): void {
    const kernel = this.kernel;
    const order = kernel.frames.order.get(from);
    const pages: u64 = (<u64>1) << order;
    const to = kernel.supply.takeOn(node, order);
    if (to == NONE) {
      kernel.processes.add64(process, C_MIGRATIONS_FAILED, pages);
      return;
    }
    this.copyState(from, to, <u32>pages);
    kernel.shootdown.begin(kernel.cpu);
    while (kernel.mappings.first(from)) {
      const tag = kernel.mappings.tag;
      const leaf = kernel.mappings.pte;
      kernel.mappings.remove(from, tag);
      kernel.mappings.add(to, tag, leaf);
      this.redirect(kernel.processOf(tag), kernel.pageOf(tag), order / CLASS_BITS, to);
    }
    kernel.shootdown.finish();
    kernel.policy.onMove(from, to, kernel.keyIn(to));
    kernel.writer.move(from, to);
    kernel.frames.marks.set(from, 0);
    kernel.frames.pins.set(from, 0);
    kernel.supply.release(from, order);
    kernel.chargeCopy(process, kernel.copyNs * pages);
    kernel.processes.add64(process, C_MIGRATIONS, pages);
  }

  private copyState(from: Frame, to: Frame, pages: u32): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    const slot = frames.record(from).slot;
    const object = frames.object.get(from);
    frames.record(to).slot = slot;
    frames.references.set(to, 0);
    frames.object.set(to, object);
    frames.order.set(to, frames.order.get(from));
    frames.ref.set(to, frames.ref.get(from));
    frames.dirty.set(to, frames.dirty.get(from));
    frames.pins.set(to, frames.pins.get(from));
    frames.state.set(to, frames.state.get(from));
    for (let i: u32 = 1; i < pages; i++) frames.state.set(to + i, FRAME_TAIL);
    memory.copy(frames.marks.at(to), frames.marks.at(from), pages);
    if (kernel.verifying) memory.copy(frames.stamp.at(to), frames.stamp.at(from), (<usize>pages) << 3);
    if (frames.dirty.get(from) == CLEAN_IN_SWAP) kernel.slots.cached.set(slot, to);
    if (object != NONE64) kernel.objects.setFrame(object, to);
    this.lastNode.set(to, this.lastNode.get(from));
    this.lastNode.set(from, 0);
  }

  /** The entries of one mapping point to another frame. */
  private redirect(process: Asid, page: Vpn, k: u32, to: Frame): void {
    const kernel = this.kernel;
    kernel.shootdown.add(process, page, k);
    let at: usize = 0;
    for (let i: u64 = 0; i < pagesOf(k); i++) {
      if ((i & 511) == 0) at = kernel.pages.leaf(process, page + i);
      store<Pte>(at, (load<Pte>(at) & FLAGS) | ((<u64>to + i) << PTE_TARGET));
      at += 8;
    }
    const pte = kernel.pages.pte(process, page);
    if ((pte & PTE_PRESENT) != 0) kernel.tell(process, page, k, pte);
  }
}

/** The bits of an entry that are no frame. */
const FLAGS: u64 = 0x8000_0000_0000_0fff;
