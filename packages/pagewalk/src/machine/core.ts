/** The engine with one machine in it: records go in by the chunk, counters and the clock come out as words. */
import { CACHE_COUNTERS, COUNTERS, EVENT_BYTES } from '@pagewalk/engine/catalog';
import { ObjectNames } from '../trace/operations/names.ts';
import { OP_MASK, OP_RUN, PID_SHIFT, RECORD_BYTES } from '../trace/record.ts';
import type { TraceSource } from '../trace/source.ts';
import { lower, nodeNsWords, nodeWeightWords } from './config/lower.ts';
import type { MachineConfig } from './config/schema.ts';
import { Engine } from './engine.ts';
import { MismatchError } from './errors.ts';
import { type OperationError, operationError } from './operations/error.ts';
import { operationAt } from './operations/places.ts';
import { ownPolicyOf } from './own/own-policy.ts';
import { stopError, stopName, trapError } from './stops.ts';
import { NONE } from './types.ts';

const STOP_DETAILS = 4;

/** Of the record at `place`, which was not done. */
export class Refused {
  readonly place: number;
  readonly error: OperationError;

  constructor(place: number, error: OperationError) {
    this.place = place;
    this.error = error;
  }
}

export class Core {
  readonly engine: Engine;
  readonly config: MachineConfig;
  /** Of the files and shared memory objects, by their numbers in the engine. */
  readonly objects = new ObjectNames();
  private readonly chunkAt: number;
  private readonly nextUsesAt: number;

  private constructor(engine: Engine, config: MachineConfig) {
    this.engine = engine;
    this.config = config;
    this.chunkAt = engine.exports.chunk() >>> 0;
    this.nextUsesAt = engine.exports.nextUses() >>> 0;
  }

  /** @returns the code in CREATE_ERRORS if the engine refuses; traps if its memory cannot hold the machine. */
  static async start(config: MachineConfig, module: WebAssembly.Module): Promise<Core | number> {
    const own = ownPolicyOf(config.policy);
    const engine = own ? await Engine.startWith(own) : await Engine.start(module);
    const words = lower(config);
    engine.words(engine.exports.configure(), words.length).set(words);
    setWords(engine, engine.exports.nodeNs(), nodeNsWords(config));
    setWords(engine, engine.exports.nodeWeights(), nodeWeightWords(config));
    const refused = engine.exports.create();
    return refused === 0 ? new Core(engine, config) : refused;
  }

  /** The next uses that come with records from now on are those of a trace that begins here. */
  beginFuture(): void {
    this.engine.exports.beginFuture();
  }

  /** Puts records into the engine, from place 0 on; `nextUses` are u64 per touch of a record (OPT). */
  load(records: Uint8Array, nextUses?: Uint8Array): void {
    const { memory } = this.engine;
    memory.set(records, this.chunkAt);
    if (nextUses) memory.set(nextUses, this.nextUsesAt);
  }

  /**
   * Takes over the names that a trace has mentioned so far.
   *
   * @throws MismatchError if it has other numbers for its names than the machine.
   */
  adopt(source: TraceSource): void {
    const { objects } = this;
    const names = source.operations?.names;
    if (!names || names === objects || names.size === 0) return;
    let number = 0;
    for (const name of names) {
      if (objects.number(name) !== number++) {
        throw new MismatchError(
          `${source.name}: object ${name} is another one than in what this machine did before; open the trace with the machine's objectNames`,
        );
      }
    }
  }

  /** The first `count` records in the engine, four words each. */
  records(count: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.engine.memory.buffer, this.chunkAt, (count * RECORD_BYTES) / 4);
  }

  /**
   * Runs the records `first` … `end` - 1 and returns the place behind the last that is done: `end`, or less if the events must be drained
   * before it goes on from there.
   *
   * @throws Refused at an operation that the machine refuses.
   */
  execute(first: number, end: number): number {
    const { exports } = this.engine;
    const place = first + this.runRecords(first, end - first);
    if (place >= end) return end;
    const name = stopName(exports.stopReason());
    if (name === 'events_full') return place;
    const words = this.records(place + 2);
    const isRun = ((words[place * 4 + 3] ?? 0) & OP_MASK) === OP_RUN;
    // The process of a run is told by its members.
    const pid = (words[(place + Number(isRun)) * 4 + 3] ?? 0) >>> PID_SHIFT;
    const detail = this.engine.words(exports.stopDetail(), STOP_DETAILS);
    if (name === 'bad_operation') {
      const [row = 0n, ...details] = detail;
      throw new Refused(place, operationError(pid, operationAt(words, place), Number(row), details, this.objects));
    }
    throw stopError(name, detail, pid, this.config);
  }

  private runRecords(first: number, count: number): number {
    try {
      return this.engine.exports.run(first, count);
    } catch (error) {
      throw trapError(error);
    }
  }

  setEvents(on: boolean): void {
    this.engine.exports.setEvents(on ? 1 : 0);
  }

  /** The event records since the last drain; valid until the next call into the engine. */
  events(): Uint8Array {
    const { exports } = this.engine;
    return this.engine.bytes(exports.eventRing(), exports.eventsUsed() * EVENT_BYTES);
  }

  drainEvents(): void {
    this.engine.exports.drainEvents();
  }

  /** Counters of a process slot, or of the whole machine; valid until the next call into the engine. */
  counters(process: number = NONE): BigUint64Array {
    return this.engine.words(this.engine.exports.counters(process), COUNTERS.length);
  }

  cacheCounters(index: number): BigUint64Array {
    return this.engine.words(this.engine.exports.cacheCounters(index), CACHE_COUNTERS.length);
  }

  clock(): { touches: number; ns: bigint } {
    const [touches = 0n, ns = 0n] = this.engine.words(this.engine.exports.clock(), 2);
    return { touches: Number(touches), ns };
  }
}

function setWords(engine: Engine, pointer: number, words: BigUint64Array): void {
  engine.words(pointer, words.length).set(words);
}
