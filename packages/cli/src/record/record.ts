import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import {
  fold,
  TextWriter,
  TraceError,
  type TraceInfo,
  type TraceSource,
  textHeader,
  traceFromBytes,
  VERSION,
} from 'pagewalk/node';
import { WorkError } from '../exit.ts';
import { findProgram } from './find-program.ts';
import { header, shellText } from './header.ts';
import { LogPipe } from './log-pipe.ts';
import { TraceFile } from './trace-file.ts';
import { TracedProgram } from './traced-program.ts';

export interface RecordOptions {
  readonly command: readonly string[];
  /** `PROGRAM.trace.zst` in the working directory if left out. */
  readonly output?: string | undefined;
  /** Join runs on one page of this many bytes; null keeps every access as it was. */
  readonly fold: number | null;
  /** A modify is one access that writes, or a load and a store. */
  readonly modify: 'write' | 'both';
  readonly progress?: (progress: Progress) => void;
}

export interface Progress {
  readonly accesses: number;
  readonly bytes: number;
}

export interface Recording extends Progress {
  readonly file: string;
  readonly records: number;
  /** Of the program, as a shell reports it. */
  readonly exitCode: number;
  /** What the user may not expect of this recording. */
  readonly notes: readonly string[];
}

/**
 * Runs a program under lackey and writes what that prints, decoded, folded and compressed, while it runs. However the program ends, by a
 * signal too, the file holds every access it made until then.
 *
 * @throws WorkError; then there is no file, and the program has been killed.
 */
export async function record(options: RecordOptions): Promise<Recording> {
  const [name = ''] = options.command;
  const program = findProgram(name);
  const valgrind = findProgram('valgrind', '; programs are recorded under it: on Debian, apt install valgrind');
  const facts = header({
    'recorded by': `vmm record ${VERSION}`,
    command: shellText(options.command),
    valgrind: await versionOf(valgrind),
    modify: options.modify === 'both' ? 'a read and a write' : 'one access that writes',
  });
  const file = await TraceFile.create(options.output ?? `${basename(name)}.trace.zst`);
  const { info, exitCode } = await run(valgrind, file, facts, options);
  const { accesses, records } = info;
  await file.commit();
  return { file: file.path, accesses, records, bytes: file.bytes, exitCode, notes: notesOn(program, info) };
}

async function run(
  valgrind: string,
  file: TraceFile,
  facts: string,
  options: RecordOptions,
): Promise<{ info: TraceInfo; exitCode: number }> {
  const log = new LogPipe();
  let traced: TracedProgram | null = null;
  try {
    traced = await TracedProgram.start(valgrind, options.command, log);
    const info = await write(await open(log, options), file, facts, options);
    return { info, exitCode: await traced.ended };
  } catch (error) {
    traced?.kill();
    throw error instanceof TraceError ? new WorkError(`nothing was recorded: ${error.message}`) : error;
  } finally {
    log.close();
    traced?.release();
  }
}

/** Lenient, because lackey's lines may have others of valgrind among them. */
async function open(log: LogPipe, { fold: page, modify }: RecordOptions): Promise<TraceSource> {
  const options = { format: 'lackey', modify, lenient: true, name: 'lackey' };
  const source = await traceFromBytes(log.stream(), options);
  return page === null ? source : fold(source, page);
}

/** Accesses so far are those decoded, a chunk or two ahead of the file. */
async function write(
  source: TraceSource,
  file: TraceFile,
  facts: string,
  { fold: page, progress }: RecordOptions,
): Promise<TraceInfo> {
  const writer = await TextWriter.create();
  await file.write(new TextEncoder().encode(`${facts}${textHeader(page)}`));
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    await file.write(writer.encode(chunk));
    progress?.({ accesses: source.info().accesses, bytes: file.bytes });
  }
  return source.info();
}

function notesOn(program: string, { skipped, firstSkipped }: TraceInfo): string[] {
  const notes: string[] = [];
  if (isScript(program)) notes.push(`${program} is a script: programs that it starts are not recorded`);
  if (skipped > 0) notes.push(`${skipped} lines of valgrind were not accesses; the first: ${firstSkipped}`);
  return notes;
}

function isScript(path: string): boolean {
  const start = Buffer.alloc(2);
  try {
    const file = openSync(path, 'r');
    readSync(file, start);
    closeSync(file);
  } catch {
    // A program may be executable and not readable.
  }
  return start.toString('latin1') === '#!';
}

async function versionOf(valgrind: string): Promise<string> {
  const { stdout } = await promisify(execFile)(valgrind, ['--version']);
  return stdout.trim();
}
