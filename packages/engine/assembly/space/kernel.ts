import { Column } from '../ds/column';
import { GrowingMap } from '../ds/growing-map';
import { EventRing } from '../event/event-ring';
import { CLEAN_IN_SWAP, FRAME_EVICTABLE, FRAME_PINNED, FRAME_TAIL, Frames, MARK_PREFETCHED } from '../frame/frames';
import { CFG_COPY_NS, CFG_FAULT_NS, CFG_VERIFY, CFG_ZERO_NS } from '../gen/config';
import { C_COPY_NS, C_PREFETCH_USELESS, C_RESIDENT_PAGES, C_RESIDENT_PEAK, C_SWAPPED_PAGES } from '../gen/counters';
import { HardwareTable } from '../pagetable/hardware/table';
import {
  PTE_GIGA,
  PTE_HINT,
  PTE_HUGE,
  PTE_NX,
  PTE_PRESENT,
  PTE_SWAP,
  PTE_TARGET,
  PTE_USER,
  PTE_WRITABLE,
} from '../pagetable/radix';
import { Policy } from '../policy/policy';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { Writer } from '../swap/writer';
import { Clock } from '../time/clock';
import { Cpus } from '../tlb/cpus';
import { Shootdown } from '../tlb/shootdown';
import { READ_ONLY } from '../tlb/translation-caches';
import { Asid, Frame, NONE, NONE64, Ns, PageKey, Pte, Slot, Vpn } from '../types';
import { SpaceOracle } from '../verify/space-oracle';
import { Mappings } from './mappings';
import { Objects } from './objects';
import { PageMap, pagesOf } from './page-map';
import { bump, Processes } from './processes';
import { REGION_EXEC, REGION_LOCKED, Region, Regions } from './regions';
import { Supply } from './supply';

/** Bit 30 of a TLB value: no instruction may be fetched. */
export const NO_EXEC: u32 = 0x4000_0000;
/** Tags of a process that does not exist: keys of pages of objects. */
const NO_PROCESS: u64 = 0x7fff << 49;
/** The bits of a TLB value that are no frame. */
export const VALUE_FLAGS: u32 = READ_ONLY | NO_EXEC;

/**
 * What every part of the operating system works on, and the few steps that change it: a frame begins or ceases to hold a page, a page is mapped,
 * unmapped or loses a right. Everything that must change together (PTE, reverse map, reference counts, resident pages, hardware table,
 * TLBs) changes here.
 */
export class Kernel {
  frames: Frames;
  supply: Supply;
  slots: Slots;
  swap: Device;
  files: Device;
  policy: Policy;
  processes: Processes;
  pages: PageMap;
  regions: Regions;
  objects: Objects;
  mappings: Mappings;
  cpus: Cpus;
  shootdown: Shootdown;
  clock: Clock;
  events: EventRing;
  writer: Writer;
  oracle: SpaceOracle;
  /** With verification: the content stamps of what is in the files, by object page. */
  disk: GrowingMap;
  /** Null with radix tables, whose walker follows the page map itself. */
  hardware: HardwareTable | null;

  faultNs: Ns;
  zeroNs: Ns;
  copyNs: Ns;
  verifying: bool;
  zeroFrame: Frame;
  /** The frame that began to hold a page last; for the touch that waits for it. */
  placed: Frame = NONE;
  /** The process that is charged, and its cpu. */
  process: Asid = NONE;
  cpu: u32 = 0;

  constructor(
    config: Column<u64>,
    frames: Frames,
    supply: Supply,
    slots: Slots,
    swap: Device,
    files: Device,
    policy: Policy,
    processes: Processes,
    pages: PageMap,
    regions: Regions,
    objects: Objects,
    mappings: Mappings,
    cpus: Cpus,
    shootdown: Shootdown,
    clock: Clock,
    events: EventRing,
    writer: Writer,
    oracle: SpaceOracle,
    disk: GrowingMap,
    hardware: HardwareTable | null,
  ) {
    this.frames = frames;
    this.supply = supply;
    this.slots = slots;
    this.swap = swap;
    this.files = files;
    this.policy = policy;
    this.processes = processes;
    this.pages = pages;
    this.regions = regions;
    this.objects = objects;
    this.mappings = mappings;
    this.cpus = cpus;
    this.shootdown = shootdown;
    this.clock = clock;
    this.events = events;
    this.writer = writer;
    this.oracle = oracle;
    this.disk = disk;
    this.hardware = hardware;
    this.faultNs = config.get(CFG_FAULT_NS);
    this.zeroNs = config.get(CFG_ZERO_NS);
    this.copyNs = config.get(CFG_COPY_NS);
    this.verifying = config.get(CFG_VERIFY) != 0;
    this.zeroFrame = frames.count;
  }

  tagOf(process: Asid, page: Vpn): u64 {
    return this.cpus.caches(0).tagOf(process, page);
  }

  /** What the policy knows a page of a process by, or a page of an object. */
  keyOf(process: Asid, page: Vpn, object: u64): PageKey {
    if (object == NONE64) return this.tagOf(process, page);
    return NO_PROCESS | ((((<u64>this.objects.idOf(object)) << 32) ^ this.objects.indexOf(object)) & (NO_PROCESS - 1));
  }

  /** The same for the page that a frame holds, which somebody maps. */
  keyIn(frame: Frame): PageKey {
    const object = this.frames.object.get(frame);
    return object == NONE64 ? this.frames.record(frame).tag : this.keyOf(0, 0, object);
  }

  processOf(tag: u64): Asid {
    return <Asid>(tag >> 49);
  }

  pageOf(tag: u64): Vpn {
    return this.pages.pageOf(tag & this.pages.shape.pageMask);
  }

  /** The frame that carries a large page, or the frame itself. */
  headOf(frame: Frame, k: u32): Frame {
    return frame & ~(<u32>pagesOf(k) - 1);
  }

  /** Whether a write by one owner is seen by nobody else: one mapping, and no other owner of its slot. */
  isExclusive(frame: Frame): bool {
    const frames = this.frames;
    if (frames.object.get(frame) != NONE64 || frames.references.get(frame) != 1) return false;
    if (frames.dirty.get(frame) != CLEAN_IN_SWAP) return true;
    return this.slots.references.get(frames.record(frame).slot) == 1;
  }

  isAnonymous(frame: Frame): bool {
    return this.frames.object.get(frame) == NONE64;
  }

  /** A frame, fresh from the supply, begins to hold a page that nothing maps yet. */
  place(frame: Frame, order: u32, page: PageKey, object: u64, content: u8, slot: Slot): void {
    const frames = this.frames;
    frames.record(frame).slot = slot;
    frames.references.set(frame, 0);
    frames.object.set(frame, object);
    frames.marks.set(frame, 0);
    frames.order.set(frame, <u8>order);
    frames.ref.set(frame, this.policy.refOnLoad);
    frames.dirty.set(frame, content);
    frames.state.set(frame, FRAME_EVICTABLE);
    for (let i: u32 = 1; i < (<u32>1) << order; i++) frames.state.set(frame + i, FRAME_TAIL);
    if (content == CLEAN_IN_SWAP) {
      this.slots.addReference(slot);
      this.slots.cached.set(slot, frame);
    }
    this.policy.onLoad(frame, page);
    this.placed = frame;
  }

  /** Takes the right to write from all mappings of a small page, so that the next write is noticed. Within a batch of invalidations. */
  protect(frame: Frame): void {
    for (let has = this.mappings.first(frame); has; has = this.mappings.more()) {
      if ((load<Pte>(this.mappings.pte) & PTE_WRITABLE) == 0) continue;
      const owner = this.processOf(this.mappings.tag);
      const page = this.pageOf(this.mappings.tag);
      this.setFlags(owner, page, 0, PTE_WRITABLE, 0);
      this.shootdown.add(owner, page, 0);
    }
  }

  /** A page that nothing maps gives its frame back; what it held is gone, but for a copy in swap that others own. */
  free(frame: Frame): void {
    this.policy.onDiscard(frame);
    this.detach(frame);
    this.supply.release(frame, this.frames.order.get(frame));
  }

  /** The page of the frame is forgotten: what it had in swap, and that it was prefetched. The policy knows already. */
  detach(frame: Frame): void {
    const frames = this.frames;
    if (frames.dirty.get(frame) == CLEAN_IN_SWAP) {
      const slot = frames.record(frame).slot;
      this.slots.cached.set(slot, NONE);
      this.slots.dropReference(slot);
    }
    this.writer.leave(frame);
    this.unmark(frame);
    frames.pins.set(frame, 0);
  }

  /** A prefetched page goes before it was touched. */
  private unmark(frame: Frame): void {
    const marks = this.frames.marks.get(frame);
    if ((marks & MARK_PREFETCHED) != 0) this.processes.inc(this.processes.machine, C_PREFETCH_USELESS);
    this.frames.marks.set(frame, 0);
  }

  pin(frame: Frame): void {
    this.frames.pins.set(frame, this.frames.pins.get(frame) + 1);
    this.frames.state.set(frame, FRAME_PINNED);
  }

  unpin(frame: Frame): void {
    const left = this.frames.pins.get(frame) - 1;
    this.frames.pins.set(frame, left);
    if (left == 0) this.frames.state.set(frame, FRAME_EVICTABLE);
  }

  /** Flags of the PTE for a page of a region (0: implicit memory); `writable` as far as the region allows it. */
  flagsFor(region: usize, k: u32, writable: bool): Pte {
    let flags = PTE_PRESENT | PTE_USER;
    if (writable) flags |= PTE_WRITABLE;
    if (k != 0) flags |= k == 1 ? PTE_HUGE : PTE_HUGE | PTE_GIGA;
    if (region != 0 && !changetype<Region>(region).has(REGION_EXEC)) flags |= PTE_NX;
    return flags;
  }

  /** Maps a page of class k, where nothing is mapped, to the frame that holds it. */
  map(process: Asid, page: Vpn, k: u32, frame: Frame, region: usize, writable: bool): void {
    const flags = this.flagsFor(region, k, writable);
    this.mapWith(process, page, k, frame, flags);
    if (region != 0 && changetype<Region>(region).has(REGION_LOCKED)) this.pin(frame);
  }

  mapWith(process: Asid, page: Vpn, k: u32, frame: Frame, flags: Pte): void {
    if (k != 0) this.cpus.useClass(k);
    const leaf = this.writeEntries(process, page, k, frame, flags);
    this.mappings.add(frame, this.tagOf(process, page), leaf);
    this.gainPages(process, pagesOf(k));
    this.tell(process, page, k, load<Pte>(leaf));
  }

  /** Writes the PTEs of a leaf; returns the address of the first. */
  private writeEntries(process: Asid, page: Vpn, k: u32, frame: Frame, flags: Pte): usize {
    const pages = this.pages;
    const leaf = pages.make(process, page);
    if (k == 0) {
      pages.needTables(process, page);
      store<Pte>(leaf, ((<u64>frame) << PTE_TARGET) | flags);
      return leaf;
    }
    let at = leaf;
    for (let i: u64 = 0; i < pagesOf(k); i++) {
      if ((i & 511) == 0) at = pages.make(process, page + i);
      store<Pte>(at, ((<u64>frame + i) << PTE_TARGET) | flags);
      at += 8;
    }
    pages.dropTables(process, page, k);
    return leaf;
  }

  /** The zero page is mapped: no frame, no reverse map. */
  mapZero(process: Asid, page: Vpn, region: usize): void {
    const leaf = this.pages.make(process, page);
    this.pages.needTables(process, page);
    store<Pte>(leaf, ((<u64>this.zeroFrame) << PTE_TARGET) | this.flagsFor(region, 0, false));
    this.tell(process, page, 0, load<Pte>(leaf));
  }

  /**
   * Unmaps a present page of class k whose first PTE is at `leaf`: `left` is what the PTE says then (a slot, or 0). The TLBs are told by the
   * batch that is open. Returns the frame, which may have lost its last mapping: what becomes of it is up to the caller.
   */
  unmap(process: Asid, page: Vpn, k: u32, leaf: usize, left: Pte, region: usize): Frame {
    const frame = <Frame>(load<Pte>(leaf) >> PTE_TARGET);
    this.shootdown.add(process, page, k);
    this.untell(process, page, k);
    if (frame == this.zeroFrame) {
      store<Pte>(leaf, left);
      return frame;
    }
    this.mappings.remove(frame, this.tagOf(process, page));
    if (region != 0 && changetype<Region>(region).has(REGION_LOCKED)) this.unpin(frame);
    const block = this.processes.block(process);
    bump(block, C_RESIDENT_PAGES, -pagesOf(k));
    if ((left & PTE_SWAP) != 0) bump(block, C_SWAPPED_PAGES, 1);
    if (k == 0) {
      store<Pte>(leaf, left);
      return frame;
    }
    for (let i: u64 = 0; i < pagesOf(k); i += 512) memory.fill(this.pages.leaf(process, page + i), 0, 512 * 8);
    return frame;
  }

  /** Gives a present leaf other flags, in all its PTEs. The caller tells the TLBs if a right went. */
  setFlags(process: Asid, page: Vpn, k: u32, clear: Pte, set: Pte): void {
    const leaf = this.pages.leaf(process, page);
    if (k == 0) store<Pte>(leaf, (load<Pte>(leaf) & ~clear) | set);
    else {
      let at = leaf;
      for (let i: u64 = 0; i < pagesOf(k); i++) {
        if ((i & 511) == 0) at = this.pages.leaf(process, page + i);
        store<Pte>(at, (load<Pte>(at) & ~clear) | set);
        at += 8;
      }
    }
    this.tell(process, page, k, load<Pte>(leaf));
  }

  /** An entry for a page in swap goes. */
  dropSwapEntry(process: Asid, leaf: usize): void {
    const slot = <Slot>(load<Pte>(leaf) >> PTE_TARGET);
    store<Pte>(leaf, 0);
    this.processes.dec(process, C_SWAPPED_PAGES);
    this.dropSlotOwner(slot);
  }

  /** A PTE or object no longer owns a slot. A frame that is left as the only owner, and that nothing maps, goes with it. */
  dropSlotOwner(slot: Slot): void {
    const slots = this.slots;
    const frame = slots.cached.get(slot);
    slots.dropReference(slot);
    if (frame == NONE || slots.references.get(slot) != 1) return;
    if (this.frames.references.get(frame) == 0 && this.isAnonymous(frame)) this.free(frame);
  }

  /** The hardware table learns of a mapping, as far as it is present. */
  tell(process: Asid, page: Vpn, k: u32, pte: Pte): void {
    const hardware = this.hardware;
    if (!hardware) return;
    const index = page & this.pages.shape.pageMask;
    if ((pte & PTE_PRESENT) == 0) hardware.clear(process, index, k);
    else if (!hardware.set(process, index, k, pte)) unreachable();
  }

  /** The hardware table forgets a mapping. */
  untell(process: Asid, page: Vpn, k: u32): void {
    const hardware = this.hardware;
    if (hardware) hardware.clear(process, page & this.pages.shape.pageMask, k);
  }

  /** Content that is written for the first time since it was read from swap: the slot is out of date. */
  makeDirty(head: Frame, content: u8): void {
    const frames = this.frames;
    if (frames.dirty.get(head) == CLEAN_IN_SWAP) {
      const slot = frames.record(head).slot;
      this.slots.cached.set(slot, NONE);
      this.slots.dropReference(slot);
    }
    frames.dirty.set(head, content);
  }

  /** The contents of a frame go to its page of a file. */
  oracleWritesFile(frame: Frame): void {
    if (this.verifying) this.disk.set(this.frames.object.get(frame), this.frames.stamp.get(frame));
  }

  /** Pages of a file, by key, are cut off. */
  dropDisk(from: u64, to: u64): void {
    for (let key = this.disk.firstIn(from, to); key != NONE64; key = this.disk.firstIn(from, to)) this.disk.remove(key);
  }

  setStamp(frame: Frame, stamp: u64): void {
    if (this.verifying) this.frames.stamp.set(frame, stamp);
  }

  /** Charges the copy of a page, or its clearing where that is no demand-zero fault. */
  chargeCopy(process: Asid, ns: Ns): void {
    this.clock.extra += ns;
    this.processes.add64(process, C_COPY_NS, ns);
  }

  private gainPages(process: Asid, count: u64): void {
    const block = this.processes.block(process);
    bump(block, C_RESIDENT_PAGES, count);
    const now = load<u64>(block + C_RESIDENT_PAGES * 8);
    if (now > load<u64>(block + C_RESIDENT_PEAK * 8)) store<u64>(block + C_RESIDENT_PEAK * 8, now);
  }
}

/** Size class of a present PTE. */
export function classOf(pte: Pte): u32 {
  return (pte & PTE_HUGE) == 0 ? 0 : (pte & PTE_GIGA) == 0 ? 1 : 2;
}

/** Whether an entry maps a frame, if only for the operating system: present, or protected against all access. */
export function isMapped(pte: Pte): bool {
  return (pte & (PTE_PRESENT | PTE_HINT)) != 0;
}
