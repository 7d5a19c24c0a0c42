import { DIRTY, LAZILY_FREE } from '../frame/frames';
import {
  ADVICE_COLD,
  ADVICE_DONTNEED,
  ADVICE_FREE,
  ADVICE_HUGEPAGE,
  ADVICE_NOHUGEPAGE,
  ADVICE_NORMAL,
  ADVICE_PAGEOUT,
  ADVICE_RANDOM,
  ADVICE_SEQUENTIAL,
  ADVICE_WILLNEED,
  OPERROR_BAD_ARGUMENT,
  OPERROR_OUT_OF_MEMORY,
} from '../gen/operations';
import { PTE_SWAP, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { Asid, Frame, NONE, NONE64, OP_READ, OP_WRITE, Slot, Vpn } from '../types';
import { Call } from './call';
import { Faults } from './faults';
import { classOf, isMapped, Kernel } from './kernel';
import { MemoryCalls } from './memory-calls';
import { PageIn } from './page-in';
import { pagesOf } from './page-map';
import { Ranges } from './ranges';
import { Reclaim } from './reclaim';
import {
  REGION_FILE,
  REGION_FRESH,
  REGION_LOCKED,
  REGION_LOCKING,
  REGION_RANDOM,
  REGION_RIGHTS,
  REGION_SEQUENTIAL,
  REGION_SHM,
  REGION_WANTS_LARGE,
  REGION_WANTS_SMALL,
  REGION_WRITE,
  Region,
} from './regions';

/** The calls that say what will become of pages: madvise, mlock, munlock, msync. */
export class AdviceCalls {
  private kernel: Kernel;
  private call: Call;
  private ranges: Ranges;
  private memory: MemoryCalls;
  private faults: Faults;
  private pageIn: PageIn;
  private reclaim: Reclaim;

  constructor(
    kernel: Kernel,
    call: Call,
    ranges: Ranges,
    memory: MemoryCalls,
    faults: Faults,
    pageIn: PageIn,
    reclaim: Reclaim,
  ) {
    this.kernel = kernel;
    this.call = call;
    this.ranges = ranges;
    this.memory = memory;
    this.faults = faults;
    this.pageIn = pageIn;
    this.reclaim = reclaim;
  }

  /** Words: address, length, advice. */
  madvise(process: Asid): bool {
    const call = this.call;
    const advice = <u32>call.word(2);
    if (!call.range(call.word(0), call.word(1))) return false;
    if (call.word(2) > ADVICE_NORMAL) return call.refuse(OPERROR_BAD_ARGUMENT, 3, call.word(2), 0);
    if (!this.memory.isWhole(process, call.start, call.end) || !this.isLossAllowed(process, advice)) return false;
    if (!call.isMapped(process) || (isAboutSize(advice) && !call.cover(process))) return false;
    if (call.dry) return true;
    if (this.setsFlag(advice)) {
      call.cutRegions(process);
      for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next)
        this.setFlag(at, advice);
      return true;
    }
    this.ranges.cutEnds(process, call.start, call.end);
    if (advice == ADVICE_DONTNEED) this.ranges.unmap(process, call.start, call.end);
    else if (advice == ADVICE_WILLNEED) this.bringIn(process);
    else this.eachPage(process, advice);
    return true;
  }

  /** Locked pages cannot be dropped (Linux: EINVAL). */
  private isLossAllowed(process: Asid, advice: u32): bool {
    const call = this.call;
    if (advice != ADVICE_DONTNEED && advice != ADVICE_FREE && advice != ADVICE_COLD && advice != ADVICE_PAGEOUT)
      return true;
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      if (region.has(REGION_LOCKED)) return call.refuse(OPERROR_BAD_ARGUMENT, 3, advice, 0);
    }
    return true;
  }

  private setsFlag(advice: u32): bool {
    return (
      advice == ADVICE_HUGEPAGE ||
      advice == ADVICE_NOHUGEPAGE ||
      advice == ADVICE_SEQUENTIAL ||
      advice == ADVICE_RANDOM ||
      advice == ADVICE_NORMAL
    );
  }

  private setFlag(at: usize, advice: u32): void {
    const region = changetype<Region>(at);
    if (advice == ADVICE_HUGEPAGE) region.flags = (region.flags & ~REGION_WANTS_SMALL) | REGION_WANTS_LARGE;
    else if (advice == ADVICE_NOHUGEPAGE) region.flags = (region.flags & ~REGION_WANTS_LARGE) | REGION_WANTS_SMALL;
    else {
      region.flags &= ~(REGION_SEQUENTIAL | REGION_RANDOM);
      if (advice == ADVICE_SEQUENTIAL) region.flags |= REGION_SEQUENTIAL;
      else if (advice == ADVICE_RANDOM) region.flags |= REGION_RANDOM;
    }
  }

  private eachPage(process: Asid, advice: u32): void {
    const kernel = this.kernel;
    const start = this.call.start;
    const end = this.call.end;
    kernel.shootdown.begin(kernel.cpu);
    if (advice != ADVICE_COLD) this.ranges.splitAll(process, start, end);
    for (let page = kernel.pages.next(process, start, end); page != NONE64; ) {
      const pte = kernel.pages.pte(process, page);
      let pages: u64 = 1;
      if (isMapped(pte)) {
        pages = pagesOf(classOf(pte));
        const frame = kernel.headOf(<Frame>(pte >> PTE_TARGET), classOf(pte));
        if (frame < kernel.zeroFrame) this.adviseFrame(process, page, frame, advice);
      } else if ((pte & PTE_SWAP) != 0 && advice == ADVICE_FREE && this.isAnonymous(process, page)) {
        kernel.dropSwapEntry(process, kernel.pages.leaf(process, page));
        if (kernel.verifying) kernel.oracle.dropOne(kernel.tagOf(process, page));
      }
      page = kernel.pages.next(process, page + pages, end);
    }
    kernel.shootdown.finish();
  }

  /** What a private copy of a page of an object holds cannot be given up: the object's page would come back (Linux: EINVAL). */
  private isAnonymous(process: Asid, page: Vpn): bool {
    const region = this.kernel.regions.find(process, page);
    return region == 0 || changetype<Region>(region).object == NONE;
  }

  private adviseFrame(process: Asid, page: Vpn, frame: Frame, advice: u32): void {
    const kernel = this.kernel;
    if (advice == ADVICE_COLD) {
      kernel.frames.ref.set(frame, 0);
      kernel.policy.onCold(frame);
    } else if (advice == ADVICE_FREE) {
      if (!kernel.isExclusive(frame) || !this.isAnonymous(process, page)) return;
      kernel.makeDirty(frame, LAZILY_FREE);
      if (kernel.verifying) kernel.oracle.allowLoss(kernel.tagOf(process, page));
    } else if (advice == ADVICE_PAGEOUT) {
      if (!kernel.frames.isEvictable(frame)) return;
      if (this.reclaim.needsSlot(frame) && kernel.slots.isFull()) return;
      this.reclaim.evict(frame, process);
      kernel.supply.release(frame, 0);
    }
  }

  /** Pages of objects come into memory, and pages in swap, as far as there are frames; nothing is mapped by that. */
  private bringIn(process: Asid): void {
    const kernel = this.kernel;
    const start = this.call.start;
    const end = this.call.end;
    for (let at = this.call.firstRegion(process); this.call.isIn(at); at = changetype<Region>(at).next) {
      if (changetype<Region>(at).object != NONE && !this.bringInObject(process, at)) return;
    }
    for (
      let page = kernel.pages.next(process, start, end);
      page != NONE64;
      page = kernel.pages.next(process, page + 1, end)
    ) {
      const pte = kernel.pages.pte(process, page);
      if ((pte & PTE_SWAP) == 0) continue;
      const slot = <Slot>(pte >> PTE_TARGET);
      if (kernel.slots.cached.get(slot) != NONE) continue;
      const region = kernel.regions.find(process, page);
      if (this.pageIn.fromSlot(process, region, page, slot, NONE64) == NONE) return;
    }
  }

  /** False when memory is full. */
  private bringInObject(process: Asid, at: usize): bool {
    const kernel = this.kernel;
    const region = changetype<Region>(at);
    const end = min<u64>(region.end, this.call.end);
    for (let page = max<u64>(region.start, this.call.start); page < end; page++) {
      const index = region.indexOf(page);
      if (index >= kernel.objects.get(region.object).pages) break;
      const key = kernel.objects.keyOf(region.object, index);
      if (kernel.objects.frameOf(key) != NONE || (region.has(REGION_SHM) && kernel.objects.slotOf(key) == NONE))
        continue;
      if (this.pageIn.ofObject(process, at, page, key) == NONE) return false;
    }
    return true;
  }

  /** The range of whole pages around the bytes named: locks round. */
  private wholePages(): bool {
    const call = this.call;
    const within = call.word(0) & (((<u64>1) << call.pageShift) - 1);
    return call.range(call.word(0) - within, call.word(1) == 0 ? 0 : call.word(1) + within);
  }

  /** Whether every page of the range can be had: it may be accessed, and is not behind the end of a file. */
  private isThere(process: Asid): bool {
    const call = this.call;
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      const last = min<u64>(region.end, call.end) - 1;
      const isBehind = region.object != NONE && region.indexOf(last) >= this.kernel.objects.get(region.object).pages;
      if (!region.has(REGION_RIGHTS) || isBehind) {
        return call.refuse(OPERROR_OUT_OF_MEMORY, 0, call.end - call.start, 0);
      }
    }
    return true;
  }

  mlock(process: Asid): bool {
    const call = this.call;
    if (!this.wholePages() || !this.memory.isWhole(process, call.start, call.end)) return false;
    if (!call.cover(process)) return false;
    if (call.dry) return this.isThere(process);
    this.ranges.cutEnds(process, call.start, call.end);
    const pages = call.end - call.start;
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      if (!region.has(REGION_LOCKED)) {
        this.pinAll(process, region, true);
        region.flags |= REGION_LOCKED | REGION_LOCKING;
      }
      if (this.populate(process, region)) continue;
      this.endLocking(process, true);
      return call.refuse(OPERROR_OUT_OF_MEMORY, 0, pages, 0);
    }
    this.endLocking(process, false);
    return true;
  }

  munlock(process: Asid): bool {
    const call = this.call;
    if (!this.wholePages() || !this.memory.isWhole(process, call.start, call.end)) return false;
    if (call.strict && !call.cover(process)) return false;
    if (call.dry) return true;
    call.cutRegions(process);
    this.ranges.cutEnds(process, call.start, call.end);
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      this.release(process, changetype<Region>(at));
    }
    return true;
  }

  /** The regions that this call has locked are so for good, or are let go again. */
  private endLocking(process: Asid, isUndone: bool): void {
    const call = this.call;
    let at = call.firstRegion(process);
    while (call.isIn(at)) {
      const region = changetype<Region>(at);
      const next = region.next;
      if (isUndone && region.has(REGION_LOCKING)) this.release(process, region);
      region.flags &= ~REGION_LOCKING;
      if (isUndone && region.has(REGION_FRESH)) this.kernel.regions.remove(process, at);
      at = next;
    }
    if (isUndone) call.joinRegions(process);
  }

  private release(process: Asid, region: Region): void {
    if (!region.has(REGION_LOCKED)) return;
    region.flags &= ~REGION_LOCKED;
    this.pinAll(process, region, false);
  }

  private pinAll(process: Asid, region: Region, pinned: bool): void {
    const kernel = this.kernel;
    for (let page = kernel.pages.next(process, region.start, region.end); page != NONE64; ) {
      const pte = kernel.pages.pte(process, page);
      let pages: u64 = 1;
      if (isMapped(pte)) {
        pages = pagesOf(classOf(pte));
        const frame = kernel.headOf(<Frame>(pte >> PTE_TARGET), classOf(pte));
        if (frame < kernel.zeroFrame) {
          if (pinned) kernel.pin(frame);
          else kernel.unpin(frame);
        }
      }
      page = kernel.pages.next(process, page + pages, region.end);
    }
  }

  /** Brings in every page, as for a write where it is private (Linux: populate_vma_page_range); false when memory is full. */
  private populate(process: Asid, region: Region): bool {
    const kernel = this.kernel;
    const op = region.has(REGION_WRITE) && region.isPrivate ? OP_WRITE : OP_READ;
    for (let page = region.start; page < region.end; page++) {
      const pte = kernel.pages.pte(process, page);
      const isReady = isMapped(pte) && (op == OP_READ || (pte & PTE_WRITABLE) != 0);
      if (isReady) continue;
      if (!this.faults.serve(process, page, op)) return false;
      if (op == OP_WRITE) this.markWritten(process, page);
    }
    return true;
  }

  /** A page that was made writable counts as written, though nothing was. */
  private markWritten(process: Asid, page: Vpn): void {
    const kernel = this.kernel;
    const pte = kernel.pages.pte(process, page);
    const head = kernel.headOf(<Frame>(pte >> PTE_TARGET), classOf(pte));
    if (kernel.frames.dirty.get(head) != DIRTY) kernel.makeDirty(head, DIRTY);
  }

  /** Writes the dirty pages of shared files of the range to their files; the next write to one is noticed again. */
  msync(process: Asid): bool {
    const call = this.call;
    const kernel = this.kernel;
    if (!call.range(call.word(0), call.word(1)) || !call.isMapped(process)) return false;
    if (call.dry) return true;
    kernel.shootdown.begin(kernel.cpu);
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      if (!region.has(REGION_FILE) || region.isPrivate) continue;
      const pages = kernel.objects.get(region.object).pages;
      const end = min<u64>(region.end, call.end);
      for (let page = max<u64>(region.start, call.start); page < end && region.indexOf(page) < pages; page++) {
        const frame = kernel.objects.frameOf(kernel.objects.keyOf(region.object, region.indexOf(page)));
        if (frame == NONE || kernel.frames.dirty.get(frame) != DIRTY) continue;
        this.reclaim.sync(frame, process);
        kernel.protect(frame);
      }
    }
    kernel.shootdown.finish();
    return true;
  }
}

function isAboutSize(advice: u32): bool {
  return advice == ADVICE_HUGEPAGE || advice == ADVICE_NOHUGEPAGE;
}
