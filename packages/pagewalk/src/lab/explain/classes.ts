/**
 * Every page fault of a run in a class: cold, capacity or policy miss. A machine with OPT takes part in the run, step by step; what it
 * has in memory at a fault of the other is a policy miss.
 */
import { startCore } from '../../machine/create.ts';
import { nextUsesOf, refuseSmallPages } from '../../machine/run.ts';
import type { Pid, Vpn } from '../../machine/types.ts';
import { withNextUse } from '../../trace/next-use.ts';
import { RECORD_BYTES } from '../../trace/record.ts';
import { Lab, type LabOptions, machineFacts, withOpt } from './lab.ts';
import { PageColumn } from './page-column.ts';
import { Past } from './past.ts';
import { play } from './play.ts';
import { wordsOf } from './records.ts';
import type { FaultClass, MachineFacts } from './types.ts';

export interface ClassCounts {
  readonly page_faults: number;
  readonly cold: number;
  readonly capacity: number;
  readonly policy_miss: number;
}

export interface FaultClasses extends ClassCounts {
  readonly trace: string;
  readonly accesses: number;
  /** Faults of OPT on the same machine, and those of them where the other policy had a hit. */
  readonly opt_faults: number;
  readonly opt_only_faults: number;
  readonly processes: readonly ({ readonly pid: Pid } & ClassCounts)[];
  /** The pages with the most policy misses. */
  readonly pages: readonly ({ readonly pid: Pid; readonly page: Vpn } & ClassCounts)[];
  readonly machine: MachineFacts;
}

/** One fault of the run. */
export interface ClassifiedFault {
  readonly fault: number;
  readonly access: number;
  readonly pid: Pid;
  readonly page: Vpn;
  readonly class: FaultClass;
}

export interface ClassifyOptions extends LabOptions {
  /** Takes every fault in order. */
  readonly onFault?: (fault: ClassifiedFault) => void;
}

const MOST_PAGES = 10;

type Pending = {
  readonly id: number;
  readonly touch: number;
  readonly fault: number;
  readonly access: number;
  readonly cold: boolean;
};

/** @throws ConfigError, TraceError and MismatchError as a run does. */
export async function classify(options: ClassifyOptions): Promise<FaultClasses> {
  const lab = await Lab.of(options);
  const { config } = lab;
  const pageBytes = config.page_size;
  let pending: Pending[] = [];
  const optFaults = new Set<number>();
  const past = new Past(pageBytes, ({ faults, accesses, touches, lastTouch }, id) => {
    pending.push({ id, touch: touches, fault: faults, access: accesses, cold: lastTouch.get(id) === 0 });
  });
  const optPast = new Past(pageBytes, ({ touches }) => void optFaults.add(touches));
  const player = { core: await startCore(config, lab.module), past };
  const opt = { core: await startCore(withOpt(config), lab.module), past: optPast };
  const source = withNextUse(await lab.open(), Math.log2(pageBytes));
  const attendant = lab.attendant('running it beside opt', source);
  const tally = new Tally(past, options.onFault);
  let optOnly = 0;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      await attendant.look();
      refuseSmallPages(source, pageBytes);
      const words = wordsOf(chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      for (const each of [player, opt]) play(each, words, chunk.records, nextUsesOf(chunk));
      optOnly += optFaults.size;
      for (const fault of pending) {
        const both = optFaults.has(fault.touch);
        if (both) optOnly--;
        tally.count(fault, fault.cold ? 'cold' : both ? 'capacity' : 'policy_miss');
      }
      pending = [];
      optFaults.clear();
    }
  } finally {
    await source.close();
  }
  return {
    trace: source.name,
    accesses: past.accesses,
    ...tally.total(),
    opt_faults: optPast.faults,
    opt_only_faults: optOnly,
    processes: tally.processes(),
    pages: tally.pages(),
    machine: machineFacts(config),
  };
}

class Tally {
  private readonly past: Past;
  private readonly onFault: ClassifyOptions['onFault'];
  private readonly columns = { cold: new PageColumn(), capacity: new PageColumn(), policy_miss: new PageColumn() };

  constructor(past: Past, onFault: ClassifyOptions['onFault']) {
    this.past = past;
    this.onFault = onFault;
  }

  count({ id, fault, access }: Pending, kind: FaultClass): void {
    this.columns[kind].add(id);
    const { ids } = this.past;
    this.onFault?.({ fault, access, pid: ids.pidOf(id) as Pid, page: ids.pageOf(id) as Vpn, class: kind });
  }

  total(): ClassCounts {
    return this.sum(this.all());
  }

  processes(): FaultClasses['processes'] {
    const byPid = new Map<number, number[]>();
    for (const id of this.all()) {
      const pid = this.past.ids.pidOf(id);
      const list = byPid.get(pid);
      if (list) list.push(id);
      else byPid.set(pid, [id]);
    }
    return [...byPid].map(([pid, ids]) => ({ pid: pid as Pid, ...this.sum(ids) })).toSorted((a, b) => a.pid - b.pid);
  }

  pages(): FaultClasses['pages'] {
    const { policy_miss: misses } = this.columns;
    const worst = this.all().filter((id) => misses.get(id) > 0);
    worst.sort((a, b) => misses.get(b) - misses.get(a) || a - b);
    const { ids } = this.past;
    return worst.slice(0, MOST_PAGES).map((id) => ({
      pid: ids.pidOf(id) as Pid,
      page: ids.pageOf(id) as Vpn,
      ...this.sum([id]),
    }));
  }

  private all(): number[] {
    return Array.from({ length: this.past.ids.count }, (_, id) => id);
  }

  private sum(ids: readonly number[]): ClassCounts {
    const of = (kind: FaultClass): number => ids.reduce((sum, id) => sum + this.columns[kind].get(id), 0);
    const [cold, capacity, policyMiss] = [of('cold'), of('capacity'), of('policy_miss')];
    return { page_faults: cold + capacity + policyMiss, cold, capacity, policy_miss: policyMiss };
  }
}
