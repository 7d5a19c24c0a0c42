/**
 * Where the simulated time went. Every touch pays a first-level TLB lookup and a data reference; second-level lookups, walks, faults
 * copies, invalidations and waits for devices come on top. The parts add up to the total, which is the machine's clock.
 */
import { tlbReports } from './caches.ts';
import type { Core } from './core.ts';
import { type Counters, namedCounters } from './counters.ts';

export interface TimeParts {
  readonly tlb_lookup_ns: number;
  readonly stlb_lookup_ns: number;
  readonly data_ns: number;
  readonly walk_ns: number;
  readonly fault_ns: number;
  readonly zero_ns: number;
  readonly swap_read_wait_ns: number;
  readonly swap_write_wait_ns: number;
  readonly file_read_wait_ns: number;
  readonly file_write_wait_ns: number;
  readonly prefetch_wait_ns: number;
  readonly copy_ns: number;
  readonly shootdown_ns: number;
}

export interface Time {
  readonly total_ns: number;
  /** Effective access time: total over accesses, with walks, faults and I/O. */
  readonly eat_ns: number;
  /** The C simulator's average access time: tlb_ns + TLB misses per access × memory_ns + faults per access × base_fault_us. */
  readonly amt_base_ns: number;
  readonly parts: TimeParts;
}

export function timeOf(core: Core): Time {
  const { config } = core;
  const counters = namedCounters(core.counters());
  const stlb = tlbReports(core).find(({ name }) => name === 'stlb');
  const stlbLookups = stlb ? stlb.hits + stlb.misses : 0;
  const total = Number(core.clock().ns);
  const { accesses, touches } = counters;
  const per = accesses > 0 ? 1 / accesses : 0;
  return {
    total_ns: total,
    eat_ns: total * per,
    amt_base_ns:
      config.tlb_ns +
      counters.tlb_misses * per * config.memory_ns +
      counters.page_faults * per * config.base_fault_us * 1000,
    parts: {
      tlb_lookup_ns: touches * config.tlb_ns,
      stlb_lookup_ns: stlbLookups * config.stlb_ns,
      data_ns: touches * config.memory_ns + byNode(counters, config.memory_ns),
      walk_ns: counters.walk_refs * config.memory_ns,
      // A mapping that the hardware's table has lost is put back by a fault that counts as none.
      fault_ns: (counters.page_faults + counters.table_refills) * config.fault_ns,
      zero_ns: counters.demand_zero_faults * config.zero_ns,
      swap_read_wait_ns: counters.swap_read_wait_ns,
      swap_write_wait_ns: counters.swap_write_wait_ns,
      file_read_wait_ns: counters.file_read_wait_ns,
      file_write_wait_ns: counters.file_write_wait_ns,
      prefetch_wait_ns: counters.prefetch_wait_ns,
      copy_ns: counters.copy_ns,
      shootdown_ns: counters.shootdown_ns,
    },
  };
}

/** What the references to data took beyond `memory_ns` each, because of the nodes that they went to; 0 with one node. */
function byNode({ local_touches, remote_touches, local_ns, remote_ns }: Counters, memory_ns: number): number {
  return local_ns + remote_ns - (local_touches + remote_touches) * memory_ns;
}
