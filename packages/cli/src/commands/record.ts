/** `vmm record`: a real program's accesses, into a trace. */
import { type Command, Option } from 'commander';
import { parseBytes } from 'pagewalk/node';
import { counted, size } from '../console/numbers.ts';
import { UsageError } from '../exit.ts';
import { STDOUT } from '../output/file.ts';
import { shellText } from '../record/header.ts';
import { type Recording, record } from '../record/record.ts';
import { RecordingLine } from '../record/recording-line.ts';

interface Flags {
  readonly output?: string;
  readonly fold: string;
  readonly modify: 'write' | 'both';
  readonly quiet?: boolean;
}

const MAX_FOLD = 2 ** 30;

const AFTER = `
The program runs under valgrind, one or two million accesses a second, which is some thousand times slower than alone. Standard
input, output and errors are its own; its exit code is that of vmm. Consecutive accesses with one op to one page are folded to one
line that counts them. However the program ends, by Ctrl-C too, the trace is finished and holds what was done until then. Threads
are recorded as one; what the program forks or executes is not.

Examples:
  vmm record -- sort -n numbers.txt > sorted.txt
  vmm record -o join.trace.zst -- sqlite3 shop.db 'select count(*) from a join b using (id)'
  vmm record --fold none -- python3 -c 'print(2 ** 1000)'
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
    .option('-o, --output <FILE>', 'the trace (default: PROGRAM.trace.zst)')
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
    .option('-q, --quiet', 'print nothing but errors, for programs that one types to')
    .addHelpText('after', AFTER)
    .action(run);
}

async function run(command: string[], flags: Flags): Promise<void> {
  const { output, modify, quiet = false } = flags;
  if (output === STDOUT) throw new UsageError('--output -: standard output is the program’s; give a file');
  const line = new RecordingLine(process.stderr, quiet);
  try {
    const fold = foldPage(flags.fold);
    const recording = await record({ command, output, fold, modify, progress: (facts) => line.update(facts) });
    line.clear();
    if (!quiet) process.stderr.write(report(recording, command[0] ?? ''));
    process.exitCode = recording.exitCode;
  } finally {
    line.clear();
  }
}

function report({ file, accesses, records, bytes, exitCode, notes }: Recording, program: string): string {
  const ended = exitCode === 0 ? '' : `; ${program} ended with ${exitCode}`;
  const what = `${counted(accesses, 'access', 'accesses')} in ${counted(records, 'line')}, ${size(bytes)}`;
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
