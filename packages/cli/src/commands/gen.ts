/** `vmm gen`: a made trace, as text. */
import { type Command, Option } from 'commander';
import {
  GENERATOR_DEFAULTS,
  GENERATORS,
  generate,
  generatorOf,
  nearest,
  parseBytes,
  TextWriter,
  textHeader,
} from 'pagewalk/node';
import { count } from '../arguments/count.ts';
import { parameters } from '../arguments/parameters.ts';
import { UsageError } from '../exit.ts';
import { OutputFile, STDOUT } from '../output/file.ts';

interface Flags {
  readonly type: string;
  readonly numAccesses: string;
  readonly numProcesses?: string;
  readonly addrSpace?: string;
  readonly seed?: string;
  readonly writeRatio?: string;
  readonly output?: string;
}

const TYPES = GENERATORS.map(({ name, summary, parameters: own }) => {
  const list = own.map((each) => `${each.name}=${each.default}`).join(',');
  return `  ${name.padEnd(12)} ${summary}${list === '' ? '' : ` (${list})`}`;
});

const AFTER = `
Types, with their own parameters as TYPE:PARAMETER=VALUE,…
${TYPES.join('\n')}

Examples:
  vmm gen -t sequential -n 1000 -o seq.trace
  vmm gen -t zipf:exponent=0.8 -n 10M -p 4 -a 1GiB -s 7 | vmm run --ram 128MiB
  vmm gen -t loop:loop_pages=20000 -n 1e9 | vmm run -
`;

export function addGen(program: Command): void {
  program
    .command('gen')
    .summary('make a trace')
    .description('Makes a trace from a pattern and a seed, in the text format, on standard output or in a file.')
    .addOption(new Option('-t, --type <TYPE>', 'pattern of the accesses').default('working_set'))
    .addOption(new Option('-n, --num-accesses <N>', 'accesses to make, such as 1000000, 1e6 or 10M').default('10000'))
    .option(
      '-p, --num-processes <N>',
      `processes, each with its own address space (default ${GENERATOR_DEFAULTS.processes})`,
    )
    .option('-a, --addr-space <SIZE>', 'address space of each process; a bare number is MiB (default 256MiB)')
    .option('-s, --seed <N>', `seed of the generator (default ${GENERATOR_DEFAULTS.seed})`)
    .option('--write-ratio <R>', `share of the accesses that write, 0 to 1 (default ${GENERATOR_DEFAULTS.writeRatio})`)
    .option('-o, --output <FILE>', 'write a file instead of standard output')
    .addHelpText('after', AFTER)
    .action(gen);
}

async function gen(flags: Flags): Promise<void> {
  const source = await generate(read(flags));
  const writer = await TextWriter.create(undefined, source.operations?.names);
  const file = await OutputFile.create(flags.output ?? STDOUT);
  await file.write(textHeader(source.foldedPage));
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next())
    await file.write(writer.encode(chunk));
  await source.close();
  await file.commit();
}

/** @throws UsageError with everything that is wrong with the call. */
function read(flags: Flags): Parameters<typeof generate>[0] {
  const problems: string[] = [];
  const [name = '', own] = flags.type.split(/:(.*)/s);
  const type = name.trim().toLowerCase().replaceAll('-', '_');
  const row = GENERATORS.find((each) => each.name === type);
  if (!row) problems.push(unknownType(name));
  const given = row && own !== undefined ? parameters(`--type ${type}`, own, row.parameters, problems) : {};
  const accesses = count('--num-accesses', flags.numAccesses, problems) ?? 1;
  const processes = count('--num-processes', flags.numProcesses, problems);
  const seed = count('--seed', flags.seed, problems, 0);
  const addressSpace = space(flags.addrSpace, problems);
  const writeRatio = ratio(flags.writeRatio, problems);
  if (processes !== undefined && processes > 65_536) problems.push(`--num-processes ${processes}: give 1 to 65536`);
  if (problems.length > 0) throw new UsageError(...problems);
  return {
    type: generatorOf(type).name,
    accesses,
    parameters: given,
    ...(processes === undefined ? {} : { processes }),
    ...(seed === undefined ? {} : { seed }),
    ...(addressSpace === undefined ? {} : { addressSpace }),
    ...(writeRatio === undefined ? {} : { writeRatio }),
  };
}

function unknownType(name: string): string {
  const known = GENERATORS.map((each) => each.name);
  const meant = nearest(name, known);
  return `--type ${name}: no such pattern; ${meant ? `did you mean ${meant}? ` : ''}give ${known.join(', ')}`;
}

function space(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(/^\d+$/.test(text) ? `${text}MiB` : text);
  if (typeof bytes === 'number' && bytes >= 4096 && bytes <= 2 ** 57) return bytes;
  const reason = typeof bytes === 'string' ? bytes : 'out of range';
  problems.push(`--addr-space ${text}: ${reason}; give a size from 4KiB to 128PiB, such as 256 (MiB) or 1GiB`);
  return undefined;
}

function ratio(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  problems.push(`--write-ratio ${text}: not a share; give a number from 0 to 1`);
  return undefined;
}
