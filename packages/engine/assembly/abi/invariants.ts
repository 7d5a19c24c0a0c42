import { Column, column } from '../ds/column';
import { CLEAN_IN_SWAP, FRAME_EVICTABLE, FRAME_FREE, FRAME_PINNED } from '../frame/frames';
import { CFG_FAULT_NS, CFG_MEMORY_NS, CFG_STLB_NS, CFG_TLB_NS, CFG_ZERO_NS } from '../gen/config';
import {
  C_ANON_MINOR_FAULTS,
  C_COPY_NS,
  C_COW_COPIES,
  C_COW_FAULTS,
  C_COW_REUSES,
  C_DEMAND_ZERO_FAULTS,
  C_FILE_READ_WAIT_NS,
  C_FILE_WRITE_WAIT_NS,
  C_LOCAL_NS,
  C_LOCAL_TOUCHES,
  C_MAJOR_FAULTS,
  C_MINOR_FAULTS,
  C_PAGE_FAULTS,
  C_PREFETCH_WAIT_NS,
  C_REMOTE_NS,
  C_REMOTE_TOUCHES,
  C_RESIDENT_PAGES,
  C_SHOOTDOWN_NS,
  C_SWAP_READ_WAIT_NS,
  C_SWAP_WRITE_WAIT_NS,
  C_SWAPPED_PAGES,
  C_TABLE_REFILLS,
  C_TOUCHES,
  C_WALK_REFS,
  CC_HITS,
  CC_MISSES,
} from '../gen/counters';
import {
  VIOLATION_COUNTERS,
  VIOLATION_FRAME_COUNT,
  VIOLATION_FRAME_STATE,
  VIOLATION_NONE,
  VIOLATION_POLICY,
  VIOLATION_REF_COUNT,
  VIOLATION_REVERSE_MAP,
  VIOLATION_SLOT_OWNER,
  VIOLATION_TIME,
} from '../gen/stops';
import { Machine } from '../machine';
import { PTE_PRESENT, PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { NONE, NONE64, Pte } from '../types';
import { Report } from './report';
import { SpaceInvariants } from './space-invariants';
import { TlbInvariants } from './tlb-invariants';

/**
 * Every invariant of the machine, in one slow pass over all of its state: page tables against frames and slots, TLBs against page tables,
 * policy against frames, counters and clock against each other. `run` returns the first violation.
 */
export class Invariants {
  detail: Column<u64>;
  private machine: Machine;
  private report: Report;
  private config: Column<u64>;
  private tlbInvariants: TlbInvariants;
  private space: SpaceInvariants;
  /** PTEs that map each frame, and owners (PTE or clean resident frame) of each slot, as the page tables say. */
  private mappings: Column<u32>;
  private owners: Column<u32>;

  constructor(machine: Machine, report: Report, config: Column<u64>) {
    this.machine = machine;
    this.report = report;
    this.config = config;
    this.tlbInvariants = new TlbInvariants(machine);
    this.detail = column<u64>(4);
    const mappings = column<u32>(machine.frames.count);
    this.mappings = mappings;
    const owners = column<u32>(machine.slots.count);
    this.owners = owners;
    this.space = new SpaceInvariants(machine, report, mappings, owners);
  }

  run(): u32 {
    let broken: u32;
    if (this.machine.space.on) {
      broken = this.space.run();
      for (let i: u32 = 0; i < 3; i++) this.detail.set(i, this.space.detail.get(i));
    } else {
      broken = this.tables();
      if (broken == VIOLATION_NONE) broken = this.frames();
      if (broken == VIOLATION_NONE) broken = this.slots();
    }
    if (broken == VIOLATION_NONE) broken = this.tlbs();
    if (broken == VIOLATION_NONE) broken = this.counters();
    return broken == VIOLATION_NONE ? this.time() : broken;
  }

  private tables(): u32 {
    const machine = this.machine;
    const shape = machine.shape;
    memory.fill(this.mappings.at(0), 0, <usize>machine.frames.count * 4);
    memory.fill(this.owners.at(0), 0, <usize>machine.slots.count * 4);
    for (let p: u32 = 0; p < machine.processes.count; p++) {
      const root = machine.processes.root.get(p);
      let resident: u64 = 0;
      let swapped: u64 = 0;
      let page = shape.nextMapped(root, 0);
      while (page != NONE64) {
        const pte = load<Pte>(shape.leaf(root, page));
        const target = <u32>(pte >> PTE_TARGET);
        if ((pte & PTE_PRESENT) != 0) {
          resident++;
          this.mappings.set(target, this.mappings.get(target) + 1);
          const record = machine.frames.record(target);
          if (record.tag != machine.caches.tagOf(p, page) || record.pte != <u32>shape.leaf(root, page)) {
            return this.broken(VIOLATION_REVERSE_MAP, target, page, pte);
          }
        } else if ((pte & PTE_SWAP) != 0) {
          swapped++;
          this.owners.set(target, this.owners.get(target) + 1);
        }
        page = page == shape.pageMask ? NONE64 : shape.nextMapped(root, page + 1);
      }
      const residentCounter = machine.processes.get(p, C_RESIDENT_PAGES);
      if (residentCounter != resident) return this.broken(VIOLATION_COUNTERS, 1, residentCounter, resident);
      const swappedCounter = machine.processes.get(p, C_SWAPPED_PAGES);
      if (swappedCounter != swapped) return this.broken(VIOLATION_COUNTERS, 2, swappedCounter, swapped);
    }
    return VIOLATION_NONE;
  }

  private frames(): u32 {
    const frames = this.machine.frames;
    let free: u32 = 0;
    for (let f: u32 = 0; f < frames.count; f++) {
      const mappings = this.mappings.get(f);
      const state = frames.state.get(f);
      const pinned = frames.pins.get(f) != 0;
      const expected = mappings == 0 ? FRAME_FREE : pinned ? FRAME_PINNED : FRAME_EVICTABLE;
      if (state != expected) return this.broken(VIOLATION_FRAME_STATE, f, state, mappings);
      if (state == FRAME_FREE) free++;
      else if (frames.references.get(f) != mappings) {
        return this.broken(VIOLATION_REF_COUNT, f, frames.references.get(f), mappings);
      }
      if (mappings > 0 && frames.dirty.get(f) == CLEAN_IN_SWAP) {
        const slot = frames.record(f).slot;
        this.owners.set(slot, this.owners.get(slot) + 1);
      }
      if (!this.machine.policy.agrees(f, mappings > 0)) return this.broken(VIOLATION_POLICY, 0, f, mappings);
    }
    return free == frames.freeCount
      ? VIOLATION_NONE
      : this.broken(VIOLATION_FRAME_COUNT, frames.count - free, frames.freeCount, frames.count);
  }

  private slots(): u32 {
    const slots = this.machine.slots;
    let used: u32 = 0;
    for (let s: u32 = 0; s < slots.count; s++) {
      const taken = slots.isUsed(s);
      used += u32(taken);
      if (this.owners.get(s) != u32(taken)) return this.broken(VIOLATION_SLOT_OWNER, s, this.owners.get(s), u32(taken));
    }
    return used == slots.used ? VIOLATION_NONE : this.broken(VIOLATION_COUNTERS, 3, used, slots.used);
  }

  private tlbs(): u32 {
    const broken = this.tlbInvariants.run();
    for (let i: u32 = 0; i < 3; i++) this.detail.set(i, this.tlbInvariants.detail.get(i));
    return broken;
  }

  private counters(): u32 {
    const all = this.report.counters(NONE);
    const faults = all.get(C_PAGE_FAULTS);
    const classes = all.get(C_MINOR_FAULTS) + all.get(C_MAJOR_FAULTS);
    if (faults != classes) return this.broken(VIOLATION_COUNTERS, 5, faults, classes);
    let backings: u64 = 0;
    for (let b: u32 = 0; b < 4; b++) {
      // The first three of four rows: minor, major, cow.
      for (let c: u32 = 0; c < 3; c++) backings += all.get(C_ANON_MINOR_FAULTS + b * 4 + c);
    }
    if (faults != backings) return this.broken(VIOLATION_COUNTERS, 6, faults, backings);
    const cow = all.get(C_COW_FAULTS);
    const reuses = all.get(C_COW_REUSES);
    const copies = all.get(C_COW_COPIES);
    if (cow < reuses || cow > reuses + copies) return this.broken(VIOLATION_COUNTERS, 8, cow, reuses);
    const touches = this.machine.clock.touches;
    if (all.get(C_TOUCHES) != touches) return this.broken(VIOLATION_COUNTERS, 7, all.get(C_TOUCHES), touches);
    return VIOLATION_NONE;
  }

  private time(): u32 {
    const all = this.report.counters(NONE);
    const config = this.config;
    const second = this.report.cacheCounters(2);
    const secondLookups = second.get(CC_HITS) + second.get(CC_MISSES);
    const touches = this.machine.clock.touches;
    const memoryNs = config.get(CFG_MEMORY_NS);
    const sum =
      touches * (config.get(CFG_TLB_NS) + memoryNs) +
      secondLookups * config.get(CFG_STLB_NS) +
      all.get(C_WALK_REFS) * memoryNs +
      all.get(C_PAGE_FAULTS) * config.get(CFG_FAULT_NS) +
      all.get(C_DEMAND_ZERO_FAULTS) * config.get(CFG_ZERO_NS) +
      all.get(C_SWAP_READ_WAIT_NS) +
      all.get(C_SWAP_WRITE_WAIT_NS) +
      all.get(C_SHOOTDOWN_NS) +
      all.get(C_FILE_READ_WAIT_NS) +
      all.get(C_FILE_WRITE_WAIT_NS) +
      all.get(C_COPY_NS) +
      all.get(C_PREFETCH_WAIT_NS) +
      all.get(C_TABLE_REFILLS) * config.get(CFG_FAULT_NS) +
      this.awayFromMemory(all, memoryNs);
    const now = this.machine.clock.now();
    return now == sum ? VIOLATION_NONE : this.broken(VIOLATION_TIME, now, sum, touches);
  }

  /** What the data references of touches took more, or less, than memory_ns: only machines with several nodes count them. */
  private awayFromMemory(all: Column<u64>, memoryNs: u64): u64 {
    const touches = all.get(C_LOCAL_TOUCHES) + all.get(C_REMOTE_TOUCHES);
    return all.get(C_LOCAL_NS) + all.get(C_REMOTE_NS) - touches * memoryNs;
  }

  private broken(violation: u32, a: u64, b: u64, c: u64): u32 {
    this.detail.set(0, a);
    this.detail.set(1, b);
    this.detail.set(2, c);
    return violation;
  }
}
