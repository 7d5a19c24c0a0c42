/** `vmm inspect`: what is in a trace, and what is odd about it. */
import { type Command, Option } from 'commander';
import { inspect, limited, parseBytes } from 'pagewalk/node';
import { count } from '../arguments/count.ts';
import { openedTrace, type TraceFlags } from '../arguments/opened-trace.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { inspectionLines } from '../console/inspection.ts';
import { ProgressLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { UsageError } from '../exit.ts';
import { OutputFile, STDOUT } from '../output/file.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly trace?: string;
  readonly maxAccesses?: string;
  readonly page?: string;
  readonly top?: string;
  /** False with --no-hash. */
  readonly hash: boolean;
  readonly svg?: string;
  readonly json?: boolean;
  readonly output?: string;
  readonly quiet?: boolean;
}

const MOST_PAGE = 2 ** 30;
const USUAL_PAGE = 4096;

const EXAMPLES = `
Examples:
  vmm inspect traces/sqlite3.trace.zst
  vmm inspect sort.trace.zst --svg sort.svg        a picture of the addresses over time, for a browser
  vmm inspect sort.trace.zst --skip 10M -n 1M --page 2MiB
  vmm inspect sort.trace.zst --json | jq -r '.findings[] | .severity + ": " + .what'
`;

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('look at a trace')
    .description(
      'Says what is in a trace: format, accesses, processes, operations, pages and where they lie, how they are used, and what is odd about it. ' +
        'Reads it once, in bounded memory, however long it is.',
    )
    .argument('[TRACE]', 'trace file, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  addTraceFlags(add, 'skip and count bad lines');
  addPartFlags(add);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  add('Looking:', '--page <SIZE>', 'page size (default 4KiB, or what the trace is folded on)');
  add('Looking:', '--top <N>', 'hot pages and processes to list (default 10)');
  add('Looking:', '--no-hash', 'without the hash of the events, which takes a quarter of the time');
  add('Output:', '--svg <FILE>', 'draw the addresses over time; - is standard output');
  add('Output:', '-o, --output <FILE>', 'write what was found as JSON; - is standard output');
  add('Output:', '--json', 'print what was found as JSON');
  add('Output:', '-q, --quiet', 'print nothing but errors');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags);
  });
}

async function run(argument: string | undefined, flags: Flags): Promise<void> {
  const { page, top, maxAccesses } = read(flags);
  const opened = await openedTrace(traceInput(argument, flags.trace), flags, page ?? USUAL_PAGE);
  const trace = limited(opened, { length: maxAccesses });
  const line = new ProgressLine(process.stderr, flags.quiet === true);
  try {
    const svg = flags.svg === undefined ? undefined : await OutputFile.create(flags.svg);
    const json = flags.output === undefined ? undefined : await OutputFile.create(flags.output);
    const { inspection, picture } = await inspect(trace, {
      page,
      top,
      eventHash: flags.hash,
      picture: svg !== undefined,
      onProgress: (facts) => line.update(facts),
    });
    line.clear();
    const text = `${JSON.stringify(inspection, null, 2)}\n`;
    await svg?.write(picture ?? '');
    await json?.write(text);
    await svg?.commit();
    await json?.commit();
    if (flags.json === true) await print(text);
    else if (flags.quiet !== true && stdoutTakers(flags).length === 0) {
      await print(`${inspectionLines(inspection, styleFor(process.stdout)).join('\n')}\n`);
    }
  } finally {
    line.clear();
    await trace.close();
  }
}

interface Call {
  readonly page: number | undefined;
  readonly top: number | undefined;
  readonly maxAccesses: number | undefined;
}

/** @throws UsageError with everything that is wrong with the call. */
function read(flags: Flags): Call {
  const problems: string[] = [];
  const page = pageOf(flags.page, problems);
  const top = count('--top', flags.top, problems, 0);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  const taken = stdoutTakers(flags);
  if (taken.length > 1) problems.push(`${taken.join(' and ')} all go to standard output; give one of them a file`);
  if (problems.length > 0) throw new UsageError(...problems);
  return { page, top, maxAccesses };
}

function pageOf(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (typeof bytes === 'number' && bytes >= 1 && bytes <= MOST_PAGE && Number.isInteger(Math.log2(bytes))) return bytes;
  problems.push(`--page ${text}: not a page size; give a power of two up to 1GiB, such as 4096 or 2MiB`);
  return undefined;
}

/** The flags that use standard output, which is then not for the text. */
function stdoutTakers({ json, output, svg }: Flags): string[] {
  return [
    ...(json === true ? ['--json'] : []),
    ...(output === STDOUT ? ['--output -'] : []),
    ...(svg === STDOUT ? ['--svg -'] : []),
  ];
}
