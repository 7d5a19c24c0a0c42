/**
 * A recording of the page faults of a program that runs by itself, as the kernel sees them: perf writes them to a file, and `perf script` prints
 * that. Where the tracepoint may not be read, which says what the access was, the fault counter is taken, which does not.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fold, traceFromBytes } from 'pagewalk/node';
import { WorkError } from '../exit.ts';
import { PassedOn } from './passed-on.ts';
import type { RecordOptions, Running } from './running.ts';
import { TracedProgram } from './traced-program.ts';

interface FaultEvent {
  readonly name: string;
  readonly options: readonly string[];
  readonly fields: string;
}

const EVENTS: readonly FaultEvent[] = [
  { name: 'exceptions:page_fault_user', options: [], fields: 'comm,pid,tid,time,event,trace' },
  { name: 'page-faults:u', options: ['-d'], fields: 'comm,pid,tid,time,event,addr,ip' },
];

export async function runFaults(perf: string, options: RecordOptions): Promise<Running> {
  const { command, children, fold: page } = options;
  const folder = mkdtempSync(join(tmpdir(), 'vmm-record-'));
  let program: TracedProgram | null = null;
  let printing: ChildProcess | null = null;
  try {
    const event = permitted(perf, folder);
    const data = join(folder, 'data');
    const inherit = children ? [] : ['--no-inherit'];
    const words = ['record', '-q', '-e', event.name, '-c', '1', ...event.options, ...inherit, '-o', data];
    program = await TracedProgram.start([perf, ...words, '--', ...command], {});
    const ended = program.ended;
    await ended;
    const script = spawn(perf, ['script', '-i', data, '-F', event.fields], { stdio: ['ignore', 'pipe', 'ignore'] });
    printing = script;
    const stream = Readable.toWeb(script.stdout) as ReadableStream<Uint8Array>;
    const read = await traceFromBytes(stream, { format: 'perf_script', lenient: true, name: 'perf' });
    const source = new PassedOn(page === null ? read : await fold(read, page));
    const { release } = program;
    return {
      source,
      hasEnded: () => source.hasEnded,
      ended,
      kill: () => script.kill(),
      close: () => {
        release();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    program?.kill();
    program?.release();
    printing?.kill();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The first event that may be recorded here. @throws WorkError */
function permitted(perf: string, folder: string): FaultEvent {
  const data = join(folder, 'try');
  let problem = '';
  for (const event of EVENTS) {
    const words = ['record', '-q', '-e', event.name, '-c', '1', '-o', data, '--', process.execPath, '--version'];
    const tried = spawnSync(perf, words, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    const wrote = tried.status === 0 && (statSync(data, { throwIfNoEntry: false })?.size ?? 0) > 0;
    rmSync(data, { force: true });
    if (wrote) return event;
    problem =
      tried.stderr
        .trim()
        .split('\n')
        .find((line) => /perm|error|denied/i.test(line))
        ?.trim() ?? problem;
  }
  const why = problem === '' ? '' : ` (${problem.replace(/^Error:\s*/, '')})`;
  throw new WorkError(
    `perf may not record page faults here${why}; be root, or set kernel.perf_event_paranoid to 2 or lower`,
  );
}
