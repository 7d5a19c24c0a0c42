/** `vmm convert`: a trace in another format. */
import { type Command, Option } from 'commander';
import {
  fold,
  LOSSES,
  type Loss,
  LossError,
  limited,
  parseBytes,
  type TraceInfo,
  type TraceSource,
  VERSION,
  WRITERS,
  write,
} from 'pagewalk/node';
import { count } from '../arguments/count.ts';
import { openedTrace, type TraceFlags } from '../arguments/opened-trace.ts';
import { addPartFlags, addReadFlags, flagAdder } from '../arguments/trace-flags.ts';
import { counted, percent, size } from '../console/numbers.ts';
import { ProgressLine } from '../console/progress.ts';
import { type Target, targetOf } from '../convert/target.ts';
import { UsageError } from '../exit.ts';
import { COMPRESSIONS, CompressedFile } from '../output/compressed-file.ts';
import { STDOUT } from '../output/file.ts';
import { print } from '../output/print.ts';

interface Flags extends TraceFlags {
  readonly to?: string;
  readonly compress?: string;
  readonly fold?: string;
  readonly ids?: 'page' | 'byte';
  readonly lossy?: boolean;
  readonly maxAccesses?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const MOST_FOLD = 2 ** 30;
/** Of the machine that a trace of page numbers is meant for. */
const USUAL_PAGE = 4096;

const FORMAT_LINES = WRITERS.map(({ name, suffixes, summary, loses }) => {
  const lost = loses.length === 0 ? '' : `\n${' '.repeat(18)}may lose ${loses.join(', ')}`;
  return `  ${name.padEnd(15)} ${summary} (${suffixes.join(', ')})${lost}`;
});

const AFTER = `
Formats:
${FORMAT_LINES.join('\n')}

Nothing is lost without being asked for: what the format has no place for ends the work, or with --lossy is let go and counted.
Folded accesses, which stand for several in a page, are written one by one at the page's start where a format has no such thing.

Examples:
  vmm convert sort.trace.zst sort.vmt
  vmm convert sort.trace.zst sort.drmemtrace.gz --lossy
  vmm convert drmemtrace.zip short.trace.zst --skip 10M -n 1M --fold 4096
  valgrind --tool=lackey --trace-mem=yes --log-fd=9 ls 9>&1 >/dev/null | vmm convert - - --to csv | head
`;

export function addConvert(program: Command): void {
  const command = program
    .command('convert')
    .summary('write a trace in another format')
    .description('Reads a trace in any format and writes it in another. The output appears when it is whole.')
    .argument('<IN>', 'trace file, plain or compressed; - for standard input')
    .argument('<OUT>', 'file to write; - for standard output');
  const add = flagAdder(command);
  addReadFlags(add, 'skip and count bad lines');
  addPartFlags(add);
  add('Trace:', '-n, --max-accesses <N>', 'stop after so many accesses');
  const names = WRITERS.map(({ name }) => name);
  add('Output:', '--to <FORMAT>', 'format to write (default: by the name of OUT)', names);
  add('Output:', '--compress <HOW>', 'how to compress it (default: by the name of OUT)', COMPRESSIONS);
  add('Output:', '--fold <PAGE>', 'fold runs on one page of this size; none: as it is (default)');
  add('Output:', '--ids <WHAT>', 'objects of oracle_general: pages of 4096 bytes (default), or addresses', [
    'page',
    'byte',
  ]);
  add('Output:', '--lossy', 'let go of what the format has no place for, and count it');
  add('Output:', '--json', 'print what was done as JSON');
  add('Output:', '-q, --quiet', 'print nothing but errors');
  command.addHelpOption(new Option('-h, --help', 'print this').helpGroup('Output:'));
  command.addHelpText('after', AFTER).action(convert);
}

async function convert(from: string, to: string, flags: Flags): Promise<void> {
  const { target, foldPage, maxAccesses } = read(to, flags);
  const opened = limited(await openedTrace(from, flags, USUAL_PAGE), { length: maxAccesses });
  const line = new ProgressLine(process.stderr, flags.quiet === true);
  try {
    const source = foldPage === null ? opened : await fold(opened, foldPage);
    const conversion = await written(source, to, target, flags, line);
    line.clear();
    if (flags.json === true) await print(`${JSON.stringify(conversion, null, 2)}\n`);
    else if (flags.quiet !== true) process.stderr.write(report(conversion));
  } finally {
    line.clear();
    await opened.close();
  }
}

interface Conversion {
  readonly from: Pick<TraceInfo, 'format' | 'compression' | 'bytes' | 'sha256' | 'skipped' | 'leftOut' | 'notes'>;
  readonly to: {
    readonly file: string;
    readonly format: string;
    readonly compression: string | null;
    readonly bytes: number;
  };
  readonly accesses: number;
  readonly operations: number;
  readonly lost: Readonly<Partial<Record<Loss, number>>>;
  readonly notes: readonly string[];
}

async function written(
  source: TraceSource,
  path: string,
  { row, compression }: Target,
  { lossy = false, ids = 'page' }: Flags,
  line: ProgressLine,
): Promise<Conversion> {
  const facts = { tool: `vmm convert ${VERSION}` };
  const file = await CompressedFile.create(path, compression);
  const { pieces, lost, notes } = write(source, row.name, { lossy, ids, facts });
  try {
    for await (const piece of pieces) {
      await file.write(piece);
      line.update({ accesses: source.info().accesses, position: source.position(), size: source.sizeHint });
    }
    await file.commit();
  } catch (error) {
    await file.discard();
    if (!(error instanceof LossError)) throw error;
    throw new UsageError(error.message.replace('allow the loss', 'allow the loss (--lossy)'));
  }
  const { accesses, operations, ...info } = source.info();
  const { format, bytes, sha256, skipped, leftOut } = info;
  return {
    from: { format, compression: info.compression, bytes, sha256, skipped, leftOut, notes: info.notes },
    to: {
      file: file.path,
      format: row.name,
      compression: compression === 'none' ? null : compression,
      bytes: file.bytes,
    },
    accesses,
    operations,
    lost,
    notes,
  };
}

function report({ from, to, accesses, operations, lost, notes }: Conversion): string {
  const told: string[] = [];
  if (from.skipped > 0) told.push(`${counted(from.skipped, 'bad line or record', 'bad lines or records')} skipped`);
  for (const [loss, times] of Object.entries(lost)) {
    told.push(`lost: ${loss}, ${counted(times, 'time')} (${LOSSES[loss as Loss]})`);
  }
  const also = operations === 0 || 'operations' in lost ? '' : ` and ${counted(operations, 'operation')}`;
  const ratio = from.bytes > 0 ? `, ${percent(to.bytes / from.bytes)} of what was read` : '';
  const what = `${counted(accesses, 'access', 'accesses')}${also} as ${to.format}, ${size(to.bytes)}${ratio}`;
  return [...from.notes, ...told, ...notes, `${to.file}: ${what}`].map((text) => `vmm convert: ${text}\n`).join('');
}

interface Call {
  readonly target: Target;
  readonly foldPage: number | null;
  readonly maxAccesses: number | undefined;
}

/** @throws UsageError with everything that is wrong with the call. */
function read(path: string, flags: Flags): Call {
  const problems: string[] = [];
  const target = targetOf(path, flags.to, flags.compress, problems);
  const foldPage = foldOf(flags.fold, target, problems);
  const maxAccesses = count('--max-accesses', flags.maxAccesses, problems);
  if (flags.ids !== undefined && target !== null && target.row.name !== 'oracle_general') {
    problems.push(`--ids ${flags.ids}: format ${target.row.name} has addresses; leave it out`);
  }
  if (flags.json === true && path === STDOUT) {
    problems.push('--json and the trace both go to standard output; give the trace a file');
  }
  if (problems.length > 0 || target === null) throw new UsageError(...problems);
  return { target, foldPage, maxAccesses };
}

/** Null: as it is. */
function foldOf(text: string | undefined, target: Target | null, problems: string[]): number | null {
  if (text === undefined || text === 'none') return null;
  const bytes = parseBytes(text);
  const isPage = typeof bytes === 'number' && bytes >= 1 && bytes <= MOST_FOLD && Number.isInteger(Math.log2(bytes));
  if (!isPage) {
    problems.push(`--fold ${text}: not a page size; give a power of two up to 1GiB, such as 4096 or 16KiB, or none`);
    return null;
  }
  if (target?.row.folds === false) {
    const folding = WRITERS.filter(({ folds }) => folds).map(({ name }) => name);
    problems.push(
      `--fold ${text}: format ${target.row.name} has no folded accesses; give --to ${folding.join(' or ')}`,
    );
  }
  return bytes;
}
