/** `vmm run`: a trace through a machine. */
import { type Command, Option } from 'commander';
import {
  engineSha256,
  hostOf,
  Machine,
  type MachineConfig,
  type RunResult,
  type RunSummary,
  resultOf,
} from 'pagewalk/node';
import { readConfigFile } from '../arguments/config-file.ts';
import { count } from '../arguments/count.ts';
import { addMachineFlags, machineConfig } from '../arguments/machine-flags.ts';
import { openedTrace, refuseSample, type TraceFlags } from '../arguments/opened-trace.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { details } from '../console/details.ts';
import { warnings } from '../console/hints.ts';
import { ProgressLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { summary } from '../console/summary.ts';
import { UsageError } from '../exit.ts';
import { appendCsv, checkCsv } from '../output/csv-file.ts';
import { eventLines } from '../output/event-lines.ts';
import { OutputFile, STDOUT } from '../output/file.ts';
import { jsonText } from '../output/json-text.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly trace?: string;
  readonly maxAccesses?: string;
  readonly config?: string;
  readonly configName?: string;
  readonly output?: string;
  readonly csv?: string;
  readonly json?: boolean;
  readonly interval?: string;
  readonly events?: string;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  vmm run traces/sort.trace.zst
  vmm run sort.vmt --ram 16MiB --policy lru -o lru.json
  vmm run sort.vmt -r 8 -p 4096 -a clock:ref_on_load=0 --csv table.csv --config-name small
  vmm run sort.vmt --itlb 64x8 --dtlb 64x4 --stlb 1536x12 --pwc 2,4,32
  vmm run sort.vmt --json --interval 100000 | jq .intervals.counters.page_faults
  vmm gen -t zipf -n 10M | vmm run --frames 1000
`;

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary('run a trace through a machine')
    .description(
      'Runs a trace of memory accesses through a machine of TLBs, page table, frames and swap, and prints what happened.',
    )
    .argument('[TRACE]', 'trace file of any format, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  addTraceFlags(add, 'skip and count bad lines');
  addPartFlags(add);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  add('Configuration:', '--config <FILE>', 'configuration or result in JSON; flags amend it');
  add('Configuration:', '--config-name <NAME>', 'what to call this configuration in the output');
  addMachineFlags(command);
  add('Output:', '-o, --output <FILE>', 'write the result as JSON; - is standard output');
  add('Output:', '--csv <FILE>', 'add the result as a row; a new file gets a header');
  add('Output:', '--json', 'print the result as JSON instead of the summary');
  add('Output:', '--interval <N>', 'add a time series with a row for every N accesses');
  add(
    'Output:',
    '--events <FILE>',
    'write every lookup, walk, fault and eviction, one JSON object a line; - is standard output',
  );
  add('Output:', '-V, --verbose', 'print every counter, TLB and process too');
  add('Output:', '-q, --quiet', 'print nothing but errors');
  add('Output:', '-D, --debug', 'check every invariant of the machine on the way: slow');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags, command);
  });
}

async function run(argument: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { config, maxAccesses, interval } = await read(flags, command);
  const path = traceInput(argument, flags.trace);
  const machine = await Machine.create(config);
  const trace = await openedTrace(path, flags, config.page_size);
  const progress = new ProgressLine(process.stderr, flags.quiet === true);
  try {
    if (flags.csv !== undefined) await checkCsv(flags.csv);
    const json = flags.output === undefined ? undefined : await OutputFile.create(flags.output);
    const events = flags.events === undefined ? undefined : await OutputFile.create(flags.events);
    const started = performance.now();
    const done = await machine.run(trace, {
      maxAccesses,
      interval,
      check: flags.debug,
      onProgress: (facts) => progress.update(facts),
      onEvents: events && ((records) => writeEvents(events, records)),
    });
    const result = await resultFor(machine, done, trace.name, performance.now() - started, flags);
    progress.clear();
    await json?.write(jsonText(result));
    await json?.commit();
    await events?.commit();
    if (flags.csv !== undefined) await appendCsv(flags.csv, result);
    await show(result, flags);
  } finally {
    progress.clear();
    await trace.close();
  }
}

/** @throws UsageError with everything that is wrong with the call. */
async function read(
  flags: Flags,
  command: Command,
): Promise<{ config: MachineConfig; maxAccesses: number | undefined; interval: number | undefined }> {
  const problems: string[] = [];
  const file =
    flags.config === undefined ? undefined : { path: flags.config, values: await readConfigFile(flags.config) };
  const config = machineConfig(command, file, problems);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  const interval = count('--interval', flags.interval, problems);
  refuseSample(flags, config?.prefetch.id, problems);
  const taken = stdoutTakers(flags);
  if (taken.length > 1) problems.push(`${taken.join(' and ')} all go to standard output; give one of them a file`);
  if (!config || problems.length > 0) throw new UsageError(...problems);
  return { config, maxAccesses, interval };
}

/** The flags that use standard output, which is then not for the summary. */
function stdoutTakers({ json, output, events }: Flags): string[] {
  return [
    ...(json === true ? ['--json'] : []),
    ...(output === STDOUT ? ['--output -'] : []),
    ...(events === STDOUT ? ['--events -'] : []),
  ];
}

async function writeEvents(file: OutputFile, records: Uint8Array): Promise<void> {
  for (const text of eventLines(records)) await file.write(text);
}

async function resultFor(
  machine: Machine,
  done: RunSummary,
  traceName: string,
  wallMs: number,
  flags: Flags,
): Promise<RunResult> {
  const configName = flags.configName ?? null;
  const host = hostOf(done.accesses, wallMs);
  return resultOf(machine, done, { configName, traceName, engineSha256: await engineSha256(), host });
}

async function show(result: RunResult, flags: Flags): Promise<void> {
  if (flags.json === true) await print(jsonText(result));
  if (flags.quiet === true) return;
  if (stdoutTakers(flags).length > 0) {
    process.stderr.write(
      warnings(result)
        .map((text) => `vmm run: ${text}\n`)
        .join(''),
    );
    return;
  }
  const style = styleFor(process.stdout);
  const lines = summary(result, style);
  if (flags.verbose === true) lines.push(...details(result, style));
  await print(`${lines.join('\n')}\n`);
}
