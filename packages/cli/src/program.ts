/** The command line as a whole: which commands there are, how errors are told and what they exit with. Only the called command is loaded. */
import { Command, CommanderError } from 'commander';
import { bringPolicies } from './arguments/own-policies.ts';
import { EXIT, exitCodeOf, UsageError } from './exit.ts';
import { discardUnfinished } from './output/file.ts';

type Add = (program: Command) => void;

/** Each file exports a function that adds its command. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  run: async () => (await import('./commands/run.ts')).addRun,
  gen: async () => (await import('./commands/gen.ts')).addGen,
  record: async () => (await import('./commands/record.ts')).addRecord,
  inspect: async () => (await import('./commands/inspect.ts')).addInspect,
  convert: async () => (await import('./commands/convert.ts')).addConvert,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  tables: async () => (await import('./commands/tables.ts')).addTables,
  compare: async () => (await import('./commands/compare.ts')).addCompare,
  prefetch: async () => (await import('./commands/prefetch.ts')).addPrefetch,
  'new-policy': async () => (await import('./commands/new-policy.ts')).addNewPolicy,
  policies: async () => (await import('./commands/policies.ts')).addPolicies,
};

const EXAMPLES = `
Examples:
  vmm run traces/sort.trace.zst          run a recorded program through the default machine
  vmm record -- sort -n numbers.txt      record a real program: sort.vmt
  vmm inspect sort.vmt --svg sort.svg    what is in a trace, and a picture of it
  vmm run sort.vmt --ram 16MiB --policy lru --tlb 64x4,1536x12
  vmm explain sort.vmt --fault 300 --frames 100
  vmm gen -t zipf -n 10M | vmm run -     run a made trace
  vmm run --help                         all that can be asked of a machine

Exit codes: 0 done; 1 the work failed; 2 the call is wrong; 130 interrupted; 141 nobody reads the output.
`;

/** Runs the command line and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('vmm')
    .description('pagewalk: a virtual memory machine that runs traces of real programs.')
    .version(args.includes('--version') ? await version() : '', '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [COMMAND]', 'print help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', EXAMPLES)
    .hook('preAction', (_program, command) => bringPolicies(command));
  const called = COMMANDS[args[0] ?? ''];
  for (const load of called ? [called] : Object.values(COMMANDS)) {
    const add = await load();
    add(program);
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.done;
  } catch (error) {
    return tell(error, called ? `vmm ${args[0]}` : 'vmm');
  } finally {
    discardUnfinished();
  }
}

const version = async (): Promise<string> => `vmm ${(await import('pagewalk/node')).VERSION}`;

/** Says what went wrong, unless commander has shown help, and returns the exit code. */
function tell(error: unknown, name: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code !== 'commander.help') complain(name, [error.message.replace(/^error: /, '')]);
    return EXIT.usage;
  }
  const lines = error instanceof UsageError ? error.lines : [error instanceof Error ? error.message : String(error)];
  complain(name, lines);
  return exitCodeOf(error);
}

function complain(name: string, lines: readonly string[]): void {
  const text = lines.flatMap((line) => line.split('\n'));
  process.stderr.write(text.map((line) => `${name}: ${line}\n`).join(''));
}
