import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { limited, type Part, TraceError, type TraceInfo, VERSION } from 'pagewalk/node';
import { WorkError } from '../exit.ts';
import { runAll } from './children/all-processes.ts';
import { runFaults } from './faults.ts';
import { findProgram } from './find-program.ts';
import { shellText } from './header.ts';
import { runOne } from './one-process.ts';
import { type RecordingFile, recordingFile } from './output.ts';
import type { Progress, RecordOptions, Running } from './running.ts';

export type { Progress, RecordOptions } from './running.ts';

export interface Recording extends Progress {
  readonly file: string;
  readonly records: number;
  readonly operations: number;
  /** Of the program, as a shell reports it; 0 if a limit ended it. */
  readonly exitCode: number;
  /** What the user may not expect of this recording. */
  readonly notes: readonly string[];
}

/**
 * Runs a program under lackey and writes what that prints, decoded, folded and compressed; or under perf, which tells its page faults. However the
 * program ends, by a signal too, the file holds every access it made until then.
 *
 * @throws WorkError; then there is no file, and the program has been killed.
 */
export async function record(options: RecordOptions): Promise<Recording> {
  const [name = ''] = options.command;
  const program = findProgram(name);
  const recorder = recorderOf(options);
  const file = await recordingFile(options.output ?? `${basename(name)}.vmt`, await factsOf(recorder, options));
  const { info, exitCode, wasCut } = await run(recorder, file, options);
  const { accesses, records, operations } = info;
  await file.commit();
  const notes = notesOn(program, info, options, wasCut);
  const processes = options.children ? Number(info.facts['processes'] ?? 1) : 1;
  return { file: file.path, accesses, records, operations, processes, bytes: file.bytes, exitCode, notes };
}

function recorderOf({ from }: RecordOptions): string {
  if (from === 'perf') return findProgram('perf', '; it tells page faults: on Debian, apt install linux-perf');
  return findProgram('valgrind', '; programs are recorded under it: on Debian, apt install valgrind');
}

async function run(
  recorder: string,
  file: RecordingFile,
  options: RecordOptions,
): Promise<{ info: TraceInfo; exitCode: number; wasCut: boolean }> {
  let running: Running | null = null;
  try {
    const start = options.from === 'perf' ? runFaults : options.children ? runAll : runOne;
    running = await start(recorder, options);
    const { info, wasCut } = await write(running, file, options);
    if (wasCut) running.kill();
    const exitCode = await running.ended;
    return { info, exitCode: wasCut && options.from !== 'perf' ? 0 : exitCode, wasCut };
  } catch (error) {
    running?.kill();
    throw error instanceof TraceError ? new WorkError(`nothing was recorded: ${error.message}`) : error;
  } finally {
    running?.close();
  }
}

/** Accesses so far are those decoded, a chunk or two ahead of the file. `wasCut`: a limit was reached before the program ended. */
async function write(
  { source: recorded, hasEnded }: Running,
  file: RecordingFile,
  { fold: page, part, progress, children }: RecordOptions,
): Promise<{ info: TraceInfo; wasCut: boolean }> {
  const source = limited(recorded, part);
  await file.begin(page, source.operations?.names);
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    await file.write(chunk);
    const { accesses, facts: told } = source.info();
    const stage = children ? { stage: 'written' } : {};
    progress?.({ accesses, bytes: file.bytes, processes: Number(told['processes'] ?? 1), ...stage });
  }
  const info = source.info();
  if (info.accesses === 0) throw new TraceError({ file: source.name, problem: 'holds no access' });
  return { info, wasCut: !hasEnded() };
}

async function factsOf(recorder: string, options: RecordOptions): Promise<Record<string, string>> {
  const { from, modify, command, part, roi } = options;
  const limits = partText(part, roi);
  return {
    'recorded by': `vmm record ${VERSION}`,
    command: shellText(command),
    ...(from === 'perf'
      ? { perf: await versionOf(recorder), accesses: 'page faults only: the misses of a real machine' }
      : {
          valgrind: await versionOf(recorder),
          modify: modify === 'both' ? 'a read and a write' : 'one access that writes',
        }),
    ...(options.children && from !== 'perf' ? { processes: 'all, in turns of 10000 accesses' } : {}),
    ...(limits === '' ? {} : { part: limits }),
    ...notesIn(from, part),
  };
}

/** What must be known to read results of the recording; a .vmt tells it again when it is read. */
function notesIn(from: RecordOptions['from'], { sample = 1 }: Part): Record<string, string> {
  const notes = [
    ...(from === 'perf' ? ['a fault stream: only the misses of a real machine'] : []),
    ...(sample === 1 ? [] : [`a sample of 1/${sample} of the pages by their hash (SHARDS)`]),
  ];
  return Object.fromEntries(notes.map((note, at) => [`note ${at + 1}`, note]));
}

function partText({ skip = 0, length, sample = 1 }: Part, roi?: string): string {
  const parts = [
    ...(roi === undefined ? [] : [`the first call of ${roi}`]),
    ...(skip === 0 ? [] : [`from access ${skip} on`]),
    ...(length === undefined ? [] : [`${length} accesses`]),
    ...(sample === 1 ? [] : [`a sample of 1/${sample} of the pages`]),
  ];
  return parts.join(', ');
}

function notesOn(program: string, info: TraceInfo, options: RecordOptions, wasCut: boolean): string[] {
  const { from, children, part, roi } = options;
  const { skipped, firstSkipped, leftOut } = info;
  const notes = [...info.notes];
  if (!children && isScript(program)) notes.push(`${program} is a script: programs that it starts are not recorded`);
  if (skipped > 0)
    notes.push(
      `${skipped} lines of ${from === 'perf' ? 'perf' : 'valgrind'} were not accesses; the first: ${firstSkipped}`,
    );
  const forked = Number(info.facts['processes'] ?? 1) - 1;
  if (!children && forked > 0) notes.push(`what it forked was not recorded (processes: ${forked}); --children does`);
  const cpus = Number(info.facts['cpus'] ?? 0);
  if (cpus > 1) notes.push(`each thread is on a cpu of its own: vmm run --cpus ${cpus}`);
  const untold = Object.entries(leftOut).filter(([what]) => what !== 'other system calls');
  if (untold.length > 0) {
    notes.push(`no operation stands for: ${untold.map(([what, count]) => `${what} (${count})`).join(', ')}`);
  }
  if (wasCut && from !== 'perf')
    notes.push(`the program was ended behind ${roi === undefined ? `${part.length} accesses` : roi}`);
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

async function versionOf(recorder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(recorder, ['--version']);
  return stdout.trim();
}
