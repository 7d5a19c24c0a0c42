/** How well a prefetcher did, from the counters of its run. A ratio of nothing is null. */
import type { Counters } from '../../machine/counters.ts';
import { demandFaults } from './demand-faults.ts';

export interface PrefetchRatios {
  /** Useful of those issued. */
  readonly accuracy_ratio: number | null;
  /** Useful of those and the demand faults that were left. */
  readonly coverage_ratio: number | null;
  /** In time of those useful. */
  readonly timeliness_ratio: number | null;
}

export function prefetchRatios(counters: Counters): PrefetchRatios {
  const { prefetch_issued: issued, prefetch_useful: useful, prefetch_late: late } = counters;
  return {
    accuracy_ratio: share(useful, issued),
    coverage_ratio: share(useful, useful + demandFaults(counters)),
    timeliness_ratio: share(useful - late, useful),
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
