import { Column, column } from '../ds/column';
import { DIRTY, FRAME_FREE, FrameRecord, RECORD_BYTES } from '../frame/frames';
import {
  VIEW_CACHE_ORDER,
  VIEW_CACHE_TAG,
  VIEW_CACHE_VALUE,
  VIEW_FRAME_DIRTY,
  VIEW_FRAME_PINS,
  VIEW_FRAME_REF,
  VIEW_FRAME_REFERENCES,
  VIEW_FRAME_SLOT,
  VIEW_FRAME_STAMP,
  VIEW_FRAME_STATE,
  VIEW_FRAME_TAG,
  VIEW_POLICY_STATE,
} from '../gen/views';
import { Machine } from '../machine';
import { PTE_ACCESSED, PTE_DIRTY, PTE_PRESENT, PTE_TARGET } from '../pagetable/radix';
import { AssocCache } from '../tlb/assoc-cache';
import { CACHES } from '../tlb/cpus';
import { Asid, Frame, NONE64, Pte, Vpn } from '../types';

/** What a host may look at, as addresses of columns; see catalog/views.ts. */
export class Views {
  private machine: Machine;
  private policyState: Column<u32>;
  private cacheOrder: Column<u32>;
  private pte: Column<u64>;

  constructor(machine: Machine) {
    this.machine = machine;
    this.policyState = column<u32>(machine.frames.count);
    this.cacheOrder = column<u32>(mostCachePlaces(machine));
    this.pte = column<u64>(2);
  }

  at(kind: u32, index: u32): usize {
    const frames = this.machine.frames;
    if (kind == VIEW_FRAME_REF) return frames.ref.at(0);
    if (kind == VIEW_FRAME_DIRTY) return frames.dirty.at(0);
    if (kind == VIEW_FRAME_STAMP) return frames.stamp.at(0);
    if (kind == VIEW_FRAME_STATE) return frames.state.at(0);
    if (kind == VIEW_FRAME_TAG) return changetype<usize>(frames.record(0)) + offsetof<FrameRecord>('tag');
    if (kind == VIEW_FRAME_SLOT) return changetype<usize>(frames.record(0)) + offsetof<FrameRecord>('slot');
    if (kind == VIEW_FRAME_REFERENCES) return frames.references.at(0);
    if (kind == VIEW_FRAME_PINS) return frames.pins.at(0);
    if (kind == VIEW_CACHE_TAG) return this.cache(index).tags.at(0);
    if (kind == VIEW_CACHE_VALUE) return this.cache(index).values.at(0);
    if (kind == VIEW_CACHE_ORDER) return this.orders(this.cache(index));
    if (kind == VIEW_POLICY_STATE) return this.policyStates();
    return 0;
  }

  /** Bytes from one element to the next. */
  stride(kind: u32): u32 {
    if (kind == VIEW_FRAME_STATE || kind == VIEW_FRAME_REF || kind == VIEW_FRAME_DIRTY) return 1;
    if (kind == VIEW_FRAME_STAMP || kind == VIEW_CACHE_TAG) return 8;
    if (kind == VIEW_FRAME_TAG || kind == VIEW_FRAME_SLOT) return RECORD_BYTES;
    return 4;
  }

  /** Entries of a set side by side in the cache columns; those beyond its ways are invalid. */
  cacheStride(index: u32): u32 {
    return this.cache(index).stride;
  }

  length(kind: u32, index: u32): u32 {
    const isCache = kind == VIEW_CACHE_TAG || kind == VIEW_CACHE_VALUE || kind == VIEW_CACHE_ORDER;
    if (kind == VIEW_FRAME_STAMP && !this.machine.verifying) return 0;
    return isCache ? this.cache(index).places() : this.machine.frames.count;
  }

  /** The first PTE at or after `page` that is not empty, as {page, PTE}; the page is NONE64 when there is none. */
  nextPte(process: Asid, page: Vpn): Column<u64> {
    const machine = this.machine;
    const shape = machine.shape;
    const root = machine.processes.root.get(process);
    // Pages in order of their unsigned numbers: a canonical space is two halves with a hole between them.
    const start = this.firstValidFrom(page);
    const found = start == NONE64 ? NONE64 : shape.nextMapped(root, start & shape.pageMask);
    this.pte.set(0, found == NONE64 ? NONE64 : machine.caches.pageOf(found));
    if (found == NONE64) return this.pte;
    let pte = load<Pte>(shape.leaf(root, found));
    if ((pte & PTE_PRESENT) != 0) {
      const frame = <Frame>(pte >> PTE_TARGET);
      if (machine.frames.ref.get(frame) != 0) pte |= PTE_ACCESSED;
      if (machine.frames.dirty.get(frame) == DIRTY) pte |= PTE_DIRTY;
    }
    this.pte.set(1, pte);
    return this.pte;
  }

  /** The first valid page number at or after `page`, NONE64 if there is none. */
  private firstValidFrom(page: Vpn): Vpn {
    const machine = this.machine;
    if (page > u64.MAX_VALUE >> machine.pageShift) return NONE64;
    if (machine.isValid(page)) return page;
    // Above the lower half of a canonical space comes the upper one; above a `vspace` nothing.
    const upper = machine.caches.pageOf((machine.shape.pageMask >> 1) + 1);
    return machine.isValid(upper) && upper > page ? upper : NONE64;
  }

  private cache(index: u32): AssocCache {
    return this.machine.cpus.cache(index / CACHES, index % CACHES);
  }

  private orders(cache: AssocCache): usize {
    for (let e: u32 = 0; e < cache.places(); e++) this.cacheOrder.set(e, cache.orderOf(e));
    return this.cacheOrder.at(0);
  }

  private policyStates(): usize {
    const policy = this.machine.policy;
    const frames = this.machine.frames;
    for (let f: u32 = 0; f < frames.count; f++) {
      this.policyState.set(f, frames.state.get(f) == FRAME_FREE ? 0 : policy.state(f));
    }
    return this.policyState.at(0);
  }
}

function mostCachePlaces(machine: Machine): u32 {
  let most: u32 = 0;
  for (let t: u32 = 0; t < 4; t++) most = max<u32>(most, machine.caches.cache(t).places());
  for (let l: u32 = 0; l < machine.walkCaches.levels; l++) most = max<u32>(most, machine.walkCaches.cache(l).places());
  return most;
}
