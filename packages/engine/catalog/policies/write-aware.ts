import type { PolicyRow } from './row.ts';

/** Policies for devices on which a write costs more than a read. */
export const WRITE_AWARE_POLICIES = [
  {
    id: 'cflru',
    className: 'Cflru',
    aliases: [],
    family: 'write-aware',
    observes: 'every-access',
    repeats: 'never',
    byLastHit: true,
    params: [
      {
        name: 'window',
        default: 33,
        min: 0,
        max: 100,
        meaning: 'clean-first region at the end of the list, in percent of the frames; 0 is LRU, 100 clean-first LRU',
      },
    ],
    summary: 'LRU that takes a clean page first, within a window at the end of the list',
    source: 'Park, Jung, Kang, Kim, Lee 2006, doi 10.1145/1176760.1176789',
    departs: 'Only the static window. A page found dirty counts as dirty until it is touched again.',
    kernel:
      'the dirty bits it needs are there, the order of use is not: its authors put it into Linux over the inactive list',
  },
  {
    id: 'opt_wa',
    className: 'OptWa',
    aliases: ['write_aware_opt'],
    family: 'write-aware',
    observes: 'every-access',
    repeats: 'always',
    params: [
      {
        name: 'write_cost',
        default: 100,
        min: 0,
        max: 10_000,
        meaning: 'cost of the write of a dirty page, in percent of a read; 0 is OPT',
      },
    ],
    summary: 'evicts the page with the most time to its next use for what its eviction costs: a yardstick, not a bound',
    source: 'after Belady 1966, doi 10.1147/sj.52.0078, and Park et al. 2006, doi 10.1145/1176760.1176789',
    departs: 'Made here: Belady has no costs, and the optimum with them is a flow problem over the whole trace.',
    kernel: 'none: it needs the future',
    future: true,
  },
] as const satisfies readonly PolicyRow[];
