import { Column } from '../ds/column';
import { eventsOn } from '../event/event-ring';
import { DIRTY } from '../frame/frames';
import { CFG_FAULT_AROUND, CFG_STRICT_REGIONS, CFG_ZERO_PAGE } from '../gen/config';
import {
  C_BUS_ERRORS,
  C_COW_COPIES,
  C_COW_FAULTS,
  C_COW_REUSES,
  C_DEMAND_ZERO_FAULTS,
  C_FILE_READ_FAULTS,
  C_HINT_FAULTS,
  C_MAP_FAULTS,
  C_OOM_FAILURES,
  C_REGION_SEGFAULTS,
  C_SWAP_IN_FAULTS,
  C_SWAPPED_PAGES,
  C_WRITE_NOTIFY_FAULTS,
  C_ZERO_PAGE_FAULTS,
} from '../gen/counters';
import {
  EV_FAULT,
  EV_FILL,
  FAULT_BUS_ERROR,
  FAULT_COW_COPY,
  FAULT_COW_REUSE,
  FAULT_DEMAND_ZERO,
  FAULT_FILE_READ,
  FAULT_HINT,
  FAULT_MAP,
  FAULT_OUT_OF_MEMORY,
  FAULT_PROTECTION,
  FAULT_REGION,
  FAULT_SWAP_IN,
  FAULT_WRITE_NOTIFY,
  FAULT_ZERO_PAGE,
} from '../gen/events';
import { PTE_COW, PTE_HINT, PTE_PRESENT, PTE_SWAP, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { FILL_CACHED, FILL_FILE, FILL_SWAP, FILL_ZERO } from '../prefetch/prefetcher';
import { Asid, Frame, NONE, NONE64, OP_IFETCH, OP_WRITE, Pte, Slot, Vpn } from '../types';
import { BACKING_ANON, backingOf, backingOfFrame, countFault, countProtection } from './backing';
import { Balancing } from './balancing';
import { classOf, Kernel } from './kernel';
import { Large } from './large';
import { Obtain } from './obtain';
import { PageIn } from './page-in';
import { Prefetching } from './prefetching';
import {
  REGION_EXEC,
  REGION_FILE,
  REGION_HAS_ANON,
  REGION_IMPLICIT,
  REGION_RIGHTS,
  REGION_WRITE,
  Region,
} from './regions';
import { Splitter } from './splitter';

const ZERO_PAGE_MAPPED: u64 = 1;
const ZERO_PAGE_ALWAYS: u64 = 2;

/** Whether a region (0: implicit memory, where everything is allowed) allows an op. */
export function allows(region: usize, op: u32): bool {
  if (region == 0) return true;
  const flags = changetype<Region>(region).flags;
  if (op == OP_WRITE) return (flags & REGION_WRITE) != 0;
  return (flags & (op == OP_IFETCH ? REGION_EXEC : REGION_RIGHTS)) != 0;
}

/**
 * The fault handler of a machine with regions: finds out what is wrong with the PTE of a page, and mends it, so that the op can be done; or the
 * touch fails. A write to a page that others share copies it, the last owner keeps it (Linux: mm/memory.c, handle_pte_fault).
 */
export class Faults {
  private kernel: Kernel;
  private obtain: Obtain;
  private pageIn: PageIn;
  private splitter: Splitter;
  private large: Large;
  private balancing: Balancing;
  private prefetching: Prefetching;
  private strict: bool;
  private zeroPage: u64;
  private faultAround: u64;

  constructor(
    config: Column<u64>,
    kernel: Kernel,
    obtain: Obtain,
    pageIn: PageIn,
    splitter: Splitter,
    large: Large,
    balancing: Balancing,
    prefetching: Prefetching,
  ) {
    this.kernel = kernel;
    this.obtain = obtain;
    this.pageIn = pageIn;
    this.splitter = splitter;
    this.large = large;
    this.balancing = balancing;
    this.prefetching = prefetching;
    this.strict = config.get(CFG_STRICT_REGIONS) != 0;
    this.zeroPage = config.get(CFG_ZERO_PAGE);
    this.faultAround = config.get(CFG_FAULT_AROUND);
  }

  /** Makes the page ready for the op; false if the touch fails. Its table exists afterwards if it was served. */
  serve(process: Asid, page: Vpn, op: u32): bool {
    const kernel = this.kernel;
    const region = kernel.regions.find(process, page);
    if (region == 0 && this.strict) return this.fail(process, C_REGION_SEGFAULTS, FAULT_REGION);
    if (!allows(region, op)) return this.refuse(process, page, region);
    kernel.clock.extra += kernel.faultNs;
    const leaf = kernel.pages.leaf(process, page);
    let pte = leaf == 0 ? 0 : load<Pte>(leaf);
    if ((pte & PTE_HINT) != 0) {
      this.hint(process, page, pte, region);
      pte = load<Pte>(leaf);
      if (op != OP_WRITE || (pte & PTE_WRITABLE) != 0) return true;
      kernel.clock.extra += kernel.faultNs;
    }
    let served: bool;
    if ((pte & PTE_PRESENT) != 0) served = this.write(process, page, pte, region);
    else if ((pte & PTE_SWAP) != 0) served = this.swapIn(process, page, op, <Slot>(pte >> PTE_TARGET), region);
    else if (region != 0 && changetype<Region>(region).object != NONE)
      served = this.ofObject(process, page, op, region);
    else served = this.anonymous(process, page, op, region);
    if (!served) kernel.clock.extra -= kernel.faultNs;
    return served;
  }

  /** A page that was protected to see who uses it. */
  private hint(process: Asid, page: Vpn, pte: Pte, region: usize): void {
    const kernel = this.kernel;
    const head = kernel.headOf(<Frame>(pte >> PTE_TARGET), classOf(pte));
    this.announce(FAULT_HINT, NONE);
    if (this.prefetching.awaits(head)) this.prefetching.use(process, head);
    countFault(kernel.processes, process, C_HINT_FAULTS, backingOfFrame(kernel.frames, head, region));
    this.balancing.fault(process, page);
  }

  /** The mapping of a page in a TLB does not allow an op: no walk was made. */
  refuse(process: Asid, page: Vpn, region: usize): bool {
    const kernel = this.kernel;
    const pte = kernel.pages.pte(process, page);
    const isMapped = (pte & (PTE_PRESENT | PTE_HINT)) != 0;
    // What is in a slot of a PTE is nobody's file.
    let backing = (pte & PTE_SWAP) != 0 ? BACKING_ANON : backingOf(region);
    if (isMapped) {
      backing = backingOfFrame(kernel.frames, kernel.headOf(<Frame>(pte >> PTE_TARGET), classOf(pte)), region);
    }
    countProtection(kernel.processes, process, backing);
    if (eventsOn) kernel.events.emit(EV_FAULT, 0, FAULT_PROTECTION, 0, NONE);
    return false;
  }

  private fail(process: Asid, counter: u32, kind: u32): bool {
    this.kernel.processes.inc(process, counter);
    if (eventsOn) this.kernel.events.emit(EV_FAULT, 0, kind, 0, NONE);
    return false;
  }

  private outOfMemory(process: Asid): bool {
    return this.fail(process, C_OOM_FAILURES, FAULT_OUT_OF_MEMORY);
  }

  private announce(kind: u32, slot: Slot): void {
    if (eventsOn) this.kernel.events.emit(EV_FAULT, 0, kind, 0, slot);
  }

  private filled(kind: u32, frame: Frame, slot: Slot): void {
    if (eventsOn) this.kernel.events.emit(EV_FILL, 0, kind, frame, slot);
  }

  private anonymous(process: Asid, page: Vpn, op: u32, region: usize): bool {
    const kernel = this.kernel;
    if (op != OP_WRITE && this.usesZeroPage(region)) {
      this.announce(FAULT_ZERO_PAGE, NONE);
      kernel.mapZero(process, page, region);
      countFault(kernel.processes, process, C_ZERO_PAGE_FAULTS, BACKING_ANON);
      return true;
    }
    this.announce(FAULT_DEMAND_ZERO, NONE);
    let frame = this.large.fault(process, page, region);
    if (frame == NONE) {
      frame = this.pageIn.zeroed(process, region, page);
      if (frame == NONE) return this.outOfMemory(process);
      kernel.clock.extra += kernel.zeroNs;
      kernel.map(process, page, 0, frame, region, allows(region, OP_WRITE));
      this.large.placed(process, page, region);
    }
    this.ownsPages(region);
    this.prefetching.served(FILL_ZERO, NONE);
    countFault(kernel.processes, process, C_DEMAND_ZERO_FAULTS, BACKING_ANON);
    this.filled(0, frame, NONE);
    return true;
  }

  private usesZeroPage(region: usize): bool {
    if (this.zeroPage == ZERO_PAGE_ALWAYS) return true;
    return this.zeroPage == ZERO_PAGE_MAPPED && region != 0 && !changetype<Region>(region).has(REGION_IMPLICIT);
  }

  private swapIn(process: Asid, page: Vpn, op: u32, slot: Slot, region: usize): bool {
    const kernel = this.kernel;
    const slots = kernel.slots;
    let frame = slots.cached.get(slot);
    const isMajor = frame == NONE;
    this.announce(isMajor ? FAULT_SWAP_IN : FAULT_MAP, slot);
    if (isMajor) frame = this.pageIn.fromSlot(process, region, page, slot, NONE64);
    if (frame == NONE) return this.outOfMemory(process);
    // The owners left are this PTE and the frame.
    const exclusive = kernel.frames.references.get(frame) == 0 && slots.references.get(slot) == 2;
    kernel.processes.dec(process, C_SWAPPED_PAGES);
    kernel.map(process, page, 0, frame, region, exclusive && allows(region, OP_WRITE));
    slots.dropReference(slot);
    this.ownsPages(region);
    this.filled(1, frame, slot);
    if (op == OP_WRITE && !exclusive && !this.copy(process, page, region, frame)) return this.outOfMemory(process);
    this.large.placed(process, page, region);
    this.prefetching.served(isMajor ? FILL_SWAP : FILL_CACHED, slot);
    countFault(kernel.processes, process, isMajor ? C_SWAP_IN_FAULTS : C_MAP_FAULTS, BACKING_ANON);
    return true;
  }

  private ofObject(process: Asid, page: Vpn, op: u32, region: usize): bool {
    const kernel = this.kernel;
    const r = changetype<Region>(region);
    const index = r.indexOf(page);
    if (index >= kernel.objects.get(r.object).pages) return this.fail(process, C_BUS_ERRORS, FAULT_BUS_ERROR);
    const key = kernel.objects.keyOf(r.object, index);
    let frame = kernel.objects.frameOf(key);
    let kind = C_MAP_FAULTS;
    let slot: Slot = NONE;
    if (frame != NONE) this.announce(FAULT_MAP, NONE);
    else {
      slot = kernel.objects.slotOf(key);
      const isFile = kernel.objects.get(r.object).isFile;
      this.announce(slot != NONE ? FAULT_SWAP_IN : isFile ? FAULT_FILE_READ : FAULT_DEMAND_ZERO, slot);
      frame = this.pageIn.ofObject(process, region, page, key);
      if (frame == NONE) return this.outOfMemory(process);
      kind = this.pageIn.kind;
      this.filled(kind == C_SWAP_IN_FAULTS ? 1 : kind == C_DEMAND_ZERO_FAULTS ? 0 : 2, frame, slot);
    }
    this.prefetching.served(fillOf(kind), slot);
    if (r.isPrivate && op == OP_WRITE) {
      const copy = this.copyOf(process, page, region, frame);
      if (copy == NONE) {
        // The object has its page of zeroes, but no fault was served that would account for them.
        if (kind == C_DEMAND_ZERO_FAULTS) {
          kernel.clock.extra -= kernel.zeroNs;
          kernel.chargeCopy(process, kernel.zeroNs);
        }
        return this.outOfMemory(process);
      }
      kernel.map(process, page, 0, copy, region, true);
      this.ownsPages(region);
      if (kind == C_MAP_FAULTS) kind = C_COW_FAULTS;
    } else {
      const isShm = !r.has(REGION_FILE);
      kernel.map(process, page, 0, frame, region, !r.isPrivate && r.has(REGION_WRITE) && (isShm || op == OP_WRITE));
      if (this.faultAround > 1 && op != OP_WRITE) this.mapAround(process, page, region);
    }
    countFault(kernel.processes, process, kind, backingOf(region));
    return true;
  }

  /** Maps the pages around that are in memory, in an aligned window of `fault_around` pages (Linux: do_fault_around). */
  private mapAround(process: Asid, page: Vpn, region: usize): void {
    const kernel = this.kernel;
    const r = changetype<Region>(region);
    // As where they are touched: pages of a file are clean.
    const writable = !r.isPrivate && r.has(REGION_WRITE) && !r.has(REGION_FILE);
    const start = max<u64>(r.start, page - (page % this.faultAround));
    const end = min<u64>(r.end, page - (page % this.faultAround) + this.faultAround);
    for (let p = start; p < end; p++) {
      if (r.indexOf(p) >= kernel.objects.get(r.object).pages) return;
      const frame = kernel.objects.frameOf(kernel.objects.keyOf(r.object, r.indexOf(p)));
      if (frame != NONE && kernel.pages.pte(process, p) == 0) kernel.map(process, p, 0, frame, region, writable);
    }
  }

  /** A write to a present page that its PTE does not allow. */
  private write(process: Asid, page: Vpn, pte: Pte, region: usize): bool {
    const kernel = this.kernel;
    const frames = kernel.frames;
    const frame = <Frame>(pte >> PTE_TARGET);
    if (frame == kernel.zeroFrame) return this.fillZeroPage(process, page, region);
    const k = classOf(pte);
    const head = kernel.headOf(frame, k);
    if (frames.object.get(head) != NONE64 && !changetype<Region>(region).isPrivate) {
      this.announce(FAULT_WRITE_NOTIFY, NONE);
      kernel.setFlags(process, page, k, 0, PTE_WRITABLE);
      countFault(kernel.processes, process, C_WRITE_NOTIFY_FAULTS, backingOf(region));
      return true;
    }
    const backing = backingOfFrame(frames, head, region);
    if (kernel.isExclusive(head)) {
      this.announce(FAULT_COW_REUSE, NONE);
      kernel.setFlags(process, page - (<u64>frame - head), k, PTE_COW, PTE_WRITABLE);
      kernel.processes.inc(process, C_COW_REUSES);
      countFault(kernel.processes, process, C_COW_FAULTS, backing);
      return true;
    }
    this.announce(FAULT_COW_COPY, NONE);
    if (k != 0) this.splitter.split(head);
    if (!this.copy(process, page, region, frame)) return this.outOfMemory(process);
    countFault(kernel.processes, process, C_COW_FAULTS, backing);
    return true;
  }

  private fillZeroPage(process: Asid, page: Vpn, region: usize): bool {
    const kernel = this.kernel;
    this.announce(FAULT_COW_COPY, NONE);
    const frame = this.pageIn.zeroed(process, region, page);
    if (frame == NONE) return this.outOfMemory(process);
    kernel.chargeCopy(process, kernel.zeroNs);
    this.replace(process, page, region, frame);
    this.large.placed(process, page, region);
    this.ownsPages(region);
    kernel.processes.inc(process, C_COW_COPIES);
    countFault(kernel.processes, process, C_COW_FAULTS, BACKING_ANON);
    return true;
  }

  /** The process gets a writable page of its own in place of the one in `frame`, which others keep; false if no frame can be had. */
  private copy(process: Asid, page: Vpn, region: usize, frame: Frame): bool {
    const copy = this.copyOf(process, page, region, frame);
    if (copy == NONE) return false;
    this.replace(process, page, region, copy);
    this.large.placed(process, page, region);
    this.ownsPages(region);
    return true;
  }

  /** A frame with the same contents, that nothing maps yet. */
  copyOf(process: Asid, page: Vpn, region: usize, frame: Frame): Frame {
    const kernel = this.kernel;
    const key = kernel.keyOf(process, page, NONE64);
    const copy = this.obtain.frameBeside(frame, process, region, page, key);
    if (copy == NONE) return NONE;
    if (this.prefetching.awaits(frame)) this.prefetching.use(process, frame);
    if (kernel.verifying) {
      kernel.frames.stamp.set(copy, kernel.frames.stamp.get(frame));
      const object = kernel.frames.object.get(frame);
      if (object != NONE64) kernel.oracle.keep(kernel.tagOf(process, page), object);
    }
    kernel.chargeCopy(process, kernel.copyNs);
    kernel.place(copy, 0, key, NONE64, DIRTY, NONE);
    kernel.processes.inc(process, C_COW_COPIES);
    this.filled(3, copy, NONE);
    return copy;
  }

  private replace(process: Asid, page: Vpn, region: usize, frame: Frame): void {
    const kernel = this.kernel;
    kernel.shootdown.begin(kernel.cpu);
    kernel.unmap(process, page, 0, kernel.pages.leaf(process, page), 0, region);
    kernel.shootdown.finish();
    kernel.map(process, page, 0, frame, region, true);
  }

  private ownsPages(region: usize): void {
    if (region != 0) changetype<Region>(region).flags |= REGION_HAS_ANON;
  }
}

/** What a fault of this kind was filled from, for the prefetcher. */
function fillOf(kind: u32): u32 {
  if (kind == C_MAP_FAULTS) return FILL_CACHED;
  if (kind == C_SWAP_IN_FAULTS) return FILL_SWAP;
  return kind == C_FILE_READ_FAULTS ? FILL_FILE : FILL_ZERO;
}
