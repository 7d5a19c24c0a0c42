/** The flags that describe a machine, made from the configuration's schema, and what was given with them. */
import { type Command, Option } from 'commander';
import {
  amend,
  CONFIG_FLAGS,
  ConfigError,
  type ConfigFlag,
  type ConfigInput,
  type MachineConfig,
  parseConfig,
  problemText,
  valueOfFlag,
} from 'pagewalk/node';

/** `leftOut`: keys that the command decides itself. */
export function addMachineFlags(command: Command, leftOut: readonly string[] = []): void {
  for (const flag of flagsWithout(leftOut)) {
    const value = flag.placeholder === null ? '' : ` <${flag.placeholder}>`;
    const short = flag.short === undefined ? '' : `-${flag.short}, `;
    const others = flag.aliases.length > 0 ? `; also ${flag.aliases.map((alias) => `--${alias}`).join(', ')}` : '';
    command.addOption(
      new Option(`${short}--${flag.long}${value}`, flag.help + others).helpGroup(GROUPS[flag.group] ?? flag.group),
    );
    for (const alias of flag.aliases) command.addOption(new Option(`--${alias}${value}`).hideHelp());
  }
}

const flagsWithout = (leftOut: readonly string[]): readonly ConfigFlag[] =>
  CONFIG_FLAGS.filter(({ key }) => !leftOut.includes(key));

const GROUPS: Readonly<Record<string, string>> = {
  Memory: 'Memory:',
  Translation: 'Translation:',
  Replacement: 'Replacement:',
  'Large pages': 'Large pages:',
  'Cpus and nodes': 'Cpus and nodes:',
  Latencies: 'Simulated time:',
};

interface ConfigFile {
  readonly path: string;
  readonly values: Record<string, unknown>;
}

/**
 * The machine that file and flags describe together; complaints go to `problems`, each under the name it was given by.
 */
export function machineConfig(
  command: Command,
  file: ConfigFile | undefined,
  problems: string[],
): MachineConfig | undefined {
  return configAs(parseConfig, command, file, problems);
}

/** What `read` makes of file and flags, with its complaints told in the same way. */
export function configAs<T>(
  read: (input: ConfigInput) => T,
  command: Command,
  file: ConfigFile | undefined,
  problems: string[],
  leftOut: readonly string[] = [],
): T | undefined {
  const known = flagsWithout(leftOut);
  const flags: Record<string, unknown> = {};
  for (const flag of known) {
    const given = givenNames(command, flag);
    if (given.length > 1) problems.push(`${given.join(' and ')} are the same flag: give one`);
    const value = given[0] === undefined ? undefined : command.getOptionValue(attribute(given[0]));
    if (value !== undefined) flags[flag.key] = typeof value === 'string' ? valueOfFlag(flag.key, value) : value;
  }
  try {
    return read(amend((file?.values ?? {}) as ConfigInput, flags as ConfigInput));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) {
      const key = problem.path.split('.')[0] ?? '';
      const flag = known.find((each) => each.key === key);
      const fromFile = file !== undefined && key in file.values && !(key in flags) && flag !== undefined;
      const name = flag ? (givenNames(command, flag)[0] ?? `--${flag.long}`) : ownFlag(command, key);
      problems.push(problemText(problem, fromFile || !name ? `${file?.path ?? ''}: ${problem.path}` : name));
    }
    return undefined;
  }
}

/** The command's own flag of that name. */
const ownFlag = (command: Command, key: string): string | undefined =>
  command.options.find(({ long }) => long === `--${key}`)?.long ?? undefined;

/** The names under which a flag was given, `--policy` or `--algorithm`. */
function givenNames(command: Command, flag: ConfigFlag): string[] {
  return [flag.long, ...flag.aliases]
    .map((name) => `--${name}`)
    .filter((name) => command.getOptionValueSource(attribute(name)) === 'cli');
}

/** Commander's name for a flag: `--no-tagged` sets `tagged`. */
const attribute = (name: string): string =>
  name.replace(/^--(no-)?/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
