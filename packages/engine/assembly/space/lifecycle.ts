import { Column } from '../ds/column';
import { DIRTY } from '../frame/frames';
import { Placement } from '../frame/placement';
import { CFG_FORK_EAGER } from '../gen/config';
import { C_FORK_PAGES, C_SWAPPED_PAGES } from '../gen/counters';
import { PTE_COW, PTE_HINT, PTE_PRESENT, PTE_SWAP, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { Asid, Frame, NONE, NONE64, Pte, Slot, Vpn } from '../types';
import { classOf, isMapped, Kernel } from './kernel';
import { Obtain } from './obtain';
import { pagesOf } from './page-map';
import { Ranges } from './ranges';
import { REGION_HAS_ANON, REGION_LOCKED, Region } from './regions';

/** Fork and exit. */
export class Lifecycle {
  private kernel: Kernel;
  private obtain: Obtain;
  private ranges: Ranges;
  private placement: Placement;
  private eager: bool;

  constructor(config: Column<u64>, kernel: Kernel, obtain: Obtain, ranges: Ranges, placement: Placement) {
    this.kernel = kernel;
    this.obtain = obtain;
    this.ranges = ranges;
    this.placement = placement;
    this.eager = config.get(CFG_FORK_EAGER) != 0;
  }

  /**
   * Gives a new process the memory of its parent: regions, and the entries of private pages, which neither may write to any more. Pages of
   * shared mappings, and of files where the region has no page of its own, come back by faults (Linux: vma_needs_copy). False if a copy
   * at once found no frame; the child is empty then.
   */
  fork(parent: Asid, child: Asid): bool {
    const kernel = this.kernel;
    this.copyRegions(parent, child);
    this.placement.inherit(parent, child);
    let fits: bool = true;
    if (kernel.verifying) kernel.oracle.beginFork(kernel.tagOf(parent, 0), kernel.tagOf(child, 0));
    kernel.shootdown.begin(kernel.cpu);
    for (let page = kernel.pages.nextOfAll(parent, 0); page != NONE64 && fits; ) {
      const pte = kernel.pages.pte(parent, page);
      const pages = isMapped(pte) ? pagesOf(classOf(pte)) : 1;
      if (this.isCopied(parent, page)) fits = this.copyEntry(parent, child, page, pte);
      const next = kernel.pages.after(page + pages - 1);
      page = next == NONE64 ? NONE64 : kernel.pages.nextOfAll(parent, next);
    }
    kernel.shootdown.finish();
    if (kernel.verifying) kernel.oracle.endFork();
    if (!fits) this.exit(child);
    return fits;
  }

  private isCopied(process: Asid, page: Vpn): bool {
    const at = this.kernel.regions.find(process, page);
    if (at == 0) return true;
    const region = changetype<Region>(at);
    return region.isPrivate && (region.object == NONE || region.has(REGION_HAS_ANON));
  }

  private copyEntry(parent: Asid, child: Asid, page: Vpn, pte: Pte): bool {
    const kernel = this.kernel;
    if ((pte & PTE_SWAP) != 0) {
      kernel.slots.addReference(<Slot>(pte >> PTE_TARGET));
      const leaf = kernel.pages.make(child, page);
      kernel.pages.needTables(child, page);
      store<Pte>(leaf, pte);
      kernel.processes.inc(child, C_SWAPPED_PAGES);
      kernel.processes.inc(parent, C_FORK_PAGES);
      return true;
    }
    const k = classOf(pte);
    const frame = <Frame>(pte >> PTE_TARGET);
    if (frame == kernel.zeroFrame) {
      kernel.mapZero(child, page, kernel.regions.find(child, page));
      if ((pte & PTE_PRESENT) == 0) kernel.setFlags(child, page, 0, PTE_PRESENT, PTE_HINT);
      return true;
    }
    if (this.eager && k == 0 && kernel.isAnonymous(frame)) return this.copyAtOnce(parent, child, page, pte, frame);
    if ((pte & PTE_WRITABLE) != 0) {
      kernel.setFlags(parent, page, k, PTE_WRITABLE, PTE_COW);
      kernel.shootdown.add(parent, page, k);
    }
    kernel.mapWith(child, page, k, frame, (pte & ENTRY_FLAGS & ~PTE_WRITABLE) | PTE_COW);
    kernel.processes.add64(parent, C_FORK_PAGES, pagesOf(k));
    return true;
  }

  private copyAtOnce(parent: Asid, child: Asid, page: Vpn, pte: Pte, frame: Frame): bool {
    const kernel = this.kernel;
    const key = kernel.keyOf(child, page, NONE64);
    const copy = this.obtain.frameBeside(frame, parent, kernel.regions.find(parent, page), page, key);
    if (copy == NONE) return false;
    if (kernel.verifying) {
      kernel.frames.stamp.set(copy, kernel.frames.stamp.get(frame));
      kernel.oracle.copied(kernel.tagOf(child, page));
    }
    kernel.chargeCopy(parent, kernel.copyNs);
    kernel.place(copy, 0, key, NONE64, DIRTY, NONE);
    kernel.mapWith(child, page, 0, copy, pte & ENTRY_FLAGS);
    return true;
  }

  private copyRegions(parent: Asid, child: Asid): void {
    const regions = this.kernel.regions;
    for (let at = regions.first(parent); at != 0; at = changetype<Region>(at).next) {
      const from = changetype<Region>(at);
      const region = regions.insert(child, from.start, from.end);
      region.offset = from.offset;
      region.object = from.object;
      region.flags = from.flags & ~REGION_LOCKED;
      region.mode = from.mode;
      region.mask = from.mask;
      if (from.object != NONE) this.kernel.objects.get(from.object).attachments++;
    }
  }

  /** The process ends: its memory goes, and its slot stays with its counters. */
  exit(process: Asid): void {
    const kernel = this.kernel;
    kernel.shootdown.begin(kernel.cpu);
    kernel.shootdown.addAll(process);
    for (let page = kernel.pages.nextOfAll(process, 0); page != NONE64; ) {
      const pages = this.ranges.drop(process, page);
      const next = kernel.pages.after(page + pages - 1);
      page = next == NONE64 ? NONE64 : kernel.pages.nextOfAll(process, next);
    }
    kernel.shootdown.finish();
    while (kernel.regions.first(process) != 0) this.removeRegion(process, kernel.regions.first(process));
    kernel.pages.free(process);
    if (kernel.verifying)
      kernel.oracle.drop(kernel.tagOf(process, 0), kernel.tagOf(process, kernel.pages.shape.pageMask));
  }

  /** Takes away a region whose pages are unmapped. */
  removeRegion(process: Asid, at: usize): void {
    const object = changetype<Region>(at).object;
    this.kernel.regions.remove(process, at);
    if (object != NONE) this.detachObject(object);
  }

  /** A region no longer maps an object: a removed one goes with its last. */
  private detachObject(id: u32): void {
    const object = this.kernel.objects.get(id);
    object.attachments--;
    if (object.attachments == 0 && object.removed) this.destroy(id);
  }

  destroy(id: u32): void {
    this.dropPages(id, 0);
    this.kernel.objects.drop(id);
  }

  /** Pages of an object from an index on, which nothing maps, go with their frames and slots. */
  dropPages(id: u32, from: u64): void {
    const kernel = this.kernel;
    const objects = kernel.objects;
    const count = objects.collect(id, from, 0);
    let bytes: u32 = 64;
    while (bytes < count * 8) bytes <<= 1;
    const keys = changetype<Column<u64>>(kernel.pages.need(bytes));
    objects.collect(id, from, keys.at(0));
    for (let i: u32 = 0; i < count; i++) {
      const key = keys.get(i);
      const frame = objects.frameOf(key);
      const slot = objects.slotOf(key);
      objects.forgetPage(key);
      if (frame != NONE) kernel.free(frame);
      else kernel.slots.dropReference(slot);
    }
    kernel.pages.giveBack(keys.at(0), bytes);
    if (!kernel.verifying) return;
    const last = objects.keyOf(id, ((<u64>1) << 40) - 1);
    kernel.oracle.dropObject(objects.keyOf(id, from), last);
    kernel.dropDisk(objects.keyOf(id, from), last);
  }
}

/** What a child's PTE takes over from its parent's. */
const ENTRY_FLAGS: u64 = 0x8000_0000_0000_0fff;
