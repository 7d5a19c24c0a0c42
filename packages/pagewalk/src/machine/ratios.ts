/** Ratios between counters, 0..1; 0 where there was nothing to divide by. */
import type { Counters } from './counters.ts';

export interface Ratios {
  /** Of the touches that looked a translation up, those that found it in some TLB. */
  readonly tlb_hit_ratio: number;
  readonly tlb_miss_ratio: number;
  /** Of all touches. */
  readonly page_fault_ratio: number;
  readonly minor_fault_ratio: number;
  readonly major_fault_ratio: number;
  /** Of the evictions, those that had to write. */
  readonly dirty_eviction_ratio: number;
  /** Of the walks, those that a page-walk cache shortened. */
  readonly pwc_hit_ratio: number;
}

export function ratiosOf(counters: Counters): Ratios {
  const lookups = counters.tlb_hits + counters.tlb_misses;
  return {
    tlb_hit_ratio: ratio(counters.tlb_hits, lookups),
    tlb_miss_ratio: ratio(counters.tlb_misses, lookups),
    page_fault_ratio: ratio(counters.page_faults, counters.touches),
    minor_fault_ratio: ratio(counters.minor_faults, counters.touches),
    major_fault_ratio: ratio(counters.major_faults, counters.touches),
    dirty_eviction_ratio: ratio(counters.dirty_evictions, counters.evictions),
    pwc_hit_ratio: ratio(counters.pwc_hits, counters.tlb_misses),
  };
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
