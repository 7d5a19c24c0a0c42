import { CLEAN_IN_SWAP, DIRTY } from '../frame/frames';
import { PTE_HINT, PTE_NX, PTE_PRESENT, PTE_SWAP, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { Asid, Frame, NONE64, Pte, Vpn } from '../types';
import { classOf, isMapped, Kernel } from './kernel';
import { pagesOf } from './page-map';
import { REGION_EXEC, REGION_RIGHTS, REGION_SHM, REGION_WRITE, Region } from './regions';
import { Splitter } from './splitter';

/** Changes of all pages of a range of one process. A large page that a range cuts is split first; each range is one batch of invalidations. */
export class Ranges {
  private kernel: Kernel;
  private splitter: Splitter;

  constructor(kernel: Kernel, splitter: Splitter) {
    this.kernel = kernel;
    this.splitter = splitter;
  }

  /** Splits the large pages that begin before `page` and end behind it. */
  cut(process: Asid, page: Vpn): void {
    const kernel = this.kernel;
    const pte = kernel.pages.pte(process, page);
    if (!isMapped(pte) || classOf(pte) != 1) return;
    const frame = <Frame>(pte >> PTE_TARGET);
    const head = kernel.headOf(frame, 1);
    if (frame != head) this.splitter.split(head);
  }

  cutEnds(process: Asid, start: Vpn, end: Vpn): void {
    this.cut(process, start);
    this.cut(process, end);
  }

  /** Splits every large page of class 1 that has a page in the range. */
  splitAll(process: Asid, start: Vpn, end: Vpn): void {
    const kernel = this.kernel;
    for (let page = kernel.pages.next(process, start, end); page != NONE64; ) {
      const pte = kernel.pages.pte(process, page);
      if (isMapped(pte) && classOf(pte) == 1) this.splitter.split(kernel.headOf(<Frame>(pte >> PTE_TARGET), 1));
      page = kernel.pages.next(process, page + 1, end);
    }
  }

  /** Everything in the range goes: mappings, slots, and private contents. */
  unmap(process: Asid, start: Vpn, end: Vpn): void {
    const kernel = this.kernel;
    kernel.shootdown.begin(kernel.cpu);
    this.cutEnds(process, start, end);
    for (let page = kernel.pages.next(process, start, end); page != NONE64; ) {
      page = kernel.pages.next(process, page + this.drop(process, page), end);
    }
    kernel.shootdown.finish();
    if (kernel.verifying) kernel.oracle.drop(kernel.tagOf(process, start), kernel.tagOf(process, end - 1));
  }

  /** Drops what the entry of a page holds, which is not empty; returns the base pages that were. */
  drop(process: Asid, page: Vpn): u64 {
    const kernel = this.kernel;
    const leaf = kernel.pages.leaf(process, page);
    const pte = load<Pte>(leaf);
    if ((pte & PTE_SWAP) != 0) {
      kernel.dropSwapEntry(process, leaf);
      return 1;
    }
    const k = classOf(pte);
    const frame = kernel.unmap(process, page, k, leaf, 0, kernel.regions.find(process, page));
    this.settle(frame);
    return pagesOf(k);
  }

  /** A frame has lost a mapping: an anonymous page that nobody can reach any more is freed. */
  settle(frame: Frame): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    if (frame == kernel.zeroFrame || frames.references.get(frame) != 0) return;
    if (frames.object.get(frame) != NONE64) return;
    if (frames.dirty.get(frame) == CLEAN_IN_SWAP && kernel.slots.references.get(frames.record(frame).slot) > 1) return;
    kernel.free(frame);
  }

  /** The PTEs of the range follow the rights that its regions have now. Rights of private pages and of clean file pages come back by a fault. */
  protect(process: Asid, start: Vpn, end: Vpn): void {
    const kernel = this.kernel;
    kernel.shootdown.begin(kernel.cpu);
    for (let page = kernel.pages.next(process, start, end); page != NONE64; ) {
      const pte = kernel.pages.pte(process, page);
      let pages: u64 = 1;
      if (isMapped(pte)) {
        const k = classOf(pte);
        pages = pagesOf(k);
        this.protectPage(process, page, k, pte);
      }
      page = kernel.pages.next(process, page + pages, end);
    }
    kernel.shootdown.finish();
  }

  private protectPage(process: Asid, page: Vpn, k: u32, pte: Pte): void {
    const kernel = this.kernel;
    const region = changetype<Region>(kernel.regions.find(process, page));
    let wanted = pte & ~(PTE_HINT | PTE_NX);
    if (region.has(REGION_RIGHTS)) wanted |= PTE_PRESENT;
    else wanted = (wanted & ~PTE_PRESENT) | PTE_HINT;
    if (!region.has(REGION_EXEC)) wanted |= PTE_NX;
    if (!region.has(REGION_WRITE)) wanted &= ~PTE_WRITABLE;
    else if (this.isWritableAtOnce(region, kernel.headOf(<Frame>(pte >> PTE_TARGET), k))) wanted |= PTE_WRITABLE;
    if (wanted == pte) return;
    const lost = (pte & ~wanted & (PTE_PRESENT | PTE_WRITABLE)) | (wanted & ~pte & PTE_NX);
    kernel.setFlags(process, page, k, pte & ~wanted & FLAGS, wanted & ~pte & FLAGS);
    // What a TLB may hold more than the PTE gives must go; where it holds less, it would refuse what is allowed.
    if (lost != 0 || (pte & ~wanted & PTE_NX) != 0) kernel.shootdown.add(process, page, k);
  }

  /** Whether a page gets its right to be written to back without a fault (Linux: can_change_pte_writable). */
  private isWritableAtOnce(region: Region, head: Frame): bool {
    const kernel = this.kernel;
    if (head == kernel.zeroFrame) return false;
    if (region.isPrivate) return kernel.isExclusive(head);
    return region.has(REGION_SHM) || kernel.frames.dirty.get(head) == DIRTY;
  }

  /** Moves the entries of a range without large pages to `to`, where there are none. */
  move(process: Asid, start: Vpn, end: Vpn, to: Vpn): void {
    const kernel = this.kernel;
    kernel.shootdown.begin(kernel.cpu);
    for (let page = kernel.pages.next(process, start, end); page != NONE64; ) {
      this.moveEntry(process, page, to + (page - start));
      page = kernel.pages.next(process, page + 1, end);
    }
    kernel.shootdown.finish();
    if (!kernel.verifying) return;
    for (let i: u64 = 0; i < end - start; i++) {
      kernel.oracle.move(kernel.tagOf(process, start + i), kernel.tagOf(process, to + i));
    }
  }

  private moveEntry(process: Asid, page: Vpn, to: Vpn): void {
    const kernel = this.kernel;
    const target = kernel.pages.make(process, to);
    kernel.pages.needTables(process, to);
    const leaf = kernel.pages.leaf(process, page);
    const pte = load<Pte>(leaf);
    store<Pte>(leaf, 0);
    store<Pte>(target, pte);
    if (!isMapped(pte)) return;
    kernel.shootdown.add(process, page, 0);
    const frame = <Frame>(pte >> PTE_TARGET);
    if (frame != kernel.zeroFrame) {
      kernel.mappings.remove(frame, kernel.tagOf(process, page));
      kernel.mappings.add(frame, kernel.tagOf(process, to), target);
    }
    kernel.untell(process, page, 0);
    kernel.tell(process, to, 0, pte);
  }
}

const FLAGS: u64 = PTE_HINT | PTE_NX | PTE_PRESENT | PTE_WRITABLE;
