/** Reads the logs of all processes while they run, and puts them aside, folded. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CallLines,
  concernsMemory,
  fold,
  isOperation,
  type LineDoor,
  type LogPiece,
  type ProcessLog,
  type ProgramPart,
  TraceError,
  threadOf,
  traceFromBytes,
} from 'pagewalk/node';
import { LiveFacts } from '../live-facts.ts';
import { loadedProgram, programOf } from '../loaded-program.ts';
import { hasEnded, logStream } from './log-stream.ts';
import { SpoolWriter, spooledPieces } from './spool.ts';

const PERIOD_MS = 10;
const RECORD_BYTES = 16;
const FORKED = 2;

export interface CollectOptions {
  readonly folder: string;
  readonly modify: 'write' | 'both';
  readonly fold: number | null;
  readonly progress?: ((accesses: number, processes: number) => void) | undefined;
}

interface LogName {
  readonly name: string;
  readonly process: number;
  readonly how: number;
  readonly program: number;
}

export class Collector {
  /** Of calls that say nothing of memory. */
  readonly others = new Map<string, number>();
  accesses = 0;
  /** Lines of valgrind that were no accesses, and the message about the first. */
  skipped = 0;
  firstSkipped: string | null = null;
  private readonly options: CollectOptions;
  private readonly seen = new Set<string>();
  private readonly logs: { readonly name: LogName; readonly log: ProcessLog }[] = [];
  private readonly reading = new Set<Promise<void>>();
  /** Processes that were forked. */
  private readonly expected = new Set<number>();
  private failure: unknown = null;

  constructor(options: CollectOptions) {
    this.options = options;
  }

  get processes(): number {
    return new Set(this.logs.map(({ name }) => name.process)).size;
  }

  /** The processes that are still running. */
  get running(): number[] {
    return [...new Set([...this.logs.map(({ name }) => name.process), ...this.expected])].filter(
      (pid) => !hasEnded(pid),
    );
  }

  /** Reads until the first process and all others have ended. */
  async collect(hasFirstEnded: () => boolean): Promise<ProcessLog[]> {
    for (;;) {
      const isOver = hasFirstEnded() && this.reading.size === 0 && this.running.length === 0;
      const found = this.findLogs();
      if (this.failure !== null) throw this.failure;
      if (isOver && !found && this.reading.size === 0) break;
      this.options.progress?.(this.accesses, this.processes);
      await sleep(PERIOD_MS);
    }
    return this.logs.sort((a, b) => inOrder(a.name, b.name)).map(({ log }) => log);
  }

  /** True if there were new ones. */
  private findLogs(): boolean {
    let found = false;
    for (const name of readdirSync(this.options.folder)) {
      const [, process, how, program] = /^(\d+)\.([12])\.(\d+)$/.exec(name) ?? [];
      if (process === undefined || this.seen.has(name)) continue;
      this.seen.add(name);
      found = true;
      const log = { name, process: Number(process), how: Number(how), program: Number(program) };
      const reading = this.read(log)
        .catch((error: unknown) => {
          this.failure ??= error;
        })
        .finally(() => this.reading.delete(reading));
      this.reading.add(reading);
    }
    return found;
  }

  private async read(log: LogName): Promise<void> {
    const { folder, modify } = this.options;
    const { name, process, how, program } = log;
    const next = join(folder, `${process}.1.${how === FORKED ? 1 : program + 1}`);
    const stream = logStream(join(folder, name), process, () => existsSync(next) || hasEnded(process));
    const spool = new SpoolWriter(join(folder, `${name}.spool`));
    const door = new CallDoor(process, how !== FORKED, this.expected, this.others);
    const path = spool.path;
    const parts = (): readonly ProgramPart[] => door.parts;
    this.logs.push({
      name: log,
      log: {
        process,
        get command() {
          return door.command;
        },
        get program() {
          return parts();
        },
        pieces: () => spooledPieces(path),
      },
    });
    try {
      const options = { format: 'lackey', modify, lenient: true, name: 'lackey', door };
      const raw = await traceFromBytes(stream, options);
      const source = this.options.fold === null ? raw : await fold(raw, this.options.fold);
      let before = 0;
      for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
        await this.putAside(chunk.bytes, spool, door);
        const { accesses } = source.info();
        this.accesses += accesses - before;
        before = accesses;
      }
      const { skipped, firstSkipped } = source.info();
      this.skipped += skipped;
      this.firstSkipped ??= firstSkipped;
    } catch (error) {
      // A process that was killed before it did anything.
      if (!(error instanceof TraceError)) throw error;
    } finally {
      await spool.close();
    }
  }

  /** Records of accesses, and for each operation the call that it stands for. */
  private async putAside(bytes: Uint8Array, spool: SpoolWriter, door: CallDoor): Promise<void> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
      if (!isOperation(view.getUint32(at + 12, true))) continue;
      await spool.records(bytes.subarray(from, at));
      await spool.call(door.kept.shift()!);
      from = at + RECORD_BYTES;
    }
    await spool.records(bytes.subarray(from));
  }
}

/** Keeps the calls, with a record in the place of each. */
class CallDoor implements LineDoor {
  readonly kept: LogPiece[] = [];
  command = '';
  parts: readonly ProgramPart[] = [];
  private thread = 0;
  private readonly process: number;
  private readonly isProgram: boolean;
  private readonly expected: Set<number>;
  private readonly others: Map<string, number>;
  private readonly lines = new CallLines();
  private readonly facts: LiveFacts;

  constructor(process_: number, isProgram: boolean, expected: Set<number>, others: Map<string, number>) {
    this.process = process_;
    this.isProgram = isProgram;
    this.expected = expected;
    this.others = others;
    this.facts = new LiveFacts(process_, process.cwd(), () => []);
  }

  read(line: string): ReturnType<LineDoor['read']> {
    const thread = threadOf(line);
    if (thread !== null) {
      if (thread === this.thread) return [];
      this.thread = thread;
      return this.keep({ thread });
    }
    const facts = this.facts.file(line);
    const [, command] = /^==\d+== Command: (.*)$/.exec(line) ?? [];
    if (command !== undefined) this.begin(command);
    const call = this.lines.read(line);
    if (call === null || !call.succeeded) return [];
    if (!concernsMemory(call.name)) {
      this.others.set(call.name, (this.others.get(call.name) ?? 0) + 1);
      return [];
    }
    if (/^(v?fork|clone)$/.test(call.name) && !isThread(call.words[0]?.text)) this.expected.add(call.value);
    return this.keep({ call, ...(facts === undefined ? {} : { facts }) });
  }

  private keep(piece: LogPiece): ReturnType<LineDoor['read']> {
    this.kept.push(piece);
    return [{ pid: 1, operation: 'exit', words: [] }];
  }

  private begin(command: string): void {
    this.command = command;
    if (!this.isProgram) return;
    this.parts = loadedProgram(programOf(command), this.process)?.parts ?? [];
  }
}

const CLONE_THREAD = 0x10000;

const isThread = (flags = '0'): boolean => (Number.parseInt(flags, 16) & CLONE_THREAD) !== 0;

/** The first process first, then as they come; the logs of one process in the order of its programs. */
function inOrder(a: LogName, b: LogName): number {
  const isFirst = ({ how, program }: LogName): number => Number(!(how === 1 && program === 0));
  return isFirst(a) - isFirst(b) || a.process - b.process || b.how - a.how || a.program - b.program;
}
