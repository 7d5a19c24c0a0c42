import { Column, column } from '../ds/column';
import { eventsOn } from '../event/event-ring';
import { CLEAN_IN_SWAP, MARK_MARKER, MARK_PREFETCHED } from '../frame/frames';
import {
  CFG_FILE_READ_NS,
  CFG_FRAMES,
  CFG_MAX_PROCESSES,
  CFG_PAGE_SHIFT,
  CFG_PREFETCH_0,
  CFG_PREFETCHER,
  CFG_STRICT_REGIONS,
  CFG_SWAP_READ_NS,
  CFG_VA_BITS,
  CFG_VSPACE,
} from '../gen/config';
import {
  C_PREFETCH_DROPPED,
  C_PREFETCH_ISSUED,
  C_PREFETCH_LATE,
  C_PREFETCH_SAVED_NS,
  C_PREFETCH_USEFUL,
  C_PREFETCH_WAIT_NS,
  C_SWAP_INS,
  C_SWAPPED_PAGES,
} from '../gen/counters';
import { EV_PREFETCH } from '../gen/events';
import { createPrefetcher } from '../gen/prefetchers';
import { PTE_PRESENT, PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { Future } from '../policy/policy';
import {
  ADVICE_NORMAL,
  ADVICE_RANDOM,
  ADVICE_SEQUENTIAL,
  CachedPages,
  Demand,
  PrefetchContext,
  Prefetcher,
  WANT_OBJECT_PAGES,
  WANT_PAGES,
} from '../prefetch/prefetcher';
import { Asid, Frame, NONE, NONE64, Ns, Slot, Vpn } from '../types';
import { classOf, Kernel } from './kernel';
import { Objects } from './objects';
import { PageIn } from './page-in';
import {
  REGION_FILE,
  REGION_HAS_ANON,
  REGION_RANDOM,
  REGION_RIGHTS,
  REGION_SEQUENTIAL,
  REGION_WRITE,
  Region,
} from './regions';

/** What readahead sees of the page cache. */
class ObjectPages extends CachedPages {
  private objects: Objects;

  constructor(objects: Objects) {
    super();
    this.objects = objects;
  }

  has(object: u32, index: u64): bool {
    return this.objects.frameOf(this.objects.keyOf(object, index)) != NONE;
  }
}

/**
 * Prefetching in the machine: tells the prefetcher of demands, and does what it wants when the demanded page is in. Reads are queued at the
 * devices and not waited for; each frame knows when its page is there, and a touch before that waits for the rest. Pages of zeroes are
 * cleared at once. A prefetched page has its ref bit clear until it is touched. The demanded page and those of the same batch are pinned
 * until the batch is done, so a prefetch takes free frames and ordinary victims only, and is dropped when there is none.
 *
 * Every page issued is afterwards touched (useful), gone before it was touched (useless), or still in memory untouched.
 */
export class Prefetching {
  on: bool;
  private kernel: Kernel;
  private pageIn: PageIn;
  private future: Future;
  private prefetcher: Prefetcher;
  private demand: Demand;
  /** When the page of a prefetched frame is there; 0: it was not read. */
  private readyAt: Column<Ns>;
  /** Frames of the batch, pinned. */
  private batch: Column<Frame>;
  private batched: u32 = 0;
  /** No frame could be had for a page of this batch. */
  private full: bool = false;
  /** Of the touch under way: what its fault was filled from (NONE: no such fault), the first use of a prefetched page, one with the marker. */
  private fill: u32 = NONE;
  private slot: Slot = NONE;
  private first: bool = false;
  private marked: bool = false;

  private strict: bool;
  private pageShift: u64;
  private bias: u64;
  private span: u64;
  private swapReadNs: Ns;
  private fileReadNs: Ns;

  constructor(config: Column<u64>, kernel: Kernel, pageIn: PageIn, future: Future) {
    const kind = <u32>config.get(CFG_PREFETCHER);
    const on = kind != 0;
    const cached = new ObjectPages(kernel.objects);
    const params = changetype<Column<u64>>(config.at(CFG_PREFETCH_0));
    const context = new PrefetchContext(<u32>config.get(CFG_MAX_PROCESSES), params, cached);
    const prefetcher = on ? createPrefetcher(kind, context) : changetype<Prefetcher>(0);
    // A page prefetched is a victim, its eviction, its writing and its own record; there are two answers to a touch.
    if (on) kernel.events.headroom += prefetcher.most * 4 * 2;
    this.on = on;
    this.kernel = kernel;
    this.pageIn = pageIn;
    this.future = future;
    this.prefetcher = prefetcher;
    this.demand = new Demand();
    this.readyAt = column<Ns>(on ? <u32>config.get(CFG_FRAMES) : 0);
    this.batch = column<Frame>(on ? prefetcher.most : 0);
    const vspace = config.get(CFG_VSPACE);
    const vaBits = config.get(CFG_VA_BITS);
    this.strict = config.get(CFG_STRICT_REGIONS) != 0;
    this.pageShift = config.get(CFG_PAGE_SHIFT);
    this.span = vspace != 0 ? vspace : (<u64>1) << vaBits;
    this.bias = vspace != 0 ? 0 : (<u64>1) << (vaBits - 1);
    this.swapReadNs = config.get(CFG_SWAP_READ_NS);
    this.fileReadNs = config.get(CFG_FILE_READ_NS);
  }

  /** Whether the frame holds a prefetched page that was not used yet. `follow` looks after the page that is touched. */
  @inline
  awaits(frame: Frame): bool {
    return this.on && (this.kernel.frames.marks.get(frame) & MARK_PREFETCHED) != 0;
  }

  /** The first use of a prefetched page: waits until it is there. */
  use(process: Asid, frame: Frame): void {
    const kernel = this.kernel;
    const marks = kernel.frames.marks.get(frame);
    kernel.frames.marks.set(frame, marks & ~(MARK_PREFETCHED | MARK_MARKER));
    this.first = true;
    this.marked = (marks & MARK_MARKER) != 0;
    const processes = kernel.processes;
    processes.inc(process, C_PREFETCH_USEFUL);
    const ready = this.readyAt.get(frame);
    const now = kernel.clock.now();
    const wait = ready > now ? ready - now : 0;
    if (wait != 0) {
      kernel.clock.extra += wait;
      processes.inc(process, C_PREFETCH_LATE);
      processes.add64(process, C_PREFETCH_WAIT_NS, wait);
    }
    let spared: Ns = this.prefetcher.maps ? kernel.faultNs : 0;
    if (ready != 0) spared += this.isOfFile(frame) ? this.fileReadNs : this.swapReadNs;
    if (spared > wait) processes.add64(process, C_PREFETCH_SAVED_NS, spared - wait);
  }

  /** A touch that needs a walk begins. */
  begin(): void {
    this.fill = NONE;
    this.first = false;
    this.marked = false;
  }

  /** The fault of this touch had to find or make its page: one of FILL_…, and the slot that it was read from or found cached for. */
  served(fill: u32, slot: Slot): void {
    this.fill = fill;
    this.slot = slot;
  }

  /** The touch is done, and the page of `head` is mapped. */
  follow(process: Asid, page: Vpn, head: Frame): void {
    if (this.awaits(head)) this.use(process, head);
    if (this.fill == NONE && !this.first) return;
    const region = this.kernel.regions.find(process, page);
    this.tell(process, page, region);
    const prefetcher = this.prefetcher;
    if (this.marked) {
      prefetcher.begin();
      prefetcher.onMarker(this.demand);
      this.answer(region);
    }
    prefetcher.begin();
    if (this.fill != NONE) prefetcher.onFault(this.demand);
    else prefetcher.onFirstTouch(this.demand);
    this.answer(region);
  }

  private tell(process: Asid, page: Vpn, region: usize): void {
    const demand = this.demand;
    demand.process = process;
    demand.page = page;
    demand.fill = this.fill;
    demand.slot = this.slot;
    demand.object = NONE;
    demand.index = 0;
    demand.objectPages = NONE64;
    demand.advice = ADVICE_NORMAL;
    if (region == 0) return;
    const r = changetype<Region>(region);
    if (r.has(REGION_RANDOM)) demand.advice = ADVICE_RANDOM;
    else if (r.has(REGION_SEQUENTIAL)) demand.advice = ADVICE_SEQUENTIAL;
    if (r.object == NONE) return;
    demand.object = r.object;
    demand.index = r.indexOf(page);
    demand.objectPages = this.kernel.objects.get(r.object).pages;
  }

  /** Fetches what the prefetcher wants. */
  private answer(region: usize): void {
    const prefetcher = this.prefetcher;
    if (prefetcher.count == 0) return;
    const kept = this.demanded();
    if (kept != NONE) this.kernel.pin(kept);
    // Nobody knows when a page is used next that was not asked for: OPT takes it for the furthest.
    const next = this.future.next;
    this.future.next = u64.MAX_VALUE;
    this.pageIn.ahead = true;
    this.full = false;
    for (let i: u32 = 0; i < prefetcher.count; i++) {
      const wanted = prefetcher.wanted.get(i);
      if (prefetcher.wantedKind == WANT_PAGES) this.fetchPage(wanted);
      else if (prefetcher.wantedKind == WANT_OBJECT_PAGES) this.fetchObjectPage(wanted, region);
      else this.fetchSlot(wanted, region);
    }
    this.pageIn.ahead = false;
    this.future.next = next;
    for (; this.batched > 0; this.batched--) this.kernel.unpin(this.batch.get(this.batched - 1));
    if (kept != NONE) this.kernel.unpin(kept);
  }

  /** The frame of the demanded page. */
  private demanded(): Frame {
    const pte = this.kernel.pages.pte(this.demand.process, this.demand.page);
    const frame = <Frame>(pte >> PTE_TARGET);
    if ((pte & PTE_PRESENT) == 0 || frame == this.kernel.zeroFrame) return NONE;
    return this.kernel.headOf(frame, classOf(pte));
  }

  /** A page of the process, mapped at once. */
  private fetchPage(page: Vpn): void {
    const kernel = this.kernel;
    const process = this.demand.process;
    if ((page << this.pageShift) + this.bias >= this.span) return;
    const region = kernel.regions.find(process, page);
    if (region == 0 ? this.strict : !changetype<Region>(region).has(REGION_RIGHTS)) return;
    const pte = kernel.pages.pte(process, page);
    if ((pte & PTE_SWAP) != 0) this.fetchSwapped(page, region, <Slot>(pte >> PTE_TARGET));
    else if (pte != 0) return;
    else if (region != 0 && changetype<Region>(region).object != NONE) this.fetchMapped(page, region);
    else {
      if (this.isOfLarge(page, region) || this.isFull()) return;
      const frame = this.pageIn.zeroed(process, region, page);
      if (!this.took(frame, page)) return;
      kernel.chargeCopy(process, kernel.zeroNs);
      this.mapOwn(page, region, frame, true);
    }
  }

  /** Whether a fault there would make a large page: a small one would be in its way. */
  private isOfLarge(page: Vpn, region: usize): bool {
    const rule = this.kernel.supply.rule;
    const k = rule.classAtFault(region);
    if (k == 0) return false;
    const base = rule.baseOf(page, k);
    const process = this.demand.process;
    return rule.fits(process, region, base, k) && rule.isEmpty(process, base, k);
  }

  private fetchSwapped(page: Vpn, region: usize, slot: Slot): void {
    const kernel = this.kernel;
    if (kernel.slots.cached.get(slot) != NONE || this.isFull()) return;
    const process = this.demand.process;
    const frame = this.pageIn.fromSlot(process, region, page, slot, NONE64);
    if (!this.took(frame, page)) return;
    kernel.processes.dec(process, C_SWAPPED_PAGES);
    // The owners left are this PTE and the frame.
    this.mapOwn(page, region, frame, kernel.slots.references.get(slot) == 2);
    kernel.slots.dropReference(slot);
  }

  private mapOwn(page: Vpn, region: usize, frame: Frame, writable: bool): void {
    const r = changetype<Region>(region);
    this.kernel.map(this.demand.process, page, 0, frame, region, writable && (region == 0 || r.has(REGION_WRITE)));
    if (region != 0) r.flags |= REGION_HAS_ANON;
  }

  /** A page of a file or shared memory object, for a region that maps it. */
  private fetchMapped(page: Vpn, region: usize): void {
    const kernel = this.kernel;
    const r = changetype<Region>(region);
    const index = r.indexOf(page);
    if (index >= kernel.objects.get(r.object).pages) return;
    const key = kernel.objects.keyOf(r.object, index);
    if (kernel.objects.frameOf(key) != NONE || this.isFull()) return;
    const frame = this.pageIn.ofObject(this.demand.process, region, page, key);
    if (!this.took(frame, page)) return;
    const writable = !r.isPrivate && !r.has(REGION_FILE) && r.has(REGION_WRITE);
    kernel.map(this.demand.process, page, 0, frame, region, writable);
  }

  /** A page of the demanded object, into the page cache. */
  private fetchObjectPage(index: u64, region: usize): void {
    const objects = this.kernel.objects;
    if (index >= this.demand.objectPages) return;
    const key = objects.keyOf(this.demand.object, index);
    if (objects.frameOf(key) != NONE || this.isFull()) return;
    const frame = this.pageIn.ofObject(this.demand.process, region, this.demand.page, key);
    if (!this.took(frame, NONE64)) return;
    const marks = this.kernel.frames.marks;
    if (index == this.prefetcher.marker) marks.set(frame, marks.get(frame) | MARK_MARKER);
  }

  /** A page in swap, into the swap cache or, if an object owns the slot, to the object. */
  private fetchSlot(number: u64, region: usize): void {
    const slots = this.kernel.slots;
    if (number >= slots.count) return;
    const slot = <Slot>number;
    if (!slots.isUsed(slot) || slots.cached.get(slot) != NONE || this.isFull()) return;
    const process = this.demand.process;
    const page = this.demand.page;
    const object = slots.object.get(slot);
    if (object != NONE64) this.took(this.pageIn.ofObject(process, region, page, object), NONE64);
    else this.took(this.pageIn.fromSlot(process, region, page, slot, NONE64), NONE64);
  }

  /** Whether the batch has found no frame before; then this page is dropped, too. */
  private isFull(): bool {
    if (this.full) this.kernel.processes.inc(this.demand.process, C_PREFETCH_DROPPED);
    return this.full;
  }

  /** Marks a frame that was fetched, for a page of the process or (NONE64) for a cache; false if none was to be had. */
  private took(frame: Frame, page: Vpn): bool {
    const kernel = this.kernel;
    const process = this.demand.process;
    if (frame == NONE) {
      this.full = true;
      return !this.isFull();
    }
    const frames = kernel.frames;
    kernel.pin(frame);
    this.batch.set(this.batched++, frame);
    frames.ref.set(frame, 0);
    frames.marks.set(frame, frames.marks.get(frame) | MARK_PREFETCHED);
    this.readyAt.set(frame, this.pageIn.readyAt);
    kernel.processes.inc(process, C_PREFETCH_ISSUED);
    const slot = frames.dirty.get(frame) == CLEAN_IN_SWAP ? frames.record(frame).slot : NONE;
    if (slot != NONE) kernel.processes.inc(process, C_SWAP_INS);
    if (eventsOn) {
      const pid = page == NONE64 ? NONE : kernel.processes.pid.get(process);
      kernel.events.emitFor(page, pid, EV_PREFETCH, 0, u32(this.pageIn.readyAt != 0), frame, slot);
    }
    return true;
  }

  private isOfFile(frame: Frame): bool {
    const kernel = this.kernel;
    const object = kernel.frames.object.get(frame);
    return object != NONE64 && kernel.objects.get(kernel.objects.idOf(object)).isFile;
  }
}
