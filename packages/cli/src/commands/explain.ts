/** `vmm explain`: why one access was fast or slow, or what kind of fault each fault of a run is. */
import { type Command, Option } from 'commander';
import {
  classify,
  type Explanation,
  explain,
  type LabOptions,
  type LabProgress,
  type MachineConfig,
} from 'pagewalk/node';
import { readConfigFile } from '../arguments/config-file.ts';
import { count } from '../arguments/count.ts';
import { addMachineFlags, machineConfig } from '../arguments/machine-flags.ts';
import { refuseSample, type TraceFlags } from '../arguments/opened-trace.ts';
import { repeatable } from '../arguments/repeatable.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { classesLines } from '../console/explain/classes.ts';
import { explanationLines } from '../console/explain/explanation.ts';
import { StepLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { UsageError } from '../exit.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly trace?: string;
  readonly at?: string;
  readonly fault?: string;
  readonly classes?: boolean;
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  vmm explain sort.vmt --fault 300 --frames 100
  vmm explain sort.vmt --at 1234567 --ram 1MiB --policy lru
  vmm explain sort.vmt --classes --frames 100 --policy fifo
  vmm explain sort.vmt --fault 300 --frames 100 --json | jq '.touches[].verdict'
`;

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('say why an access was a hit or a fault')
    .description(
      'Explains one access of a trace: which TLB sets and table entries were read, what the fault was, who was evicted and why, and whether ' +
        'a better policy or more memory would have spared it. Or puts every page fault of the run into a class.',
    )
    .argument('[TRACE]', 'trace file of any format, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  add('What:', '--at <N>', 'explain access number N, counted from 1');
  add('What:', '--fault <K>', 'explain the access that caused page fault number K');
  add('What:', '--classes', 'count the faults by class: cold, capacity, policy miss');
  addTraceFlags(add, 'skip bad lines');
  addPartFlags(add);
  add('Configuration:', '--config <FILE>', 'configuration or result in JSON; flags amend it');
  addMachineFlags(command);
  add('Output:', '--json', 'print everything that was found as JSON');
  add('Output:', '-q, --quiet', 'no progress on the terminal');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags, command);
  });
}

type Target = { readonly at: number } | { readonly fault: number } | 'classes';

async function run(argument: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { config, target } = await read(flags, command);
  const path = traceInput(argument, flags.trace);
  const line = new StepLine(process.stderr, flags.quiet === true);
  const trace = await repeatable(path, flags, config.page_size);
  try {
    const onProgress = (facts: LabProgress): void => line.update(facts);
    const text = await answer({ open: trace.open, config, onProgress }, target, flags.json === true);
    line.clear();
    await print(text);
  } finally {
    line.clear();
    await trace.close();
  }
}

async function answer(options: LabOptions, target: Target, asJson: boolean): Promise<string> {
  const style = styleFor(process.stdout);
  if (target === 'classes') {
    const classes = await classify(options);
    return asJson ? json(classes) : `${classesLines(classes, style).join('\n')}\n`;
  }
  const explanation: Explanation = await explain(options, target);
  return asJson ? json(explanation) : `${explanationLines(explanation, style).join('\n')}\n`;
}

/** Addresses, pages and entries in hex: JSON readers keep no more than 53 bits of a number. */
const json = (value: object): string =>
  `${JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `0x${each.toString(16)}` : each), 2)}\n`;

/** @throws UsageError with everything that is wrong with the call. */
async function read(flags: Flags, command: Command): Promise<{ config: MachineConfig; target: Target }> {
  const problems: string[] = [];
  const file =
    flags.config === undefined ? undefined : { path: flags.config, values: await readConfigFile(flags.config) };
  const config = machineConfig(command, file, problems);
  const at = count('--at', flags.at, problems);
  const fault = count('--fault', flags.fault, problems);
  refuseSample(flags, config?.prefetch.id, problems);
  const given = [
    ...(flags.at === undefined ? [] : ['--at']),
    ...(flags.fault === undefined ? [] : ['--fault']),
    ...(flags.classes === true ? ['--classes'] : []),
  ];
  if (given.length === 0) problems.push('what to explain? Give --at N, --fault K or --classes');
  if (given.length > 1) problems.push(`${given.join(' and ')}: give one of them`);
  if (!config || problems.length > 0) throw new UsageError(...problems);
  if (at !== undefined) return { config, target: { at } };
  return { config, target: fault === undefined ? 'classes' : { fault } };
}
