/** `vmm record`: a real program's accesses, into a trace. */
import { type Command, Option } from 'commander';
import { parseBytes } from 'pagewalk/node';
import { count } from '../arguments/count.ts';
import { partOf } from '../arguments/opened-trace.ts';
import { counted, size } from '../console/numbers.ts';
import { UsageError } from '../exit.ts';
import { STDOUT } from '../output/file.ts';
import { shellText } from '../record/header.ts';
import { isText } from '../record/output.ts';
import { type Recording, type RecordOptions, record } from '../record/record.ts';
import { RecordingLine } from '../record/recording-line.ts';

interface Flags {
  readonly output?: string;
  readonly fold: string;
  readonly modify: 'write' | 'both';
  readonly operations: boolean;
  readonly children?: boolean;
  readonly threads?: boolean;
  readonly from: 'lackey' | 'perf';
  readonly skip?: string;
  readonly length?: string;
  readonly roi?: string;
  readonly sample?: string;
  readonly quiet?: boolean;
}

const MAX_FOLD = 2 ** 30;

const AFTER = `
The program runs under valgrind, one or two million accesses a second, which is some thousand times slower than alone. Standard
input, output and errors are its own; its exit code is that of vmm. Consecutive accesses with one op to one page are folded to one
that counts them. However the program ends, by Ctrl-C too, the trace is finished and holds what was done until then.

What it asks of the operating system is recorded with the accesses: mmap, munmap, mprotect, mremap, brk, madvise, fork, shared memory, files by
their names. Threads are recorded as one. With --children every process that it forks and every program that they execute is recorded too; their
accesses are put in an order that follows from the recording alone.

Examples:
  vmm record -- sort -n numbers.txt > sorted.txt
  vmm record -o join.vmt -- sqlite3 shop.db 'select count(*) from a join b using (id)'
  vmm record --fold none -- python3 -c 'print(2 ** 1000)'
  vmm record --children -- make
  vmm record --from perf -o faults.vmt -- ./program
  vmm record --roi main --length 1e6 -- ./program
`;

export function addRecord(program: Command): void {
  program
    .enablePositionalOptions()
    .command('record')
    .summary('record a real program')
    .description('Runs a program and writes its memory accesses to a compressed trace.')
    .usage('[options] [--] PROGRAM [ARGS…]')
    .argument('<PROGRAM...>', 'program and its arguments')
    .passThroughOptions()
    .option(
      '-o, --output <FILE>',
      'the trace, .vmt or, by any other name, text compressed with zstd (default: PROGRAM.vmt)',
    )
    .addOption(
      new Option(
        '--fold <PAGE>',
        'fold runs on one page of this size, the smallest that a machine may have; none: keep all',
      ).default('4096'),
    )
    .addOption(
      new Option(
        '--modify <HOW>',
        'an instruction that modifies memory makes one access that writes, or a load and a store',
      )
        .choices(['write', 'both'])
        .default('write'),
    )
    .addOption(
      new Option(
        '--from <RECORDER>',
        'valgrind’s lackey tells every access; perf tells the page faults of the program alone',
      )
        .choices(['lackey', 'perf'])
        .default('lackey'),
    )
    .option('--no-operations', 'accesses only, as of a program that has all its memory from the beginning')
    .option('--children', 'record what it forks and executes, too, and wait until all of that has ended')
    .option('--threads', 'tell which thread runs: each is on a cpu of its own, which vmm run --cpus N must have')
    .option('--skip <N>', 'leave out the first N accesses, but not what is mapped meanwhile')
    .option('--length <M>', 'end the program behind M recorded accesses')
    .option('--roi <SYMBOL>', 'record the first call of this function of the program, then end it')
    .option('--sample <SHARE>', 'only so many of the pages, as 1/R, and all their accesses')
    .option('-q, --quiet', 'print nothing but errors, for programs that one types to')
    .addHelpText('after', AFTER)
    .action(run);
}

async function run(command: string[], flags: Flags): Promise<void> {
  const { output, quiet = false } = flags;
  if (output === STDOUT) throw new UsageError('--output -: standard output is the program’s; give a file');
  const line = new RecordingLine(process.stderr, quiet);
  try {
    const recording = await record({ ...options(flags), command, progress: (facts) => line.update(facts) });
    line.clear();
    if (!quiet) process.stderr.write(report(recording, command[0] ?? ''));
    process.exitCode = recording.exitCode;
  } finally {
    line.clear();
  }
}

function options(flags: Flags): Omit<RecordOptions, 'command' | 'progress'> {
  const { output, from, modify, operations, children = false, threads = false, roi } = flags;
  const problems: string[] = [];
  const length = count('--length', flags.length, problems, 1);
  const part = { ...partOf(flags, problems), length };
  if (children && !operations)
    problems.push('--children with --no-operations: what a child shares is told by operations; leave one out');
  if (threads && !operations) {
    problems.push('--threads with --no-operations: which thread runs is told by operations; leave one out');
  }
  if (children && roi !== undefined)
    problems.push('--roi with --children: only one process can be told by a function; leave one out');
  if (from === 'perf') problems.push(...refusedWithPerf(flags));
  if (problems.length > 0) throw new UsageError(...problems);
  return { output, from, modify, operations, children, threads, roi, part, fold: foldPage(flags.fold) };
}

/** Page faults have no operations, and perf knows nothing of functions. */
function refusedWithPerf({ modify, operations, threads, roi }: Flags): string[] {
  const given = [
    ...(modify === 'both' ? ['--modify both'] : []),
    ...(operations ? [] : ['--no-operations']),
    ...(threads === true ? ['--threads'] : []),
    ...(roi === undefined ? [] : ['--roi']),
  ];
  return given.map((flag) => `${flag} with --from perf: page faults tell nothing of it; leave it out`);
}

function report(recording: Recording, program: string): string {
  const { file, accesses, records, operations, processes, bytes, exitCode, notes } = recording;
  const ended = exitCode === 0 ? '' : `; ${program} ended with ${exitCode}`;
  const asked = operations === 0 ? '' : ` and ${counted(operations, 'operation')}`;
  const by = processes > 1 ? ` of ${counted(processes, 'process', 'processes')}` : '';
  const what = `${counted(accesses, 'access', 'accesses')}${asked}${by} in ${counted(records, isText(file) ? 'line' : 'record')}, ${size(bytes)}`;
  const lines = [...notes, `${file}: ${what}${ended}; next: vmm run ${shellText([file])}`];
  return lines.map((text) => `vmm record: ${text}\n`).join('');
}

/** Null: none. */
function foldPage(text: string): number | null {
  if (text === 'none') return null;
  const bytes = parseBytes(text);
  if (typeof bytes === 'number' && bytes >= 1 && bytes <= MAX_FOLD && Number.isInteger(Math.log2(bytes))) return bytes;
  throw new UsageError(
    `--fold ${text}: not a page size; give a power of two up to 1GiB, such as 4096 or 16KiB, or none`,
  );
}
