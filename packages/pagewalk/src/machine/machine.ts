/**
 * A virtual memory machine: TLBs, page table, frames, swap and a replacement policy, driven one access at a time or by a whole trace. Equal
 * configurations and traces give equal counters on every host.
 */
import type { OperationName } from '@pagewalk/engine/catalog';
import type { ObjectNames } from '../trace/operations/names.ts';
import { OperatingSystem } from '../trace/operations/operating-system.ts';
import { packOperation } from '../trace/operations/operation.ts';
import { packRecords, RECORD_BYTES } from '../trace/record.ts';
import type { TraceSource } from '../trace/source.ts';
import { type CacheReport, pwcEntries, pwcReports, type TlbReport, tlbEntries, tlbReports } from './caches.ts';
import { parseConfig } from './config/parse.ts';
import { needsFuture } from './config/policy.ts';
import type { ConfigInput, MachineConfig } from './config/schema.ts';
import { type Core, Refused } from './core.ts';
import { type Counters, namedCounters, type ProcessCounters, processCounters } from './counters.ts';
import { startCore } from './create.ts';
import { MachineError } from './errors.ts';
import { History, type HistoryLimits } from './history.ts';
import { defaultModule } from './module.ts';
import { observe } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { type Ratios, ratiosOf } from './ratios.ts';
import { type RunOptions, type RunSummary, runTrace } from './run.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';
import {
  type MemoryUse,
  memoryUses,
  type NodeEntry,
  nodeEntries,
  type ObjectEntry,
  objectEntries,
  type RegionEntry,
  regionsOf,
} from './space-views.ts';
import { Stepper } from './stepper.ts';
import { type TableStats, tableStats } from './table-stats.ts';
import { type Time, timeOf } from './time.ts';
import { NONE, type Op, type Pid } from './types.ts';
import {
  type CacheEntry,
  type FrameColumns,
  frameColumns,
  type PageEntry,
  type PolicyState,
  pageTable,
  policyState,
} from './views.ts';
import { findViolation, type Violation } from './violation.ts';

export interface MachineOptions {
  /** The compiled engine.wasm; by default the one of `pagewalk/node` or `pagewalk/browser`. */
  readonly module?: WebAssembly.Module;
  /** How much `stepBack` may remember. */
  readonly history?: HistoryLimits;
}

export class Machine extends OperatingSystem {
  readonly config: MachineConfig;
  private readonly core: Core;
  private readonly history: History;
  private stepper: Stepper | null = null;
  private running = false;

  private constructor(core: Core, history: History) {
    super();
    this.core = core;
    this.config = core.config;
    this.history = history;
  }

  /** @throws ConfigError naming everything that is wrong with the configuration. */
  static async create(config: ConfigInput = {}, options: MachineOptions = {}): Promise<Machine> {
    const normal = parseConfig(config);
    const core = await startCore(normal, options.module ?? (await defaultModule()));
    return new Machine(core, new History(core, options.history));
  }

  /**
   * One access of `size` bytes, and what it did.
   *
   * @throws RangeError if an argument is out of range; MachineError if the policy must know the accesses to come, such as opt.
   */
  access(pid: number, op: Op, address: bigint | number, size = 1): Outcome {
    const { id } = this.config.policy;
    if (needsFuture(this.config.policy))
      throw new MachineError(`${id} must know the future: give it a whole trace with run`);
    if (typeof address === 'number' && !Number.isSafeInteger(address)) {
      throw new RangeError(`address ${address}: expected a whole number, above 2^53 a bigint`);
    }
    this.expectIdle();
    this.history.clear();
    this.core.load(packRecords([{ pid, op, address: BigInt(address), extent: size }]));
    return observe(this.core);
  }

  get objectNames(): ObjectNames {
    return this.core.objects;
  }

  protected operate(pid: number, operation: OperationName, words: readonly bigint[]): void {
    this.expectIdle();
    const records = packOperation({ pid, operation, words });
    this.history.clear();
    this.core.load(records);
    try {
      this.core.execute(0, records.length / RECORD_BYTES);
    } catch (thrown) {
      throw thrown instanceof Refused ? thrown.error : thrown;
    }
  }

  /**
   * Runs a trace to its end, or as far as the options say, and closes it.
   *
   * @throws TraceError at bad input; OperationError at an operation that the machine refuses, with its place; MachineError if machine and
   * trace do not fit each other; BrokenMachineError if `verify` or `check` finds
   * the machine itself wrong.
   */
  async run(trace: TraceSource, options: RunOptions = {}): Promise<RunSummary> {
    this.expectIdle();
    this.history.clear();
    this.running = true;
    try {
      return await runTrace(this.core, trace, options);
    } finally {
      this.running = false;
    }
  }

  /** Makes a trace the one that `step` takes records from; `detach` or its end closes it. */
  attach(trace: TraceSource): void {
    if (this.stepper) throw new MachineError('a trace is attached already: detach it first');
    this.history.clear();
    this.stepper = new Stepper(this.core, this.history, trace);
  }

  /** Closes the attached trace, if any. */
  async detach(): Promise<void> {
    const { stepper } = this;
    this.stepper = null;
    await stepper?.close();
  }

  /** The next record of the attached trace, and what it did; null at the end of the trace. */
  async step(): Promise<Outcome | null> {
    this.expectIdle();
    if (!this.stepper) throw new MachineError('no trace to step through: attach one');
    return this.stepper.step();
  }

  /** Undoes the last record that was stepped through; false if there is none, or it is too long ago to be remembered. */
  stepBack(): boolean {
    this.expectIdle();
    return this.history.back();
  }

  /** Records stepped through and not undone, since the trace was attached or the machine last went another way. */
  get position(): number {
    return this.history.position;
  }

  /** Of the whole machine. */
  get counters(): Counters {
    return namedCounters(this.core.counters());
  }

  /** The same as u64, in the order of the catalog: exact above 2^53 too. */
  get exactCounters(): BigUint64Array {
    return this.core.counters().slice();
  }

  /** Of each process, in the order of their first access. */
  get processes(): ProcessCounters[] {
    const { exports } = this.core.engine;
    return Array.from({ length: exports.processes() }, (_, process) =>
      processCounters(exports.pidOf(process) as Pid, this.core.counters(process)),
    );
  }

  get tlbs(): TlbReport[] {
    return tlbReports(this.core);
  }

  /** Page-walk caches, from the root level down. */
  get pwcs(): CacheReport[] {
    return pwcReports(this.core);
  }

  /** What a page table that is searched knows of its searches; null for radix. */
  get tableStats(): TableStats | null {
    return tableStats(this.core.engine);
  }

  get ratios(): Ratios {
    return ratiosOf(this.counters);
  }

  get time(): Time {
    return timeOf(this.core);
  }

  /** The frame table as it is now, copied. */
  get frames(): FrameColumns {
    return frameColumns(this.core.engine, this.config);
  }

  /** The valid entries of a TLB of a cpu: `tlb`, or `itlb` and `dtlb`, `stlb` and `ltlb`. */
  tlbEntries(name: string, cpu = 0): CacheEntry[] {
    return tlbEntries(this.core, name, cpu);
  }

  /** The valid entries of the page-walk cache of a table level, 0 for the root; their `page` is what is left of it above that level. */
  pwcEntries(level: number, cpu = 0): CacheEntry[] {
    return pwcEntries(this.core, level, cpu);
  }

  /** Every page of a process that is in memory or in swap, by ascending page number. Do not run the machine meanwhile. */
  pageTable(pid: number): Generator<PageEntry> {
    return pageTable(this.core.engine, this.config, this.processOf(pid));
  }

  /** What a process has mapped by operations, by address; without any it has one implicit region, which is not told. */
  regions(pid: number): RegionEntry[] {
    return regionsOf(this.core.engine, this.processOf(pid), this.objectNames);
  }

  /** The resident, proportional and unique set of a process. */
  memory(pid: number): MemoryUse {
    return this.memoryUses[this.processOf(pid)] as MemoryUse;
  }

  /** The same of all processes, in the order of their first access. */
  get memoryUses(): MemoryUse[] {
    return memoryUses(this.core.engine);
  }

  /** Memory nodes; one without NUMA. */
  nodes(): NodeEntry[] {
    return nodeEntries(this.core.engine, this.config.nodes);
  }

  /** Files and shared memory objects that have a name. */
  objects(): ObjectEntry[] {
    return objectEntries(this.core.engine, this.objectNames);
  }

  get policyState(): PolicyState {
    return policyState(this.core.engine);
  }

  snapshot(): Snapshot {
    return { ...takeSnapshot(this.core.engine, this.config), objects: [...this.objectNames] };
  }

  /** @throws MachineError if the snapshot is of another configuration, or of a machine that has other objects than this one. */
  restore(snapshot: Snapshot): void {
    this.expectIdle();
    snapshot.objects?.forEach((name, number) => {
      if (this.objectNames.number(name) === number) return;
      throw new MachineError(`object ${name} of the snapshot is another one here: restore it into a new machine`);
    });
    this.history.clear();
    restoreSnapshot(this.core.engine, this.config, snapshot);
  }

  /** The first invariant that does not hold, or null. Looks at all state: slow. */
  check(): Violation | null {
    return findViolation(this.core);
  }

  private processOf(pid: number): number {
    const process = this.core.engine.exports.slotOf(pid) >>> 0;
    if (process === NONE) throw new RangeError(`no process ${pid}`);
    return process;
  }

  private expectIdle(): void {
    if (this.running) throw new MachineError('a run of this machine is under way: await it first');
  }
}
