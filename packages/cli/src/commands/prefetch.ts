/** `vmm prefetch`: a trace with every prefetcher. */
import { type Command, Option } from 'commander';
import { comparePrefetchers, type MachineConfig, type PrefetchComparison } from 'pagewalk/node';
import { readConfigFile } from '../arguments/config-file.ts';
import { count } from '../arguments/count.ts';
import { addMachineFlags, machineConfig } from '../arguments/machine-flags.ts';
import type { TraceFlags } from '../arguments/opened-trace.ts';
import { repeatable } from '../arguments/repeatable.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { prefetchLines } from '../console/prefetch.ts';
import { StepLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { UsageError } from '../exit.ts';
import { print } from '../output/print.ts';

interface Flags extends Omit<TraceFlags, 'sample'> {
  readonly trace?: string;
  readonly maxAccesses?: string;
  readonly config?: string;
  /** False with --no-pollution. */
  readonly pollution: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

const EXAMPLES = `
Examples:
  vmm prefetch traces/sort.trace.zst --ram 1MiB
  vmm prefetch sort.vmt --ram 1MiB --prefetch next:distance=8,trigger=1
  vmm prefetch sort.vmt --ram 1MiB --json | jq -c '.runs[] | [.prefetcher, .accuracy_ratio, .pollution]'
`;

export function addPrefetch(program: Command): void {
  const command = program
    .command('prefetch')
    .summary('compare the prefetchers')
    .description(
      'Runs a trace without prefetching and once with each prefetcher, and prints what each brought, what of it was used, what it displaced ' +
        'and what time it saved. --prefetch gives parameters to one of them.',
    )
    .argument('[TRACE]', 'trace file of any format, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  addTraceFlags(add, 'skip bad lines');
  addPartFlags(add, false);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  add('Configuration:', '--config <FILE>', 'configuration or result in JSON; flags amend it');
  addMachineFlags(command);
  add('Output:', '--no-pollution', 'leave pollution out: several times faster');
  add('Output:', '--json', 'print the comparison as JSON');
  add('Output:', '-q, --quiet', 'no progress on the terminal');
  add('Output:', '-D, --debug', 'check every invariant of the machines on the way: slow');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags, command);
  });
}

async function run(argument: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { config, maxAccesses } = await read(flags, command);
  const line = new StepLine(process.stderr, flags.quiet === true);
  const trace = await repeatable(traceInput(argument, flags.trace), flags, config.page_size);
  try {
    const comparison = await comparePrefetchers({
      open: trace.open,
      config,
      maxAccesses,
      check: flags.debug,
      withoutPollution: !flags.pollution,
      onProgress: (facts) => line.update(facts),
    });
    line.clear();
    await print(`${text(comparison, flags)}\n`);
  } finally {
    line.clear();
    await trace.close();
  }
}

function text(comparison: PrefetchComparison, flags: Flags): string {
  if (flags.json === true) return JSON.stringify(comparison, null, 2);
  return prefetchLines(comparison, styleFor(process.stdout)).join('\n');
}

/** @throws UsageError with everything that is wrong with the call. */
async function read(
  flags: Flags,
  command: Command,
): Promise<{ config: MachineConfig; maxAccesses: number | undefined }> {
  const problems: string[] = [];
  const file =
    flags.config === undefined ? undefined : { path: flags.config, values: await readConfigFile(flags.config) };
  const config = machineConfig(command, file, problems);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  if (!config || problems.length > 0) throw new UsageError(...problems);
  return { config, maxAccesses };
}
