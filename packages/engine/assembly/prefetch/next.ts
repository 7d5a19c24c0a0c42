import { Column, column, columnOfNone } from '../ds/column';
import { Asid, NONE64, Vpn } from '../types';
import { ADVICE_RANDOM, ADVICE_SEQUENTIAL, Demand, PrefetchContext, Prefetcher } from './prefetcher';

/**
 * Next pages: when the last `trigger` faults of a process were in sequence, the `distance` pages behind the one that faults. A fault is in
 * sequence when it is behind the last one and no further than one page past what was prefetched for it, so a stream that only faults once
 * per batch still counts. With trigger = 1 every fault prefetches; sequential advice does the same.
 * Smith 1978, Sequential program prefetching in memory hierarchies, doi 10.1109/C-M.1978.218016.
 */
export class Next extends Prefetcher {
  private distance: u64;
  private trigger: u32;
  /** Per process: the last page that faulted, the last page prefetched for it (itself if none), and faults in sequence. */
  private last: Column<u64>;
  private reached: Column<u64>;
  private run: Column<u32>;

  constructor(context: PrefetchContext) {
    super(<u32>context.params.get(0));
    this.distance = context.params.get(0);
    this.trigger = <u32>context.params.get(1);
    this.last = columnOfNone<u64>(context.processes);
    this.reached = columnOfNone<u64>(context.processes);
    this.run = column<u32>(context.processes);
  }

  onFault(demand: Demand): void {
    const process = demand.process;
    const page = demand.page;
    const run = this.follows(process, page) ? this.run.get(process) : 0;
    if (run < this.trigger) this.run.set(process, run + 1);
    this.last.set(process, page);
    this.reached.set(process, page);
    const sequential = demand.advice == ADVICE_SEQUENTIAL || this.run.get(process) >= this.trigger;
    if (!sequential || demand.advice == ADVICE_RANDOM) return;
    for (let i: u64 = 1; i <= this.distance; i++) this.want(page + i);
    this.reached.set(process, page + this.distance);
  }

  private follows(process: Asid, page: Vpn): bool {
    const last = this.last.get(process);
    return last != NONE64 && page > last && page <= this.reached.get(process) + 1;
  }
}
