import { Column, column } from '../ds/column';
import {
  VIEW_CACHE_ORDER,
  VIEW_CACHE_TAG,
  VIEW_CACHE_VALUE,
  VIEW_FRAME_DIRTY,
  VIEW_FRAME_PAGE,
  VIEW_FRAME_PINS,
  VIEW_FRAME_PROCESS,
  VIEW_FRAME_REF,
  VIEW_FRAME_REFERENCES,
  VIEW_FRAME_SLOT,
  VIEW_FRAME_STAMP,
  VIEW_FRAME_STATE,
  VIEW_POLICY_STATE,
} from '../gen/views';
import { Machine } from '../machine';
import { PTE_ACCESSED, PTE_DIRTY, PTE_PRESENT, PTE_TARGET } from '../pagetable/radix';
import { AssocCache } from '../tlb/assoc-cache';
import { Asid, Frame, NONE64, Pte, Vpn } from '../types';

/** What a host may look at, as addresses of columns; see catalog/views.ts. */
export class Views {
  private machine: Machine;
  private policyState: Column<u32>;
  private pte: Column<u64>;

  constructor(machine: Machine) {
    this.machine = machine;
    this.policyState = column<u32>(machine.frames.count);
    this.pte = column<u64>(2);
  }

  at(kind: u32, index: u32): usize {
    const frames = this.machine.frames;
    if (kind == VIEW_FRAME_STATE) return frames.state.at(0);
    if (kind == VIEW_FRAME_REF) return frames.ref.at(0);
    if (kind == VIEW_FRAME_DIRTY) return frames.dirty.at(0);
    if (kind == VIEW_FRAME_PAGE) return frames.page.at(0);
    if (kind == VIEW_FRAME_PROCESS) return frames.process.at(0);
    if (kind == VIEW_FRAME_SLOT) return frames.slot.at(0);
    if (kind == VIEW_FRAME_REFERENCES) return frames.references.at(0);
    if (kind == VIEW_FRAME_PINS) return frames.pins.at(0);
    if (kind == VIEW_FRAME_STAMP) return frames.stamp.at(0);
    if (kind == VIEW_CACHE_TAG) return this.cache(index).tags.at(0);
    if (kind == VIEW_CACHE_VALUE) return this.cache(index).values.at(0);
    if (kind == VIEW_CACHE_ORDER) return this.cache(index).order.at(0);
    if (kind == VIEW_POLICY_STATE) return this.policyStates();
    return 0;
  }

  length(kind: u32, index: u32): u32 {
    const isCache = kind == VIEW_CACHE_TAG || kind == VIEW_CACHE_VALUE || kind == VIEW_CACHE_ORDER;
    return isCache ? this.cache(index).entries : this.machine.frames.count;
  }

  /** The first PTE at or after `page` that is not empty, as {page, PTE}; the page is NONE64 when there is none. */
  nextPte(process: Asid, page: Vpn): Column<u64> {
    const machine = this.machine;
    const shape = machine.shape;
    const root = machine.processes.root.get(process);
    const signed = machine.isCanonicalSpace();
    const found = shape.nextMapped(root, page & shape.pageMask);
    this.pte.set(0, found == NONE64 ? NONE64 : signed ? this.signExtended(found) : found);
    if (found == NONE64) return this.pte;
    let pte = load<Pte>(shape.leaf(root, found));
    if ((pte & PTE_PRESENT) != 0) {
      const frame = <Frame>(pte >> PTE_TARGET);
      if (machine.frames.ref.get(frame) != 0) pte |= PTE_ACCESSED;
      if (machine.frames.dirty.get(frame) != 0) pte |= PTE_DIRTY;
    }
    this.pte.set(1, pte);
    return this.pte;
  }

  private signExtended(page: Vpn): Vpn {
    const mask = this.machine.shape.pageMask;
    const top = (mask >> 1) + 1;
    return (page & top) == 0 ? page : (page | ~mask) & (u64.MAX_VALUE >> this.machine.pageShift);
  }

  private cache(index: u32): AssocCache {
    return index < 3 ? this.machine.caches.cache(index) : this.machine.walkCaches.cache(index - 3);
  }

  private policyStates(): usize {
    const policy = this.machine.policy;
    for (let f: u32 = 0; f < this.machine.frames.count; f++) this.policyState.set(f, policy.state(f));
    return this.policyState.at(0);
  }
}
