/** Puts together what a run gave: counters, ratios and time of the machine, facts of the trace, and the host it ran on. */
import type { Machine } from '../machine.ts';
import type { RunSummary } from '../run.ts';
import { VERSION } from '../version.ts';
import { RESULT_SCHEMA, type RunResult } from './schema.ts';

/** The only part of a result that may differ between two runs of the same trace. */
export type Host = RunResult['host'];

export interface ResultFacts {
  readonly configName?: string | null;
  readonly traceName: string;
  /** Of engine.wasm. */
  readonly engineSha256: string | null;
  readonly host: Host;
}

export function resultOf(machine: Machine, summary: RunSummary, facts: ResultFacts): RunResult {
  const uses = machine.memoryUses;
  return {
    schema: RESULT_SCHEMA,
    engine: { version: VERSION, sha256: facts.engineSha256 },
    config_name: facts.configName ?? null,
    config: machine.config,
    trace: traceOf(summary, facts.traceName),
    counters: machine.counters,
    tlbs: machine.tlbs,
    pwcs: machine.pwcs,
    ratios: machine.ratios,
    time: machine.time,
    processes: machine.processes.map((counters, process) => ({
      ...counters,
      ...uses[process],
    })) as RunResult['processes'],
    intervals: summary.intervals as RunResult['intervals'],
    host: facts.host,
  };
}

/** What was read beyond an early end depends on how the input arrived, so it is left out then. */
function traceOf(summary: RunSummary, name: string): RunResult['trace'] {
  const { trace, ended } = summary;
  const whole = ended === 'end_of_trace';
  return {
    name,
    format: trace.format,
    accesses: summary.accesses,
    touches: summary.touches,
    pages: summary.pages,
    records: summary.records,
    operations: summary.operations,
    skipped: whole ? trace.skipped : null,
    first_skipped: whole ? trace.firstSkipped : null,
    folded_page: trace.foldedPage,
    compression: trace.compression,
    bytes: whole ? trace.bytes : null,
    sha256: whole ? trace.sha256 : null,
    truncated_tail: whole ? trace.truncatedTail : null,
    settings: trace.settings,
    left_out: whole ? trace.leftOut : null,
    facts: whole ? trace.facts : {},
    notes: [...trace.notes],
    ended,
  };
}
