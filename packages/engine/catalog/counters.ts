/**
 * Every counter of the machine. One row gives the name that the counter has everywhere (result object, JSON, CSV, Python, web),
 * its unit and its meaning; the row's place is its place in the block that the engine fills.
 *
 * `of`: `process` counters exist per process and for the machine; `machine` counters only for the machine (0 in a process block).
 */
export interface CounterRow {
  readonly name: string;
  readonly unit: 'count' | 'bytes' | 'ns';
  readonly of: 'process' | 'machine';
  readonly meaning: string;
}

export const COUNTERS = [
  { name: 'accesses', unit: 'count', of: 'process', meaning: 'loads, stores and instruction fetches asked for' },
  { name: 'reads', unit: 'count', of: 'process', meaning: 'accesses that load data' },
  { name: 'writes', unit: 'count', of: 'process', meaning: 'accesses that store data' },
  { name: 'ifetches', unit: 'count', of: 'process', meaning: 'accesses that fetch an instruction' },
  {
    name: 'touches',
    unit: 'count',
    of: 'process',
    meaning: 'pages touched: an access across a page boundary touches two',
  },
  {
    name: 'tlb_hits',
    unit: 'count',
    of: 'process',
    meaning: 'touches whose translation was cached in some TLB level',
  },
  { name: 'tlb_misses', unit: 'count', of: 'process', meaning: 'touches that needed a walk of the page table' },
  { name: 'walk_refs', unit: 'count', of: 'process', meaning: 'page-table entries read from memory by those walks' },
  { name: 'pwc_hits', unit: 'count', of: 'process', meaning: 'walks shortened by a page-walk cache' },
  { name: 'page_faults', unit: 'count', of: 'process', meaning: 'faults served: minor_faults + major_faults' },
  { name: 'minor_faults', unit: 'count', of: 'process', meaning: 'faults served without I/O' },
  { name: 'major_faults', unit: 'count', of: 'process', meaning: 'faults that waited for the backing store' },
  { name: 'demand_zero_faults', unit: 'count', of: 'process', meaning: 'faults served with a page of zeroes' },
  { name: 'swap_in_faults', unit: 'count', of: 'process', meaning: 'faults served by reading a swap slot' },
  {
    name: 'segfaults',
    unit: 'count',
    of: 'process',
    meaning: 'touches outside the address space or not canonical: they fail',
  },
  {
    name: 'oom_failures',
    unit: 'count',
    of: 'process',
    meaning: 'touches that failed because no frame could be reclaimed: memory and swap were full',
  },
  {
    name: 'evictions',
    unit: 'count',
    of: 'process',
    meaning: 'pages this process caused to be taken from their frames',
  },
  { name: 'clean_evictions', unit: 'count', of: 'process', meaning: 'evictions that needed no write' },
  { name: 'dirty_evictions', unit: 'count', of: 'process', meaning: 'evictions that wrote the page back' },
  {
    name: 'clean_fallbacks',
    unit: 'count',
    of: 'process',
    meaning: 'evictions of a clean page instead of the chosen dirty one, because swap was full',
  },
  { name: 'swap_ins', unit: 'count', of: 'process', meaning: 'pages read from swap' },
  { name: 'swap_outs', unit: 'count', of: 'process', meaning: 'pages written to swap' },
  { name: 'swap_read_wait_ns', unit: 'ns', of: 'process', meaning: 'simulated time spent waiting for reads from swap' },
  {
    name: 'swap_write_wait_ns',
    unit: 'ns',
    of: 'process',
    meaning: 'simulated time spent waiting for room in the write-back queue',
  },
  { name: 'resident_pages', unit: 'count', of: 'process', meaning: 'pages in memory at the end' },
  { name: 'resident_peak', unit: 'count', of: 'process', meaning: 'most pages in memory at once' },
  { name: 'swapped_pages', unit: 'count', of: 'process', meaning: 'pages that are only in swap at the end' },
  {
    name: 'table_bytes',
    unit: 'bytes',
    of: 'process',
    meaning: 'page tables of the modelled machine; tables are kept until a process ends',
  },
  { name: 'table_nodes', unit: 'count', of: 'process', meaning: 'tables that those bytes are made of' },
  { name: 'context_switches', unit: 'count', of: 'machine', meaning: 'changes of the running process' },
  {
    name: 'tlb_invalidations',
    unit: 'count',
    of: 'machine',
    meaning: 'TLB entries dropped because their translation went away or lost a right',
  },
  { name: 'tlb_flushes', unit: 'count', of: 'machine', meaning: 'whole TLBs dropped on a context switch' },
  {
    name: 'policy_steps',
    unit: 'count',
    of: 'machine',
    meaning: 'frames that the policy looked at to find its victims',
  },
  { name: 'swap_slots_used', unit: 'count', of: 'machine', meaning: 'swap slots in use at the end' },
  { name: 'swap_slots_peak', unit: 'count', of: 'machine', meaning: 'most swap slots in use at once' },
  {
    name: 'verified_reads',
    unit: 'count',
    of: 'machine',
    meaning: 'reads compared with the flat oracle (with verify)',
  },
  {
    name: 'local_touches',
    unit: 'count',
    of: 'process',
    meaning:
      'touches of memory of the node that the process runs on; with one node nothing is counted as local or remote',
  },
  { name: 'remote_touches', unit: 'count', of: 'process', meaning: 'touches of memory of other nodes' },
  { name: 'local_ns', unit: 'ns', of: 'process', meaning: 'time of the data references of local touches' },
  { name: 'remote_ns', unit: 'ns', of: 'process', meaning: 'time of the data references of remote touches' },
  {
    name: 'hint_faults',
    unit: 'count',
    of: 'process',
    meaning: 'faults on pages protected to see which node uses them',
  },
  { name: 'migrations', unit: 'count', of: 'process', meaning: 'pages moved to the node that used them' },
  {
    name: 'migrations_failed',
    unit: 'count',
    of: 'process',
    meaning: 'pages that had no room on the node that used them',
  },
  { name: 'large_faults', unit: 'count', of: 'process', meaning: 'faults served with a large page' },
  {
    name: 'large_fallbacks',
    unit: 'count',
    of: 'process',
    meaning: 'faults served with a small page because no large one was free',
  },
  {
    name: 'promotions',
    unit: 'count',
    of: 'process',
    meaning: 'large pages made of small ones: collapses and full reservations',
  },
  { name: 'splits', unit: 'count', of: 'process', meaning: 'large pages split into small ones' },
  { name: 'reservations', unit: 'count', of: 'process', meaning: 'large blocks set aside for pages to come' },
  {
    name: 'reservations_broken',
    unit: 'count',
    of: 'process',
    meaning: 'reservations that gave their free frames back, for want of memory or with their pages',
  },
  { name: 'large_touches', unit: 'count', of: 'process', meaning: 'touches of large pages' },
  {
    name: 'shootdowns',
    unit: 'count',
    of: 'machine',
    meaning: 'rounds of invalidation in which other cpus had to be interrupted',
  },
  { name: 'ipis', unit: 'count', of: 'machine', meaning: 'cpus interrupted in those rounds' },
  {
    name: 'shootdown_pages',
    unit: 'count',
    of: 'machine',
    meaning: 'pages that those rounds were about, without whole address spaces',
  },
  {
    name: 'full_flushes',
    unit: 'count',
    of: 'machine',
    meaning: 'address spaces dropped whole: at an exit, or because a batch was above flush_ceiling',
  },
  {
    name: 'bloom_false_drops',
    unit: 'count',
    of: 'machine',
    meaning: 'TLB entries that only the Bloom filter took for named ones',
  },
  { name: 'shootdown_ns', unit: 'ns', of: 'machine', meaning: 'simulated time spent on invalidation' },
] as const satisfies readonly CounterRow[];

export type CounterName = (typeof COUNTERS)[number]['name'];

/** Counters of one TLB or page-walk cache, in the order of the block that the engine fills for it. */
export const CACHE_COUNTERS = [
  { name: 'hits', meaning: 'lookups that found a valid entry' },
  { name: 'misses', meaning: 'lookups that found none' },
  { name: 'fills', meaning: 'entries written' },
  { name: 'evictions', meaning: 'valid entries displaced by a fill' },
  { name: 'invalidations', meaning: 'valid entries dropped because their page went away' },
] as const;

export type CacheCounterName = (typeof CACHE_COUNTERS)[number]['name'];
