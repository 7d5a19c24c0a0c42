/** Prefetchers side by side. */
export {
  type ComparePrefetchersOptions,
  comparePrefetchers,
  type PrefetchComparison,
  type PrefetchRun,
} from './compare.ts';
export { demandFaults } from './demand-faults.ts';
export { type PrefetchRatios, prefetchRatios } from './ratios.ts';
