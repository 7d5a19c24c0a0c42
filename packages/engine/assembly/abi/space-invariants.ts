import { Column, column } from '../ds/column';
import {
  CLEAN_IN_SWAP,
  DIRTY,
  FRAME_EVICTABLE,
  FRAME_FREE,
  FRAME_PINNED,
  FRAME_RESERVED,
  FRAME_TAIL,
  MARK_PREFETCHED,
} from '../frame/frames';
import { C_PREFETCH_RESIDENT, C_RESIDENT_PAGES, C_SWAPPED_PAGES } from '../gen/counters';
import {
  VIOLATION_COUNTERS,
  VIOLATION_FRAME_COUNT,
  VIOLATION_FRAME_STATE,
  VIOLATION_HARDWARE_TABLE,
  VIOLATION_LARGE_PAGE,
  VIOLATION_NONE,
  VIOLATION_OBJECT,
  VIOLATION_PINS,
  VIOLATION_POLICY,
  VIOLATION_REF_COUNT,
  VIOLATION_REVERSE_MAP,
  VIOLATION_SLOT_OWNER,
  VIOLATION_WRITABLE,
} from '../gen/stops';
import { Machine } from '../machine';
import { PTE_PRESENT, PTE_SWAP, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { classOf, isMapped, Kernel } from '../space/kernel';
import { pagesOf } from '../space/page-map';
import { REGION_LOCKED, Region } from '../space/regions';
import { Asid, Frame, NONE, NONE64, Pte, Slot, Vpn } from '../types';
import { Report } from './report';

/** The invariants of page map, frames, slots and objects where pages can be shared. */
export class SpaceInvariants {
  detail: Column<u64>;
  private kernel: Kernel;
  private report: Report;
  /** As the page map says: mappings of each frame, those in locked regions, and owners of each slot. */
  private mappings: Column<u32>;
  private locked: Column<u32>;
  private owners: Column<u32>;
  /** Mappings that are present. */
  private present: u32 = 0;

  constructor(machine: Machine, report: Report, mappings: Column<u32>, owners: Column<u32>) {
    this.kernel = machine.space.kernel;
    this.report = report;
    this.detail = column<u64>(4);
    this.mappings = mappings;
    this.owners = owners;
    this.locked = column<u32>(machine.frames.count);
  }

  run(): u32 {
    const kernel = this.kernel;
    memory.fill(this.mappings.at(0), 0, <usize>kernel.frames.count * 4);
    memory.fill(this.locked.at(0), 0, <usize>kernel.frames.count * 4);
    memory.fill(this.owners.at(0), 0, <usize>kernel.slots.count * 4);
    this.present = 0;
    for (let p: u32 = 0; p < kernel.processes.count; p++) {
      const broken = this.process(p);
      if (broken != VIOLATION_NONE) return broken;
    }
    let broken = this.objects();
    if (broken == VIOLATION_NONE) broken = this.frames();
    if (broken == VIOLATION_NONE) broken = this.slots();
    return broken == VIOLATION_NONE ? this.supply() : broken;
  }

  private process(process: Asid): u32 {
    const kernel = this.kernel;
    let resident: u64 = 0;
    let swapped: u64 = 0;
    for (let page = kernel.pages.nextOfAll(process, 0); page != NONE64; ) {
      const pte = kernel.pages.pte(process, page);
      let pages: u64 = 1;
      if (isMapped(pte)) {
        pages = pagesOf(classOf(pte));
        if (<u32>(pte >> PTE_TARGET) != kernel.zeroFrame) resident += pages;
        const broken = this.mapping(process, page, pte);
        if (broken != VIOLATION_NONE) return broken;
      } else if ((pte & PTE_SWAP) != 0) {
        swapped++;
        const slot = <Slot>(pte >> PTE_TARGET);
        this.owners.set(slot, this.owners.get(slot) + 1);
      } else return this.broken(VIOLATION_REVERSE_MAP, NONE, page, pte);
      const next = kernel.pages.after(page + pages - 1);
      page = next == NONE64 ? NONE64 : kernel.pages.nextOfAll(process, next);
    }
    const residentCounter = kernel.processes.get(process, C_RESIDENT_PAGES);
    if (residentCounter != resident) return this.broken(VIOLATION_COUNTERS, 1, residentCounter, resident);
    const swappedCounter = kernel.processes.get(process, C_SWAPPED_PAGES);
    return swappedCounter == swapped ? VIOLATION_NONE : this.broken(VIOLATION_COUNTERS, 2, swappedCounter, swapped);
  }

  private mapping(process: Asid, page: Vpn, pte: Pte): u32 {
    const kernel = this.kernel;
    const frame = <Frame>(pte >> PTE_TARGET);
    const k = classOf(pte);
    const hardware = kernel.hardware;
    if ((pte & PTE_PRESENT) != 0) {
      this.present++;
      const index = page & kernel.pages.shape.pageMask;
      const found = hardware ? hardware.peek(process, index, k) : pte;
      // A table that forgets may have lost a mapping, but has no wrong one.
      const isLost = hardware ? found == 0 && hardware.forgets : false;
      if (found != pte && !isLost) return this.broken(VIOLATION_HARDWARE_TABLE, page, found, pte);
    }
    if (frame == kernel.zeroFrame) {
      return (pte & PTE_WRITABLE) == 0 ? VIOLATION_NONE : this.broken(VIOLATION_WRITABLE, frame, page, pte);
    }
    if (k != 0 && !this.isLarge(process, page, k, frame)) return this.broken(VIOLATION_LARGE_PAGE, frame, page, pte);
    if (k == 0 && kernel.frames.order.get(frame) != 0) return this.broken(VIOLATION_LARGE_PAGE, frame, page, pte);
    this.mappings.set(frame, this.mappings.get(frame) + 1);
    if (!kernel.mappings.holds(frame, kernel.tagOf(process, page), kernel.pages.leaf(process, page))) {
      return this.broken(VIOLATION_REVERSE_MAP, frame, page, pte);
    }
    const at = kernel.regions.find(process, page);
    if (at != 0 && changetype<Region>(at).has(REGION_LOCKED)) this.locked.set(frame, this.locked.get(frame) + 1);
    if ((pte & PTE_WRITABLE) != 0 && !this.mayWrite(at, frame))
      return this.broken(VIOLATION_WRITABLE, frame, page, pte);
    return VIOLATION_NONE;
  }

  /** A private page that can be written to is nobody else's, and a page of a shared file that can be is known to be dirty. */
  private mayWrite(at: usize, frame: Frame): bool {
    const kernel = this.kernel;
    if (at == 0 || changetype<Region>(at).isPrivate) return kernel.isExclusive(frame);
    const object = kernel.frames.object.get(frame);
    if (object == NONE64) return false;
    return !kernel.objects.get(kernel.objects.idOf(object)).isFile || kernel.frames.dirty.get(frame) == DIRTY;
  }

  private isLarge(process: Asid, page: Vpn, k: u32, frame: Frame): bool {
    const kernel = this.kernel;
    const pages = pagesOf(k);
    if ((page & (pages - 1)) != 0 || (<u64>frame & (pages - 1)) != 0) return false;
    if (kernel.frames.order.get(frame) != k * 9) return false;
    const first = kernel.pages.pte(process, page);
    for (let i: u64 = 1; i < pages; i++) {
      if (kernel.pages.pte(process, page + i) != first + (i << PTE_TARGET)) return false;
    }
    return true;
  }

  private objects(): u32 {
    const kernel = this.kernel;
    const objects = kernel.objects;
    for (let p: u32 = 0; p < objects.places; p++) {
      const key = objects.keyAt(p);
      if (key == NONE64) continue;
      const frame = objects.frameOf(key);
      const slot = objects.slotOf(key);
      if (!objects.exists(objects.idOf(key))) return this.broken(VIOLATION_OBJECT, key, frame, slot);
      if (frame != NONE && kernel.frames.object.get(frame) != key)
        return this.broken(VIOLATION_OBJECT, key, frame, slot);
      if (slot == NONE) continue;
      if (kernel.slots.object.get(slot) != key) return this.broken(VIOLATION_OBJECT, key, frame, slot);
      this.owners.set(slot, this.owners.get(slot) + 1);
    }
    return VIOLATION_NONE;
  }

  private frames(): u32 {
    const kernel = this.kernel;
    const frames = kernel.frames;
    let tails: u32 = 0;
    let prefetched: u64 = 0;
    for (let f: u32 = 0; f < frames.count; f++) {
      const state = frames.state.get(f);
      if (tails > 0) {
        tails--;
        if (state != FRAME_TAIL || this.mappings.get(f) != 0) return this.broken(VIOLATION_LARGE_PAGE, f, state, tails);
        continue;
      }
      const inUse = state == FRAME_EVICTABLE || state == FRAME_PINNED;
      if (!inUse) {
        if ((state != FRAME_FREE && state != FRAME_RESERVED) || this.mappings.get(f) != 0) {
          return this.broken(VIOLATION_FRAME_STATE, f, state, this.mappings.get(f));
        }
      } else {
        tails = ((<u32>1) << frames.order.get(f)) - 1;
        prefetched += u64((frames.marks.get(f) & MARK_PREFETCHED) != 0);
        const broken = this.frame(f, state);
        if (broken != VIOLATION_NONE) return broken;
      }
      if (!kernel.policy.agrees(f, inUse)) return this.broken(VIOLATION_POLICY, 0, f, state);
    }
    const left = this.report.counters(NONE).get(C_PREFETCH_RESIDENT);
    return prefetched == left ? VIOLATION_NONE : this.broken(VIOLATION_COUNTERS, 9, prefetched, left);
  }

  private frame(f: Frame, state: u8): u32 {
    const kernel = this.kernel;
    const frames = kernel.frames;
    const mappings = this.mappings.get(f);
    if (frames.references.get(f) != mappings) {
      return this.broken(VIOLATION_REF_COUNT, f, frames.references.get(f), mappings);
    }
    const pins = frames.pins.get(f);
    if (pins != this.locked.get(f)) return this.broken(VIOLATION_PINS, f, pins, this.locked.get(f));
    if (state != (pins == 0 ? FRAME_EVICTABLE : FRAME_PINNED))
      return this.broken(VIOLATION_FRAME_STATE, f, state, pins);
    const object = frames.object.get(f);
    if (object != NONE64 && kernel.objects.frameOf(object) != f) return this.broken(VIOLATION_OBJECT, object, f, NONE);
    const inSwap = frames.dirty.get(f) == CLEAN_IN_SWAP;
    if (inSwap) {
      const slot = frames.record(f).slot;
      this.owners.set(slot, this.owners.get(slot) + 1);
      if (kernel.slots.cached.get(slot) != f)
        return this.broken(VIOLATION_SLOT_OWNER, slot, f, kernel.slots.cached.get(slot));
      // A frame that nothing maps is worth keeping only for others that own the slot.
      if (object == NONE64 && mappings == 0 && kernel.slots.references.get(slot) < 2) {
        return this.broken(VIOLATION_FRAME_STATE, f, state, mappings);
      }
    } else if (object == NONE64 && mappings == 0) return this.broken(VIOLATION_FRAME_STATE, f, state, mappings);
    return VIOLATION_NONE;
  }

  private slots(): u32 {
    const slots = this.kernel.slots;
    const frames = this.kernel.frames;
    let used: u32 = 0;
    for (let s: u32 = 0; s < slots.count; s++) {
      const owners = this.owners.get(s);
      const taken = slots.isUsed(s);
      used += u32(taken);
      if (taken != (owners != 0) || slots.references.get(s) != owners) {
        return this.broken(VIOLATION_SLOT_OWNER, s, owners, slots.references.get(s));
      }
      const cached = slots.cached.get(s);
      if (cached == NONE) continue;
      const holds = frames.dirty.get(cached) == CLEAN_IN_SWAP && frames.record(cached).slot == s;
      if (!holds || frames.state.get(cached) == FRAME_FREE) return this.broken(VIOLATION_SLOT_OWNER, s, owners, cached);
    }
    return used == slots.used ? VIOLATION_NONE : this.broken(VIOLATION_COUNTERS, 3, used, slots.used);
  }

  private supply(): u32 {
    const kernel = this.kernel;
    const allocator = kernel.supply.allocator;
    if (!allocator.check(kernel.frames.state)) {
      return this.broken(
        VIOLATION_FRAME_COUNT,
        kernel.frames.count - allocator.free,
        allocator.free,
        kernel.frames.count,
      );
    }
    if (!kernel.supply.reservations.check()) return this.broken(VIOLATION_FRAME_COUNT, 0, 0, 0);
    const hardware = kernel.hardware;
    // One that forgets mappings holds no more than there are; the others hold all, and nothing else.
    if (hardware && (hardware.forgets ? hardware.count() > this.present : hardware.count() != this.present)) {
      return this.broken(VIOLATION_HARDWARE_TABLE, NONE64, hardware.count(), this.present);
    }
    return VIOLATION_NONE;
  }

  private broken(violation: u32, a: u64, b: u64, c: u64): u32 {
    this.detail.set(0, a);
    this.detail.set(1, b);
    this.detail.set(2, c);
    return violation;
  }
}
