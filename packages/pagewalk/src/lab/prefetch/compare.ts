/**
 * The same trace through the same machine with every prefetcher and with none. The run without is the shadow: its demand faults tell which of
 * the others' are the prefetcher's own doing, because what it brought has displaced the page (pollution), and its time what was saved.
 */
import { PREFETCHERS, type PrefetcherId } from '@pagewalk/engine/catalog';
import { choiceText } from '../../machine/config/choice.ts';
import { parseConfig } from '../../machine/config/parse.ts';
import type { PrefetchChoice } from '../../machine/config/policy.ts';
import type { ConfigInput, MachineConfig } from '../../machine/config/schema.ts';
import { Machine } from '../../machine/machine.ts';
import type { TraceSource } from '../../trace/source.ts';
import { DemandFaults, demandFaults } from './demand-faults.ts';
import { type PrefetchRatios, prefetchRatios } from './ratios.ts';
import type { TouchSet } from './touch-set.ts';

export interface ComparePrefetchersOptions {
  /** Opens the trace from its beginning; called once for each prefetcher, and once for none. */
  readonly open: () => Promise<TraceSource> | TraceSource;
  /** The parameters of its own prefetcher are taken for that one, the others have their defaults. */
  readonly config?: ConfigInput;
  /** The compiled engine.wasm; by default the one of `pagewalk/node` or `pagewalk/browser`. */
  readonly module?: WebAssembly.Module;
  readonly maxAccesses?: number | undefined;
  /** Check every invariant after each chunk: slow. */
  readonly check?: boolean | undefined;
  /** Leave pollution out, which needs the events of every run: several times faster. */
  readonly withoutPollution?: boolean | undefined;
  readonly onProgress?: ((progress: { what: string; position: number; size: number | null }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PrefetchRun extends PrefetchRatios {
  readonly prefetcher: PrefetcherId | 'none';
  /** With its parameters. */
  readonly text: string;
  readonly page_faults: number;
  readonly major_faults: number;
  /** Faults that had to make a page or read it. */
  readonly demand_faults: number;
  readonly issued: number;
  readonly useful: number;
  readonly late: number;
  readonly useless: number;
  /** In memory at the end, untouched. */
  readonly resident: number;
  readonly dropped: number;
  /** Demand faults at touches that are none without prefetching. */
  readonly pollution: number | null;
  readonly wait_ns: number;
  readonly total_ns: number;
  /** Against the run without prefetching; negative: it has cost time. */
  readonly saved_ns: number;
}

export interface PrefetchComparison {
  readonly trace: string;
  readonly accesses: number;
  /** Without prefetching first, then in the order of the catalog. */
  readonly runs: readonly PrefetchRun[];
}

/**
 * @throws ConfigError, TraceError, MachineError, and `signal.reason`.
 */
export async function comparePrefetchers(options: ComparePrefetchersOptions): Promise<PrefetchComparison> {
  const config = parseConfig(options.config ?? {});
  const choices = ['none', ...PREFETCHERS.map(({ id }) => id)].map((id) =>
    config.prefetch.id === id ? config.prefetch : parseConfig({ prefetch: id }).prefetch,
  );
  const runs: PrefetchRun[] = [];
  let facts = { trace: '', accesses: 0 };
  let shadow: { readonly demands: TouchSet; readonly ns: number } | undefined;
  for (const choice of choices) {
    const source = await options.open();
    const { machine, accesses, demands } = await runWith({ ...config, prefetch: choice }, source, options);
    shadow ??= { demands, ns: machine.time.total_ns };
    facts = { trace: source.name, accesses };
    const pollution = options.withoutPollution === true ? null : demands.countWithout(shadow.demands);
    runs.push(report(machine, choice, pollution, shadow.ns));
  }
  return { ...facts, runs };
}

async function runWith(
  config: MachineConfig,
  source: TraceSource,
  { module, maxAccesses, check, withoutPollution, onProgress, signal }: ComparePrefetchersOptions,
): Promise<{ machine: Machine; accesses: number; demands: TouchSet }> {
  const machine = await Machine.create(config, module === undefined ? {} : { module });
  const faults = new DemandFaults();
  const { accesses } = await machine.run(source, {
    maxAccesses,
    check,
    signal,
    onEvents: withoutPollution === true ? undefined : (records) => faults.add(records),
    onProgress: onProgress && (({ position, size }) => onProgress({ what: config.prefetch.id, position, size })),
  });
  return { machine, accesses, demands: faults.touches };
}

function report(machine: Machine, choice: PrefetchChoice, pollution: number | null, shadowNs: number): PrefetchRun {
  const { counters, time } = machine;
  return {
    prefetcher: choice.id,
    text: choiceText(choice),
    page_faults: counters.page_faults,
    major_faults: counters.major_faults,
    demand_faults: demandFaults(counters),
    issued: counters.prefetch_issued,
    useful: counters.prefetch_useful,
    late: counters.prefetch_late,
    useless: counters.prefetch_useless,
    resident: counters.prefetch_resident,
    dropped: counters.prefetch_dropped,
    pollution,
    wait_ns: counters.prefetch_wait_ns,
    ...prefetchRatios(counters),
    total_ns: time.total_ns,
    saved_ns: shadowNs - time.total_ns,
  };
}
