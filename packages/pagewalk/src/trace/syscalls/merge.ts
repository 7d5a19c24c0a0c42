/**
 * The logs of several processes as one trace. Logs have no clock, so the order between processes is made, by rules that look at nothing
 * but the logs: the same logs give the same trace.
 *
 * - Processes take turns, in the order in which they began; a turn is 10 000 accesses, or up to where the process must wait.
 * - A child begins behind the fork in its parent's log, with its first turn behind those of all who are there.
 * - Behind a wait that came back with a child, the parent goes on when that child has ended.
 * - Behind a read from a pipe, a process goes on when what it read has been written, or nobody has the pipe open for writing.
 * - The parent of a vfork goes on when the child has executed something or ended; until then the child uses the parent's memory.
 *
 * Processes are numbered from 1 in the order in which they begin. A program that a process executes is a process of its own, and that before it ends. The
 * last process does not exit, so that its memory can be looked at.
 */

import { OperationLog } from '../operations/log.ts';
import type { ObjectNames } from '../operations/names.ts';
import { MAX_RECORDS, type OperationRecord, writeOperation } from '../operations/operation.ts';
import { CHUNK_RECORDS, FOLDED, isOperation, PID_SHIFT, RECORD_BYTES } from '../record-layout.ts';
import { type Chunk, TraceError, type TraceInfo, type TraceSource } from '../source.ts';
import type { FileFacts } from './file-calls.ts';
import { infoOf } from './info.ts';
import type { SystemCall } from './line.ts';
import { TracedProcess } from './process.ts';
import { loadProgram, type ProgramPart } from './program.ts';
import { World } from './world.ts';

const RECORD_WORDS = RECORD_BYTES / 4;

/** Accesses of a turn. */
export const TURN_ACCESSES = 10_000;

/** What a log holds, in order: records of accesses, a system call, or which thread runs from here on. */
export type LogPiece =
  | { /** Four words each, as in record.ts. */ readonly records: Uint32Array }
  | { readonly call: SystemCall; readonly facts?: FileFacts | undefined }
  | { readonly thread: number };

/** What one process did with one program, from its beginning or the fork to its end or the next program. */
export interface ProcessLog {
  /** Pid of the kernel. */
  readonly process: number;
  readonly command: string;
  /** What the program was given; empty for what was forked. */
  readonly program: readonly ProgramPart[];
  pieces(): AsyncIterator<LogPiece>;
}

export interface MergeParts {
  readonly name: string;
  /** In the order in which they were written where they are of one process. The first is that of the first process. */
  readonly logs: readonly ProcessLog[];
  readonly foldedPage: number | null;
  readonly names: ObjectNames;
  /** The folder that the first program was started in. */
  readonly folder: string;
  /** Calls that were not kept, by name. */
  readonly others?: ReadonlyMap<string, number>;
  readonly turn?: number;
}

/** A process of the kernel, with the programs that it is still to run. */
interface Task {
  readonly process: number;
  readonly logs: ProcessLog[];
  traced: TracedProcess;
  pieces: AsyncIterator<LogPiece>;
  /** Records begun. */
  rest: Uint32Array | null;
  /** Whether it can go on; null if it waits for nothing. */
  isReady: (() => boolean) | null;
  hasExecuted: boolean;
}

export function merged(parts: MergeParts): TraceSource {
  return new Merged(parts);
}

class Merged implements TraceSource {
  readonly name: string;
  readonly format = 'lackey';
  readonly sizeHint = null;
  readonly foldedPage: number | null;
  readonly operations: OperationLog;
  private readonly world: World;
  private readonly turnAccesses: number;
  private readonly folder: string;
  /** Logs by process, those of processes that have not begun. */
  private readonly waiting = new Map<number, ProcessLog[]>();
  /** In the order in which they began; the one at `at` has its turn. */
  private readonly tasks: Task[] = [];
  private at = 0;
  private left = 0;
  /** Children without a log. */
  private readonly unseen = new Map<number, TracedProcess>();
  private readonly programs: string[] = [];
  /** Operations not yet written. */
  private queue: OperationRecord[] = [];
  private readonly out = new Uint32Array(CHUNK_RECORDS * RECORD_WORDS);
  private readonly view = new DataView(this.out.buffer);
  private filled = 0;
  private accesses = 0;
  private records = 0;

  constructor({ name, logs, foldedPage, names, folder, others, turn = TURN_ACCESSES }: MergeParts) {
    this.name = name;
    this.foldedPage = foldedPage;
    this.folder = folder;
    this.turnAccesses = turn;
    this.world = new World(names);
    for (const [call, count] of others ?? []) this.world.others.set(call, count);
    this.operations = new OperationLog(names);
    for (const log of logs) this.waiting.set(log.process, [...(this.waiting.get(log.process) ?? []), log]);
  }

  async next(): Promise<Chunk | null> {
    this.filled = 0;
    while (this.filled < CHUNK_RECORDS && this.writeOperations()) {
      const task = this.turn();
      // A process may have begun, with operations before its first access.
      if (task === null || !this.writeOperations()) break;
      await this.step(task);
    }
    const records = this.filled;
    if (records === 0) {
      if (this.accesses === 0) throw new TraceError({ file: this.name, problem: 'holds no access' });
      return null;
    }
    this.records += records;
    return { bytes: new Uint8Array(this.out.buffer, 0, records * RECORD_BYTES), records };
  }

  info(): TraceInfo {
    const told = infoOf(this.world);
    const { programs } = this;
    return {
      format: this.format,
      accesses: this.accesses,
      records: this.records,
      operations: this.operations.count,
      skipped: 0,
      firstSkipped: null,
      foldedPage: this.foldedPage,
      compression: null,
      bytes: 0,
      sha256: null,
      truncatedTail: 0,
      settings: { turn: this.turnAccesses },
      leftOut: told.leftOut,
      facts: { ...told.facts, ...(programs.length > 1 ? { programs: programs.join(', ') } : {}) },
      notes: told.notes,
    };
  }

  position(): number {
    return this.accesses;
  }

  async close(): Promise<void> {
    for (const { pieces } of this.tasks) await pieces.return?.();
  }

  /** Whose turn it is; null at the end of all. */
  private turn(): Task | null {
    if (this.tasks.length === 0 && !this.beginNext()) return null;
    const current = this.tasks[this.at];
    if (current && this.left > 0 && !this.mustWait(current)) return current;
    this.left = this.turnAccesses;
    for (let step = 1; step <= this.tasks.length; step++) {
      const place = (this.at + step) % this.tasks.length;
      const task = this.tasks[place]!;
      if (this.mustWait(task)) continue;
      this.at = place;
      return task;
    }
    // Each waits for another, which no log of real processes tells.
    const first = this.tasks[0]!;
    first.isReady = null;
    this.at = 0;
    return first;
  }

  private mustWait(task: Task): boolean {
    if (task.isReady?.() === true) task.isReady = null;
    return task.isReady !== null;
  }

  /** The child has ended, or executed something if that will do. */
  private isOver(child: number, orExecutes: boolean): boolean {
    const task = this.tasks.find(({ process }) => process === child);
    return task === undefined || (orExecutes && task.hasExecuted);
  }

  /** Begins the first log of which nobody has told the beginning; false if there is none. */
  private beginNext(): boolean {
    const [process] = this.waiting.keys();
    if (process === undefined) return false;
    const traced = TracedProcess.first(this.world, this.folder);
    this.begin(process, traced);
    return true;
  }

  private begin(process: number, traced: TracedProcess): void {
    const [log, ...logs] = this.waiting.get(process)!;
    this.waiting.delete(process);
    const task = {
      process,
      logs,
      traced,
      pieces: log!.pieces(),
      rest: null,
      isReady: null,
      hasExecuted: false,
    };
    this.tasks.push(task);
    this.load(traced, log!);
  }

  private load(traced: TracedProcess, log: ProcessLog): void {
    if (log.program.length === 0 && this.programs.length > 0) return;
    this.programs.push(`${traced.pid} ${log.command}`);
    loadProgram(traced.memory, log.program);
  }

  /** Goes on with the task, by some records or one call. */
  private async step(task: Task): Promise<void> {
    if (task.rest === null) {
      const { value, done } = await task.pieces.next();
      if (done === true) return this.ended(task);
      if ('call' in value) return this.call(task, value.call, value.facts);
      if ('thread' in value) return task.traced.schedule(value.thread);
      task.rest = value.records;
    }
    task.rest = this.copy(task.rest, task.traced.pid);
  }

  private call(task: Task, call: SystemCall, facts: FileFacts | undefined): void {
    const event = task.traced.call(call, facts);
    if (event?.kind === 'fork') this.forked(task, event.child, event.sharesMemory);
    else if (event?.kind === 'waited') this.waited(task, event.child);
    else if (event?.kind === 'read') {
      const { pipe, upTo } = event;
      task.isReady = () => pipe.written >= upTo || pipe.writers?.users === 0;
    }
  }

  private forked(task: Task, child: number, sharesMemory: boolean): void {
    if (this.waiting.has(child)) {
      this.begin(child, sharesMemory ? task.traced.vfork() : task.traced.fork());
      if (sharesMemory) task.isReady = () => this.isOver(child, true);
    } else if (!sharesMemory) this.unseen.set(child, task.traced.fork());
  }

  private waited(task: Task, child: number): void {
    this.unseen.get(child)?.exit();
    this.unseen.delete(child);
    task.isReady = () => this.isOver(child, false);
  }

  /** The log has ended: the process has, or has executed another program. */
  private ended(task: Task): void {
    const log = task.logs.shift();
    if (log !== undefined) {
      const before = task.traced;
      task.traced = before.exec();
      if (!this.isUsed(before)) this.world.emit(before.pid, 'exit');
      task.hasExecuted = true;
      task.pieces = log.pieces();
      this.load(task.traced, log);
      return;
    }
    const place = this.tasks.indexOf(task);
    this.tasks.splice(place, 1);
    // The next one moves up to this place.
    if (this.at >= place) this.at--;
    this.left = 0;
    const isLast = this.tasks.length === 0 && this.waiting.size === 0;
    if (this.isUsed(task.traced)) task.traced.files.closeAll(false);
    else if (!isLast) task.traced.exit();
  }

  /** Whether somebody is left who uses the memory: the parent of a vfork, or its child. */
  private isUsed({ memory }: TracedProcess): boolean {
    return this.tasks.some(({ traced }) => traced.memory === memory);
  }

  /** Copies records of accesses as those of `pid`, as many as the turn and the chunk have room for; returns the rest. */
  private copy(words: Uint32Array, pid: number): Uint32Array | null {
    const { out } = this;
    let at = 0;
    let to = this.filled * RECORD_WORDS;
    for (; at < words.length && to < out.length && this.left > 0; at += RECORD_WORDS) {
      const meta = words[at + 3]!;
      if (isOperation(meta)) continue;
      const extent = words[at + 2]!;
      out[to] = words[at]!;
      out[to + 1] = words[at + 1]!;
      out[to + 2] = extent;
      out[to + 3] = (meta & 0xff) | (pid << PID_SHIFT);
      to += RECORD_WORDS;
      const accesses = (meta & FOLDED) === 0 ? 1 : extent;
      this.left -= accesses;
      this.accesses += accesses;
    }
    this.filled = to / RECORD_WORDS;
    return at < words.length ? words.subarray(at) : null;
  }

  /** Writes the operations that there are; false if they have no room in the chunk. */
  private writeOperations(): boolean {
    this.queue.push(...this.world.take());
    for (let done = 0; done < this.queue.length; done++) {
      if (this.filled + MAX_RECORDS > CHUNK_RECORDS) {
        this.queue = this.queue.slice(done);
        return false;
      }
      this.operations.add(0);
      this.filled += writeOperation(this.view, this.filled * RECORD_BYTES, this.queue[done]!);
    }
    this.queue = [];
    return true;
  }
}
