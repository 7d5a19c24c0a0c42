import { FRAME_EVICTABLE, FRAME_PINNED } from '../frame/frames';
import { C_SPLITS } from '../gen/counters';
import { PTE_GIGA, PTE_HUGE, PTE_PRESENT } from '../pagetable/radix';
import { Frame, NONE64 } from '../types';
import { Kernel } from './kernel';
import { CLASS_BITS, pagesOf } from './page-map';

/**
 * Splits a large page into the base pages it is made of, for every process that maps it: the frames stay, each with its own mappings, and the
 * policy sees many pages where it saw one. A partial munmap, a change of rights, reclaim and a copy on write need that. What was
 * written anywhere in the page counts as written everywhere: there was one dirty bit (Linux: __split_huge_pmd, split_huge_page).
 */
export class Splitter {
  private kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** `head` carries a large page. Opens a batch of invalidations of its own. */
  split(head: Frame): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    const order = frames.order.get(head);
    const count: u32 = (<u32>1) << order;
    const pins = frames.pins.get(head);
    frames.order.set(head, 0);
    frames.marks.set(head, 0);
    for (let f = head + 1; f < head + count; f++) {
      frames.order.set(f, 0);
      frames.references.set(f, 0);
      frames.object.set(f, NONE64);
      frames.marks.set(f, 0);
      frames.dirty.set(f, frames.dirty.get(head));
      frames.ref.set(f, frames.ref.get(head));
      frames.pins.set(f, pins);
      frames.state.set(f, pins == 0 ? FRAME_EVICTABLE : FRAME_PINNED);
    }
    kernel.shootdown.begin(kernel.cpu);
    for (let has = kernel.mappings.first(head); has; has = kernel.mappings.more()) {
      this.splitMapping(kernel.mappings.tag, head, order / CLASS_BITS);
    }
    kernel.shootdown.finish();
    // From the last one on, so that they stand in order behind the first.
    for (let i = count - 1; i > 0; i--) kernel.policy.onSplit(head, head + i, kernel.keyIn(head + i));
    kernel.processes.inc(kernel.process, C_SPLITS);
  }

  private splitMapping(tag: u64, head: Frame, k: u32): void {
    const kernel = this.kernel;
    const process = kernel.processOf(tag);
    const page = kernel.pageOf(tag);
    kernel.shootdown.add(process, page, k);
    if (kernel.hardware) kernel.hardware!.clear(process, page & kernel.pages.shape.pageMask, k);
    let at: usize = 0;
    for (let i: u32 = 0; i < <u32>pagesOf(k); i++) {
      if ((i & 511) == 0) {
        kernel.pages.needTables(process, page + i);
        at = kernel.pages.leaf(process, page + i);
      }
      const pte = load<u64>(at) & ~(PTE_HUGE | PTE_GIGA);
      store<u64>(at, pte);
      if (i != 0) kernel.mappings.add(head + i, tag + i, at);
      if ((pte & PTE_PRESENT) != 0) kernel.tell(process, page + i, 0, pte);
      at += 8;
    }
  }
}
