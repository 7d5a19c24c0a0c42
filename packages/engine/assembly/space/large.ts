import { CLEAN, DIRTY, FRAME_RESERVED, LAZILY_FREE, MARK_USED } from '../frame/frames';
import { C_LARGE_FALLBACKS, C_LARGE_FAULTS, C_LARGE_TOUCHES, C_PROMOTIONS } from '../gen/counters';
import { PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { Asid, Frame, NONE, NONE64, PageKey, Pte, Vpn } from '../types';
import { isMapped, Kernel } from './kernel';
import { LARGE_RESERVE, LargeRule } from './large-rule';
import { CLASS_BITS, pagesOf } from './page-map';
import { bump } from './processes';
import { REGION_WRITE, Region } from './regions';

/**
 * Large pages of private anonymous memory: made by a fault (explicit regions, `always`, `madvise`), or by promotion where they are: of a
 * reservation whose pages are all in use. Background collapse is in collapse.ts, splitting in splitter.ts.
 */
export class Large {
  private kernel: Kernel;
  private rule: LargeRule;
  /** Pages of a reservation in use that promote it. */
  private threshold: u32;
  /** Whether there ever was a large page. */
  private isUsed: bool = false;

  constructor(kernel: Kernel, threshold: u32) {
    this.kernel = kernel;
    this.rule = kernel.supply.rule;
    this.threshold = threshold;
  }

  /**
   * A fault in private anonymous memory where nothing is: maps a whole large page of zeroes, if one may be there and a block is free.
   * Returns the frame of `page`, or NONE: the fault is to be served with a small page.
   */
  fault(process: Asid, page: Vpn, region: usize): Frame {
    const kernel = this.kernel;
    const k = this.rule.classAtFault(region);
    if (k == 0) return NONE;
    const base = this.rule.baseOf(page, k);
    if (!this.rule.fits(process, region, base, k) || !this.rule.isEmpty(process, base, k)) return NONE;
    const head = kernel.supply.takeBlock(process, region, base, k * CLASS_BITS);
    if (head == NONE) {
      kernel.processes.inc(process, C_LARGE_FALLBACKS);
      return NONE;
    }
    const count = <u32>pagesOf(k);
    memory.fill(kernel.frames.marks.at(head), 0, count);
    this.begin(head, k, kernel.tagOf(process, base), CLEAN);
    if (kernel.verifying) memory.fill(kernel.frames.stamp.at(head), 0, (<usize>count) << 3);
    kernel.clock.extra += kernel.zeroNs;
    kernel.chargeCopy(process, kernel.zeroNs * (count - 1));
    kernel.map(process, base, k, head, region, mayWrite(region));
    kernel.processes.inc(process, C_LARGE_FAULTS);
    return head + <u32>(page - base);
  }

  /** A block of frames begins to hold a large page of class `k`; the marks of its frames say which pages were touched. */
  begin(head: Frame, k: u32, page: PageKey, content: u8): void {
    const kernel = this.kernel;
    kernel.cpus.useClass(k);
    this.isUsed = true;
    const marks = kernel.frames.marks.get(head);
    kernel.place(head, k * CLASS_BITS, page, NONE64, content, NONE);
    kernel.frames.marks.set(head, marks);
  }

  /** After an anonymous page was mapped: its reservation may be full. */
  placed(process: Asid, page: Vpn, region: usize): void {
    if (this.rule.mode != LARGE_RESERVE) return;
    const kernel = this.kernel;
    const base = this.rule.baseOf(page, 1);
    const head = kernel.supply.reservations.find(kernel.tagOf(process, base));
    if (head == NONE || kernel.supply.reservations.usedOf(head) < this.threshold) return;
    if (this.canPromote(process, base, head, region)) this.promote(process, base, head, region);
    else if (kernel.supply.reservations.usedOf(head) == <u32>pagesOf(1)) kernel.supply.closeReservation(head);
  }

  /** Touches of the page in a frame of a large page: the first one makes it used. */
  touched(block: usize, frame: Frame, touches: u64): void {
    const marks = this.kernel.frames.marks;
    marks.set(frame, marks.get(frame) | MARK_USED);
    bump(block, C_LARGE_TOUCHES, touches);
  }

  /**
   * Pages that large pages hold and nobody ever touched there: the memory that large pages cost. Of a process, those of the large pages that it
   * maps first; NONE: of all.
   */
  bloat(process: Asid): u64 {
    const kernel = this.kernel;
    const frames = kernel.frames;
    let bloat: u64 = 0;
    if (!this.isUsed) return 0;
    for (let f: Frame = 0; f < frames.count; f++) {
      const order = frames.order.get(f);
      if (order == 0) continue;
      const end = f + ((<u32>1) << order);
      const counts = process == NONE || kernel.processOf(frames.record(f).tag) == process;
      for (let t = f; counts && t < end; t++) bloat += u64((frames.marks.get(t) & MARK_USED) == 0);
      f = end - 1;
    }
    return bloat;
  }

  /** Whether every page that is there is in its place in the block, belongs to nobody else and has the same rights, and the rest is in reserve. */
  private canPromote(process: Asid, base: Vpn, head: Frame, region: usize): bool {
    const kernel = this.kernel;
    const frames = kernel.frames;
    if (!this.rule.fits(process, region, base, 1)) return false;
    let rights: Pte = NONE64;
    for (let i: u32 = 0; i < <u32>pagesOf(1); i++) {
      const pte = kernel.pages.pte(process, base + i);
      const frame = head + i;
      if (pte == 0 || <Frame>(pte >> PTE_TARGET) == kernel.zeroFrame) {
        if (frames.state.get(frame) != FRAME_RESERVED) return false;
        continue;
      }
      if (!isMapped(pte) || <Frame>(pte >> PTE_TARGET) != frame || !kernel.isExclusive(frame)) return false;
      if (frames.dirty.get(frame) == LAZILY_FREE) return false;
      if (rights == NONE64) rights = pte & PTE_WRITABLE;
      if (rights != (pte & PTE_WRITABLE)) return false;
    }
    return true;
  }

  /** The pages of a reservation become one large page, in place; those that are missing are cleared. */
  private promote(process: Asid, base: Vpn, head: Frame, region: usize): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    const count = <u32>pagesOf(1);
    let content = CLEAN;
    let ref: u8 = 0;
    let writable = false;
    kernel.supply.closeReservation(head);
    kernel.shootdown.begin(kernel.cpu);
    for (let i: u32 = 0; i < count; i++) {
      const leaf = kernel.pages.leaf(process, base + i);
      const pte = load<Pte>(leaf);
      const isPage = pte != 0 && <Frame>(pte >> PTE_TARGET) == head + i;
      if (pte != 0) kernel.unmap(process, base + i, 0, leaf, 0, region);
      if (!isPage) {
        frames.marks.set(head + i, 0);
        kernel.chargeCopy(process, kernel.zeroNs);
        kernel.setStamp(head + i, 0);
        continue;
      }
      if (frames.dirty.get(head + i) != CLEAN) content = DIRTY;
      ref |= frames.ref.get(head + i);
      writable = writable || (pte & PTE_WRITABLE) != 0;
      kernel.policy.onDiscard(head + i);
      kernel.detach(head + i);
      frames.marks.set(head + i, MARK_USED);
    }
    kernel.shootdown.finish();
    this.begin(head, 1, kernel.tagOf(process, base), content);
    frames.ref.set(head, ref);
    kernel.map(process, base, 1, head, region, writable);
    kernel.processes.inc(process, C_PROMOTIONS);
  }
}

/** Whether a region (0: implicit memory) allows writing. */
export function mayWrite(region: usize): bool {
  return region == 0 || changetype<Region>(region).has(REGION_WRITE);
}
