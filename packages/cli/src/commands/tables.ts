/** `vmm tables`: a trace through every design of page table. */
import { type Command, Option } from 'commander';
import { compareTables, type TableComparison, type TableMachines, tableMachines } from 'pagewalk/node';
import { readConfigFile } from '../arguments/config-file.ts';
import { count } from '../arguments/count.ts';
import { addMachineFlags, configAs } from '../arguments/machine-flags.ts';
import type { TraceFlags } from '../arguments/opened-trace.ts';
import { repeatable } from '../arguments/repeatable.ts';
import { addPartFlags, addTraceFlags, flagAdder } from '../arguments/trace-flags.ts';
import { traceInput } from '../arguments/trace-input.ts';
import { StepLine } from '../console/progress.ts';
import { styleFor } from '../console/style.ts';
import { tableLines } from '../console/tables.ts';
import { EXIT, UsageError } from '../exit.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly trace?: string;
  readonly maxAccesses?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

const EXAMPLES = `
Examples:
  vmm tables traces/sort.trace.zst
  vmm tables sort.vmt --frames 500 --hash-buckets 64
  vmm tables sort.vmt --tlb none --json | jq -c '.runs[] | [.table, .table_bytes, .refs_per_walk]'
`;

export function addTables(program: Command): void {
  const command = program
    .command('tables')
    .summary('compare the designs of page table')
    .description(
      'Runs a trace once for each design of page table: radix trees of 1 to 5 levels, hashed, clustered and inverted tables. Prints what each ' +
        'takes in memory and in memory references. All must translate the same; if not, that is told, and the exit code is 1.',
    )
    .argument('[TRACE]', 'trace file of any format, plain or compressed; - or nothing for standard input');
  const add = flagAdder(command);
  addTraceFlags(add, 'skip bad lines');
  addPartFlags(add);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  add('Configuration:', '--config <FILE>', 'configuration or result in JSON; flags amend it');
  addMachineFlags(command);
  add('Output:', '--json', 'print the comparison as JSON');
  add('Output:', '-q, --quiet', 'no progress on the terminal');
  add('Output:', '-D, --debug', 'check every invariant of the machines on the way: slow');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', EXAMPLES).action(async (trace: string | undefined, flags: Flags) => {
    await run(trace, flags, command);
  });
}

async function run(argument: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { config, page, maxAccesses } = await read(flags, command);
  const line = new StepLine(process.stderr, flags.quiet === true);
  const trace = await repeatable(traceInput(argument, flags.trace), flags, page);
  try {
    const onProgress = (facts: { what: string; position: number; size: number | null }): void => line.update(facts);
    const comparison = await compareTables({ open: trace.open, config, maxAccesses, check: flags.debug, onProgress });
    line.clear();
    await show(comparison, flags);
  } finally {
    line.clear();
    await trace.close();
  }
}

async function show(comparison: TableComparison, flags: Flags): Promise<void> {
  const text =
    flags.json === true
      ? JSON.stringify(comparison, null, 2)
      : tableLines(comparison, styleFor(process.stdout)).join('\n');
  await print(`${text}\n`);
  if (comparison.differences.length === 0) return;
  process.stderr.write(
    comparison.differences.map((text) => `vmm tables: the designs translate differently: ${text}\n`).join(''),
  );
  process.exitCode = EXIT.failed;
}

/** @throws UsageError with everything that is wrong with the call. */
async function read(flags: Flags, command: Command): Promise<Call> {
  const problems: string[] = [];
  const file =
    flags.config === undefined ? undefined : { path: flags.config, values: await readConfigFile(flags.config) };
  const called = configAs((input) => ({ input, ...tableMachines(input) }), command, file, problems);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  if (!called || problems.length > 0) throw new UsageError(...problems);
  return { config: called.input, page: pageSizeOf(called), maxAccesses };
}

interface Call {
  readonly config: Parameters<typeof tableMachines>[0];
  readonly page: number;
  readonly maxAccesses: number | undefined;
}

const pageSizeOf = ({ machines }: TableMachines): number => machines[0]?.config.page_size ?? 4096;
