/** The same trace through the same machine with every design of page table: what each costs. They may not differ in what they translate. */
import type { CounterName } from '@pagewalk/engine/catalog';
import type { ConfigInput } from '../../machine/config/schema.ts';
import type { PtType } from '../../machine/config/table-type.ts';
import { Machine } from '../../machine/machine.ts';
import type { TableStats } from '../../machine/table-stats.ts';
import type { TraceSource } from '../../trace/source.ts';
import { type LeftOut, type TableMachine, tableMachines } from './machines.ts';

export interface CompareTablesOptions {
  /** Opens the trace from its beginning; called once for each design. */
  readonly open: () => Promise<TraceSource> | TraceSource;
  readonly config?: ConfigInput;
  /** The compiled engine.wasm; by default the one of `pagewalk/node` or `pagewalk/browser`. */
  readonly module?: WebAssembly.Module;
  readonly maxAccesses?: number | undefined;
  /** Check every invariant after each chunk: slow. */
  readonly check?: boolean | undefined;
  readonly onProgress?: ((progress: { what: string; position: number; size: number | null }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TableRun {
  readonly table: PtType;
  /** What the hardware walks, at the end of the run and at its largest. */
  readonly table_bytes: number;
  readonly table_bytes_peak: number;
  /** The operating system's own map beside a table that is not radix. */
  readonly map_bytes: number;
  readonly walks: number;
  readonly walk_refs: number;
  readonly refs_per_walk: number;
  /** Mean, without the faults that walks run into. */
  readonly walk_ns: number;
  /** Walks that did not find a mapping that an inverted table had displaced; each costs the time of a fault. */
  readonly refills: number;
  readonly total_ns: number;
  /** Null for radix: nothing is searched there. */
  readonly search: TableStats | null;
  /** The counters that must be the same for all designs. */
  readonly outcome: Readonly<Record<(typeof OUTCOME)[number], number>>;
}

export interface TableComparison {
  readonly trace: string;
  readonly accesses: number;
  readonly runs: readonly TableRun[];
  readonly left_out: readonly LeftOut[];
  /** Empty, or where the designs translate differently: an error of the machine. */
  readonly differences: readonly string[];
}

/** The faults by kind, and what became of the pages. */
const OUTCOME = [
  'page_faults',
  'minor_faults',
  'major_faults',
  'demand_zero_faults',
  'zero_page_faults',
  'swap_in_faults',
  'map_faults',
  'file_read_faults',
  'cow_faults',
  'write_notify_faults',
  'hint_faults',
  'segfaults',
  'region_segfaults',
  'protection_failures',
  'bus_errors',
  'oom_failures',
  'tlb_misses',
  'evictions',
  'swap_ins',
  'swap_outs',
  'resident_pages',
] as const satisfies readonly CounterName[];

/**
 * @throws ConfigError, TraceError, MachineError, and `signal.reason`.
 */
export async function compareTables(options: CompareTablesOptions): Promise<TableComparison> {
  const { machines, leftOut } = tableMachines(options.config ?? {});
  const runs: TableRun[] = [];
  let facts = { trace: '', accesses: 0 };
  for (const each of machines) {
    const source = await options.open();
    const { run, accesses } = await runOn(each, source, options);
    facts = { trace: source.name, accesses };
    runs.push(run);
  }
  return { ...facts, runs, left_out: leftOut, differences: differencesOf(runs) };
}

async function runOn(
  { table, config }: TableMachine,
  source: TraceSource,
  { module, maxAccesses, check, onProgress, signal }: CompareTablesOptions,
): Promise<{ run: TableRun; accesses: number }> {
  const machine = await Machine.create(config, module === undefined ? {} : { module });
  const { accesses } = await machine.run(source, {
    maxAccesses,
    check,
    signal,
    onProgress: onProgress && (({ position, size }) => onProgress({ what: table, position, size })),
  });
  const { counters, time, tableStats: search } = machine;
  const walks = counters.tlb_misses;
  const per = walks === 0 ? 0 : 1 / walks;
  const run = {
    table,
    table_bytes: search?.bytes ?? counters.table_bytes,
    table_bytes_peak: search?.bytes_peak ?? counters.table_bytes_peak,
    map_bytes: search ? counters.table_bytes : 0,
    walks,
    walk_refs: counters.walk_refs,
    refs_per_walk: counters.walk_refs * per,
    walk_ns: time.parts.walk_ns * per,
    refills: counters.table_refills,
    total_ns: time.total_ns,
    search,
    outcome: Object.fromEntries(OUTCOME.map((name) => [name, counters[name]])) as TableRun['outcome'],
  };
  return { run, accesses };
}

/** Where runs do not agree with the first. */
export function differencesOf(runs: readonly Pick<TableRun, 'table' | 'outcome'>[]): string[] {
  const [first, ...others] = runs;
  if (!first) return [];
  return others.flatMap(({ table, outcome }) =>
    OUTCOME.filter((name) => outcome[name] !== first.outcome[name]).map(
      (name) => `${name}: ${outcome[name]} with ${table}, ${first.outcome[name]} with ${first.table}`,
    ),
  );
}
