/**
 * Runs a trace to its end, chunk by chunk: one call into the engine for 8 192 records. Everything else here happens at chunk borders
 * or at places computed before: intervals, events, progress, counting pages.
 */

import { type NextUseChunk, withNextUse } from '../trace/next-use.ts';
import { recordWords } from '../trace/record.ts';
import { plainPieces } from '../trace/run-groups.ts';
import type { Chunk, TraceInfo, TraceSource } from '../trace/source.ts';
import { accessOfTouch } from '../trace/touches.ts';
import { Attendant, attended, type Progress } from './attended.ts';
import { needsFuture, type PolicyChoice } from './config/policy.ts';
import { bytesText } from './config/quantity.ts';
import { type Core, Refused } from './core.ts';
import { namedCounters } from './counters.ts';
import { MismatchError } from './errors.ts';
import { IntervalRecorder, type Intervals, type Sample } from './intervals.ts';
import { limited, reach } from './limit.ts';
import { countOperations } from './operations/places.ts';
import { PolicyError } from './own/policy-error.ts';
import { PageCount } from './page-count.ts';
import { assertInvariants } from './violation.ts';

export interface RunOptions {
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress & { readonly accesses: number }) => void) | undefined;
  /** Accesses between two rows of the time series. */
  readonly interval?: number | undefined;
  /** Ends the run early by throwing `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Stops after exactly this many accesses, inside a folded record too. */
  readonly maxAccesses?: number | undefined;
  /** Takes the event records of the run (decodeEvents); they are valid until the promise it returns is settled. */
  readonly onEvents?: ((records: Uint8Array) => void | Promise<void>) | undefined;
  /** Check every invariant after each chunk and interval: slow. */
  readonly check?: boolean | undefined;
}

export interface RunSummary {
  readonly accesses: number;
  readonly touches: number;
  readonly records: number;
  /** fork, mmap and so on, which are no accesses. */
  readonly operations: number;
  /** Distinct pages that valid touches of the run were on; null if counting them took too much memory. */
  readonly pages: number | null;
  readonly ended: 'end_of_trace' | 'max_accesses';
  readonly trace: TraceInfo;
  readonly intervals: Intervals | null;
}

/** The trace is closed in any case. */
export async function runTrace(core: Core, trace: TraceSource, options: RunOptions): Promise<RunSummary> {
  expectCount('interval', options.interval);
  expectCount('maxAccesses', options.maxAccesses);
  if (takesRuns(core, options)) trace.wantRuns?.();
  const run = new Run(core, options);
  const attendant = new Attendant(() => {
    options.onProgress?.({ accesses: run.accesses, position: source.position(), size: source.sizeHint });
  }, options.signal);
  const part = limited(attended(trace, attendant), options.maxAccesses ?? Number.POSITIVE_INFINITY);
  const source = foreseen(part, core.config.policy, core.config.page_size);
  core.beginFuture();
  if (options.onEvents) core.setEvents(true);
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      refuseSmallPages(source, core.config.page_size);
      await run.chunk(chunk, source);
      await attendant.look();
    }
    return { ...run.finish(), ended: part.reached ? 'max_accesses' : 'end_of_trace', trace: source.info() };
  } finally {
    core.setEvents(false);
    await source.close();
  }
}

/** Whether runs come to something: what is done touch by touch would only write them out. */
function takesRuns({ config }: Core, { onEvents, check }: RunOptions): boolean {
  return !onEvents && check !== true && !config.verify && !needsFuture(config.policy);
}

function expectCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw new RangeError(`${name} ${value}: expected a whole number of at least 1`);
}

/** For policies that need the future the trace with the next use of each touch, for others as it is. */
export function foreseen(source: TraceSource, policy: PolicyChoice, pageSize: number): TraceSource {
  return needsFuture(policy) ? withNextUse(source, Math.log2(pageSize)) : source;
}

/** The next uses that come with a chunk for OPT, as bytes. */
export function nextUsesOf(chunk: Chunk): Uint8Array | undefined {
  const { nextUses } = chunk as Partial<NextUseChunk>;
  return nextUses && new Uint8Array(nextUses.buffer, nextUses.byteOffset, nextUses.byteLength);
}

/** @throws MismatchError if a folded trace does not say where inside its pages the accesses are, and the machine's are smaller. */
export function refuseSmallPages(source: TraceSource, pageSize: number): void {
  const fold = source.foldedPage;
  if (fold === null || fold <= pageSize) return;
  throw new MismatchError(
    `${source.name} was folded with pages of ${bytesText(fold)} and does not say where inside them its accesses are; ` +
      `page_size ${bytesText(pageSize)} is too small: give ${bytesText(fold)} or a larger power of two`,
  );
}

const hasOperations = (source: TraceSource): boolean => (source.operations?.count ?? 0) > 0;

/** Whether each record so far is one access. */
const isEven = (source: TraceSource): boolean => source.foldedPage === null && !hasOperations(source);

class Run {
  accesses = 0;
  private records = 0;
  private operations = 0;
  /** Of the chunk that runs. */
  private before = { accesses: 0, touches: 0 };
  private readonly startTouches: number;
  private readonly core: Core;
  private readonly options: RunOptions;
  private readonly pages: PageCount;
  private readonly recorder: IntervalRecorder | null;

  constructor(core: Core, options: RunOptions) {
    this.core = core;
    this.options = options;
    this.startTouches = core.clock().touches;
    this.pages = new PageCount(core);
    this.recorder = options.interval === undefined ? null : new IntervalRecorder(options.interval, this.sample());
  }

  /** An interval may end inside of a run, but not inside of a record. */
  async chunk(chunk: Chunk, source: TraceSource): Promise<void> {
    const due = (this.recorder?.due ?? Number.POSITIVE_INFINITY) - this.accesses;
    const isCut = due < Number.POSITIVE_INFINITY && reach(recordWords(chunk), 0, chunk.records, false, due)[1] >= due;
    for (const piece of isCut && !isEven(source) ? plainPieces(chunk) : [chunk]) await this.piece(piece, source);
  }

  private async piece(chunk: Chunk, source: TraceSource): Promise<void> {
    const { core } = this;
    core.adopt(source);
    core.load(chunk.bytes, nextUsesOf(chunk));
    this.before = { accesses: this.accesses, touches: core.clock().touches };
    const even = isEven(source);
    if (hasOperations(source)) this.pages.expectOperations();
    for (let at = 0; at < chunk.records; ) {
      const due = this.recorder?.due ?? Number.POSITIVE_INFINITY;
      const block = this.pages.stopBefore(at, chunk.records);
      // Asked for anew: the engine's memory may have grown meanwhile.
      const [stop, accesses, plain] = reach(core.records(chunk.records), at, block, even, due - this.accesses);
      for (let done = at; done < stop; ) {
        done = this.execute(done, stop, at, source);
        await this.passEvents();
      }
      this.pages.ran(at, stop);
      this.accesses += accesses;
      this.records += plain;
      at = stop;
      if (this.accesses < due) continue;
      this.recorder?.record(this.sample());
      this.check();
    }
    if (hasOperations(source)) this.operations += countOperations(core.records(chunk.records), 0, chunk.records);
    this.check();
  }

  /** Records `first` … `end` - 1; accesses are counted up to record `block`. @throws OperationError with its place in the trace. */
  private execute(first: number, end: number, block: number, source: TraceSource): number {
    try {
      return this.core.execute(first, end);
    } catch (thrown) {
      if (thrown instanceof PolicyError) throw this.placed(thrown, end);
      if (!(thrown instanceof Refused)) throw thrown;
      const { place, error } = thrown;
      const words = this.core.records(place + 1);
      if (error.operation !== null) {
        const index = this.operations + countOperations(words, 0, place);
        const line = source.operations?.lineOf(index) ?? null;
        throw error.at(line === null ? `${source.name}: operation ${index + 1}` : `${source.name}:${line}`);
      }
      const [, accesses] = reach(words, block, place, isEven(source), Number.POSITIVE_INFINITY);
      throw error.at(`${source.name}: behind access ${this.accesses + accesses}`);
    }
  }

  /** With the number of the access, given that of the touch, of those up to record `end` of the chunk. */
  private placed(error: PolicyError, end: number): PolicyError {
    const { accesses, touches } = this.before;
    const { core } = this;
    return error.at(accesses + accessOfTouch(core.records(end), error.touch - touches, core.config.page_size));
  }

  finish(): Pick<RunSummary, 'accesses' | 'touches' | 'records' | 'operations' | 'pages' | 'intervals'> {
    this.recorder?.record(this.sample());
    const { accesses, records, operations, pages } = this;
    const touches = this.core.clock().touches - this.startTouches;
    return { accesses, touches, records, operations, pages: pages.count, intervals: this.recorder?.take() ?? null };
  }

  private async passEvents(): Promise<void> {
    const { onEvents, signal } = this.options;
    if (!onEvents) return;
    await onEvents(this.core.events());
    this.core.drainEvents();
    signal?.throwIfAborted();
  }

  private sample(): Sample {
    return { counters: namedCounters(this.core.counters()), total_ns: Number(this.core.clock().ns) };
  }

  private check(): void {
    if (this.options.check) assertInvariants(this.core);
  }
}
