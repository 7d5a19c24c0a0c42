/** pagewalk: a virtual memory machine, the same on every host. `pagewalk/node` and `pagewalk/browser` bring the engine along. */

export {
  ADVICE,
  COUNTERS,
  EVENTS,
  FAULTS,
  MEMORY_MODES,
  OPERATIONS,
  POLICIES,
  PREFETCHERS,
  TLB_POLICIES,
} from '@pagewalk/engine/catalog';
export * from './lab/compare/index.ts';
export * from './lab/explain/index.ts';
export * from './lab/inspect/index.ts';
export * from './lab/prefetch/index.ts';
export * from './lab/tables/index.ts';
export type { Progress } from './machine/attended.ts';
export type { CacheReport, TlbName, TlbReport } from './machine/caches.ts';
export { amend, CONFIG_FLAGS, type ConfigFlag, valueOfFlag } from './machine/config/flags.ts';
export { nearest } from './machine/config/nearest.ts';
export { parseConfig } from './machine/config/parse.ts';
export { policyText } from './machine/config/policy.ts';
export { ConfigError, type ConfigProblem, problemText } from './machine/config/problem.ts';
export { bytesText, parseBytes } from './machine/config/quantity.ts';
export { type ConfigInput, configJsonSchema, configSchema, type MachineConfig } from './machine/config/schema.ts';
export { type TlbShape, tlbText } from './machine/config/tlb.ts';
export type { CacheCounters, Counters, ProcessCounters } from './machine/counters.ts';
export { BrokenMachineError, MachineError, MismatchError } from './machine/errors.ts';
export { decodeEvents, type EventDetail, type FaultName, type MachineEvent } from './machine/events.ts';
export type { Intervals } from './machine/intervals.ts';
export { Machine, type MachineOptions } from './machine/machine.ts';
export { setEngineModule } from './machine/module.ts';
export { OperationError, type OperationFailure } from './machine/operations/error.ts';
export type { Eviction, Outcome, TouchOutcome, WalkStep } from './machine/outcome.ts';
export type { Ratios } from './machine/ratios.ts';
export { CSV_HEADER, csvRow } from './machine/result/csv.ts';
export { type Host, type ResultFacts, resultOf } from './machine/result/result.ts';
export { type RunResult, resultJsonSchema, resultSchema } from './machine/result/schema.ts';
export type { RunOptions, RunSummary } from './machine/run.ts';
export type { Snapshot } from './machine/snapshot.ts';
export type { MemoryUse, NodeEntry, ObjectEntry, RegionEntry } from './machine/space-views.ts';
export type { TableStats } from './machine/table-stats.ts';
export type { Time, TimeParts } from './machine/time.ts';
export { NONE, type Pfn, type Pid, type Slot, type Vpn } from './machine/types.ts';
export { VERSION } from './machine/version.ts';
export type { CacheEntry, FrameColumns, PageEntry, PolicyState } from './machine/views.ts';
export { type Violation, violationText } from './machine/violation.ts';
export * from './policy/index.ts';
export * from './trace/index.ts';
