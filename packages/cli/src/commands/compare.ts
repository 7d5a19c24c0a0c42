/** `vmm compare`: a trace under many policies, in memories of several sizes. */
import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import {
  type ComparePlan,
  comparePolicies,
  comparisonCsv,
  DEFAULT_SIZES,
  type PolicyComparison,
  parallel,
  planComparison,
} from 'pagewalk/node';
import { readConfigFile } from '../arguments/config-file.ts';
import { count } from '../arguments/count.ts';
import { addMachineFlags, configAs } from '../arguments/machine-flags.ts';
import { openedTrace, refuseSample, type TraceFlags } from '../arguments/opened-trace.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { comparisonLines, failures } from '../console/comparison.ts';
import { StepLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { EXIT, UsageError } from '../exit.ts';
import { OutputFile, STDOUT } from '../output/file.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly trace?: string;
  readonly maxAccesses?: string;
  readonly config?: string;
  readonly policies?: string;
  readonly frames?: string;
  /** False with --no-opt. */
  readonly opt: boolean;
  readonly jobs?: string;
  readonly json?: boolean;
  readonly output?: string;
  readonly csv?: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

const EXAMPLES = `
Examples:
  vmm compare traces/sort.trace.zst
  vmm compare sort.vmt --policies lru,clock,clock:bits=2,ref_on_load=0 --frames 25%,50%,1MiB
  vmm compare sort.vmt --policies all,-mru,-random --frames 10% --json | jq -c '.runs[] | [.policy, .figures.opt_ratio]'
  vmm gen -t zipf -n 10M | vmm compare --policies lru,arc --frames 1000,4000 --no-opt
`;

/** What a comparison sets itself. */
const OWN = ['policy', 'frames', 'ram'] as const;

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .summary('compare replacement policies')
    .description(
      'Runs a trace under many replacement policies, in memories of several sizes, all in one pass over it. Prints what each missed, against OPT, ' +
        'wrote back and took in simulated time, and the miss ratio over the size of memory.',
    )
    .argument('[TRACE]', 'trace file of any format, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  addTraceFlags(add, 'skip bad lines');
  addPartFlags(add);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  add(
    'Comparison:',
    '--policies <LIST>',
    'names with their parameters; all: every one; -NAME leaves one out (default all)',
  );
  add(
    'Comparison:',
    '--frames <LIST>',
    `frames, sizes (64MiB), or shares of the distinct pages of the trace (default ${DEFAULT_SIZES})`,
  );
  add('Comparison:', '--no-opt', 'without OPT, which has to know the whole trace beforehand');
  add('Comparison:', '-j, --jobs <N>', 'threads (default: one per core); what is printed is the same for any number');
  add('Configuration:', '--config <FILE>', 'configuration or result in JSON; flags amend it');
  addMachineFlags(command, OWN);
  add('Output:', '-o, --output <FILE>', 'write the comparison as JSON; - is standard output');
  add('Output:', '--csv <FILE>', 'write a row for each machine; - is standard output');
  add('Output:', '--json', 'print the comparison as JSON');
  add('Output:', '-q, --quiet', 'print nothing but errors');
  add('Output:', '-D, --debug', 'check every invariant of the machines on the way: slow');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags, command);
  });
}

async function run(argument: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { plan, maxAccesses, jobs } = await read(flags, command);
  const trace = await openedTrace(traceInput(argument, flags.trace), flags, plan.config.page_size);
  const line = new StepLine(process.stderr, flags.quiet === true);
  try {
    const json = flags.output === undefined ? undefined : await OutputFile.create(flags.output);
    const csv = flags.csv === undefined ? undefined : await OutputFile.create(flags.csv);
    const comparison = await comparePolicies(trace, plan, {
      executor: parallel(jobs),
      maxAccesses,
      check: flags.debug,
      onProgress: (facts) => line.update({ what: 'comparing', ...facts }),
    });
    line.clear();
    await json?.write(jsonOf(comparison));
    await csv?.write(comparisonCsv(comparison));
    await json?.commit();
    await csv?.commit();
    await show(comparison, flags);
  } finally {
    line.clear();
    await trace.close();
  }
}

const jsonOf = (comparison: PolicyComparison): string => `${JSON.stringify(comparison, null, 2)}\n`;

/** A machine that did not come to the end is told of, and makes the call one that failed. */
async function show(comparison: PolicyComparison, flags: Flags): Promise<void> {
  if (flags.json === true) await print(jsonOf(comparison));
  else if (flags.quiet !== true && stdoutTakers(flags).length === 0) {
    await print(`${comparisonLines(comparison, styleFor(process.stdout)).join('\n')}\n`);
  }
  const failed = failures(comparison.runs);
  if (failed.length === 0) return;
  process.stderr.write(failed.map((text) => `vmm compare: ${text}\n`).join(''));
  process.exitCode = EXIT.failed;
}

interface Call {
  readonly plan: ComparePlan;
  readonly maxAccesses: number | undefined;
  readonly jobs: number;
}

/** @throws UsageError with everything that is wrong with the call. */
async function read(flags: Flags, command: Command): Promise<Call> {
  const problems: string[] = [];
  const file =
    flags.config === undefined ? undefined : { path: flags.config, values: await readConfigFile(flags.config) };
  const question = { policies: flags.policies, sizes: flags.frames, withoutOpt: !flags.opt };
  const plan = configAs((config) => planComparison({ ...question, config }), command, file, problems, OWN);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  const jobs = count('--jobs', flags.jobs, problems);
  refuseSample(flags, plan?.config.prefetch.id, problems);
  const taken = stdoutTakers(flags);
  if (taken.length > 1) problems.push(`${taken.join(' and ')} all go to standard output; give one of them a file`);
  if (!plan || problems.length > 0) throw new UsageError(...problems);
  return { plan, maxAccesses, jobs: jobs ?? availableParallelism() };
}

/** The flags that use standard output, which is then not for the tables. */
function stdoutTakers({ json, output, csv }: Flags): string[] {
  return [
    ...(json === true ? ['--json'] : []),
    ...(output === STDOUT ? ['--output -'] : []),
    ...(csv === STDOUT ? ['--csv -'] : []),
  ];
}
