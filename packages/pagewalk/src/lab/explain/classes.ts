/**
 * Every page fault of a run in a class: cold, capacity, policy miss, or on a page that was present. A machine with OPT takes part in the run, step by step; what it
 * has in memory at a fault of the other is a policy miss.
 */
import { namedCounters } from '../../machine/counters.ts';
import { startCore } from '../../machine/create.ts';
import { countOperations } from '../../machine/operations/places.ts';
import { nextUsesOf } from '../../machine/run.ts';
import type { Pid, Vpn } from '../../machine/types.ts';
import { withNextUse } from '../../trace/next-use.ts';
import { RECORD_BYTES } from '../../trace/record.ts';
import { Lab, type LabOptions, machineFacts, withOpt } from './lab.ts';
import { PageColumn } from './page-column.ts';
import { Past } from './past.ts';
import { play, prepare } from './play.ts';
import { wordsOf } from './records.ts';
import type { FaultClass, MachineFacts } from './types.ts';

export interface ClassCounts {
  readonly page_faults: number;
  readonly cold: number;
  readonly capacity: number;
  readonly policy_miss: number;
  readonly present: number;
}

export interface FaultClasses extends ClassCounts {
  readonly trace: string;
  readonly accesses: number;
  /** Faults of OPT on the same machine, and those of them where the other policy had a hit. */
  readonly opt_faults: number;
  readonly opt_only_faults: number;
  /** Faults that operations served themselves, such as mlock; they are in no class. */
  readonly operation_faults: number;
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
  readonly kind: FaultClass | null;
};

/** @throws ConfigError, TraceError and MismatchError as a run does. */
export async function classify(options: ClassifyOptions): Promise<FaultClasses> {
  const lab = await Lab.of(options);
  const { config } = lab;
  const pageBytes = config.page_size;
  let pending: Pending[] = [];
  const optFaults = new Set<number>();
  const past = new Past(config, (run, { page, present }) => {
    const kind = present ? 'present' : run.isCold(page) ? 'cold' : null;
    pending.push({ id: page, touch: run.touches, fault: run.faults, access: run.accesses, kind });
  });
  const optPast = new Past(config, ({ touches }, { present }) => void (present || optFaults.add(touches)));
  const player = { core: await startCore(config, lab.module), past };
  const opt = { core: await startCore(withOpt(config), lab.module), past: optPast, role: ', with opt' };
  const source = withNextUse(await lab.open(), Math.log2(pageBytes));
  const attendant = lab.attendant('running it beside opt', source);
  const tally = new Tally(past, options.onFault);
  let optOnly = 0;
  let operations = 0;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      await attendant.look();
      for (const { core } of [player, opt]) prepare(core, source);
      const words = wordsOf(chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      for (const each of [player, opt]) play(each, words, chunk.records, { source, operations }, nextUsesOf(chunk));
      operations += countOperations(words, 0, chunk.records);
      optOnly += optFaults.size;
      for (const fault of pending) {
        const both = optFaults.has(fault.touch);
        if (both && fault.kind !== 'present') optOnly--;
        tally.count(fault, fault.kind ?? (both ? 'capacity' : 'policy_miss'));
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
    operation_faults: namedCounters(player.core.counters()).page_faults - past.faults,
    processes: tally.processes(),
    pages: tally.pages(),
    machine: machineFacts(config),
  };
}

class Tally {
  private readonly past: Past;
  private readonly onFault: ClassifyOptions['onFault'];
  private readonly columns = {
    cold: new PageColumn(),
    capacity: new PageColumn(),
    policy_miss: new PageColumn(),
    present: new PageColumn(),
  };

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
    const counts = {
      cold: of('cold'),
      capacity: of('capacity'),
      policy_miss: of('policy_miss'),
      present: of('present'),
    };
    return { page_faults: Object.values(counts).reduce((sum, count) => sum + count), ...counts };
  }
}
