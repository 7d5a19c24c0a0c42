// `node bench/reading.ts [--quick] [--only text,xz]`: reading traces to records, with the hash of the file, against programs that do no more than must
// be done: `wc -l` on text, `cat` on binary files, the system's decompressor on compressed ones.
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type AccessRecord,
  fold,
  generate,
  openTrace,
  packRecords,
  type TraceSource,
  unpackRecords,
  write,
} from '../packages/pagewalk/src/node/index.ts';

export interface Row {
  readonly name: string;
  /** Of the file, and of what it stands for. */
  readonly file_bytes: number;
  readonly bytes: number;
  readonly accesses: number;
  /** Medians over the rounds, in MB (10^6 bytes, uncompressed) per second. */
  readonly reader_mb_s: number;
  readonly baseline_mb_s: number;
  readonly baseline: string;
  readonly accesses_s: number;
  /** Reader over baseline. */
  readonly ratio: number;
  /** Processor time over time: above 1 if more than one core worked. */
  readonly cores: number;
  /** Share of the processor time that other threads than the parsing one took: what a second core can do. */
  readonly elsewhere: number;
  readonly reader_seconds: number[];
  readonly baseline_seconds: number[];
}

export interface ReadingOptions {
  readonly accesses?: number;
  readonly rounds?: number;
  readonly only?: readonly string[] | undefined;
}

interface Input {
  readonly name: string;
  /** Made of which other input, by which command with the file behind it; left out: by `write`. */
  readonly from?: readonly [input: string, ...command: string[]];
  readonly write?: (source: TraceSource) => AsyncIterable<Uint8Array | string>;
  readonly baseline: readonly string[];
}

const INPUTS: readonly Input[] = [
  { name: 'text', write: (source) => write(source, 'text').pieces, baseline: ['wc', '-l'] },
  { name: 'lackey', write: lackeyPieces, baseline: ['wc', '-l'] },
  { name: 'drmemtrace', write: (source) => write(source, 'drmemtrace').pieces, baseline: ['cat'] },
  { name: 'champsim', write: (source) => write(instructions(source), 'champsim').pieces, baseline: ['cat'] },
  { name: 'text.gz', from: ['text', 'gzip', '-c'], baseline: ['gzip', '-dc'] },
  { name: 'text.zst', from: ['text', 'zstd', '-q', '-c'], baseline: ['zstd', '-q', '-dc'] },
  { name: 'text.xz', from: ['text', 'xz', '-1', '-c'], baseline: ['xz', '-dc'] },
  { name: 'text.bz2', from: ['text', 'bzip2', '-c'], baseline: ['bzip2', '-dc'] },
  { name: 'text.lz4', from: ['text', 'lz4', '-q', '-c'], baseline: ['lz4', '-q', '-dc'] },
  { name: 'text.zip', from: ['text', 'zip', '-q', '-'], baseline: ['unzip', '-p'] },
  { name: 'vmt', write: (source) => write(source, 'vmt').pieces, baseline: ['cat'] },
  { name: 'folded text', write: folded('text'), baseline: ['wc', '-l'] },
  { name: 'folded vmt', write: folded('vmt'), baseline: ['cat'] },
];

/** Each in turns with its baseline, over files of about 20 bytes per access. */
export async function readingBench({ accesses = 10_000_000, rounds = 7, only }: ReadingOptions = {}): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pagewalk-bench-'));
  const made = new Map<string, { path: string; bytes: number }>();
  const make = async (input: Input): Promise<{ path: string; bytes: number }> => {
    const there = made.get(input.name);
    if (there) return there;
    const path = join(folder, input.name.replaceAll(' ', '-'));
    let bytes: number | null = null;
    if (input.from) {
      const [name, ...command] = input.from;
      const plain = await make(INPUTS.find((other) => other.name === name)!);
      execFileSync('sh', ['-c', `"$@" > '${path}'`, '-', ...command, plain.path]);
      bytes = plain.bytes;
    } else await pipeline(copies(input.write!(await source(accesses))), createWriteStream(path));
    const outcome = { path, bytes: bytes ?? (await stat(path)).size };
    made.set(input.name, outcome);
    return outcome;
  };
  try {
    const rows: Row[] = [];
    for (const input of INPUTS.filter(({ name }) => only?.includes(name) ?? true)) {
      const { path, bytes } = await make(input);
      rows.push(await measure(input, path, bytes, rounds));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Addresses as long as those of a real program, half of them from few pages. */
function source(accesses: number): Promise<TraceSource> {
  return generate({ type: 'zipf', accesses, addressSpace: 2 ** 47, parameters: { exponent: 0.9 } });
}

function folded(format: string): (source: TraceSource) => AsyncIterable<Uint8Array> {
  return async function* (source) {
    yield* write(await fold(source, 4096), format).pieces;
  };
}

/** Every other access an instruction, and nothing that ChampSim cannot hold. */
function instructions(source: TraceSource): TraceSource {
  return {
    ...source,
    foldedPage: null,
    async next() {
      const chunk = await source.next();
      if (chunk === null) return null;
      const records = unpackRecords(chunk.bytes).map(({ address }, index): AccessRecord => {
        const isFetch = index % 2 === 0;
        return {
          pid: 1,
          op: isFetch ? 'ifetch' : 'read',
          address: isFetch ? 0x40_1000n + BigInt(index * 2) : address + 1n,
        };
      });
      return { bytes: packRecords(records), records: records.length };
    },
    info: () => source.info(),
    position: () => source.position(),
    close: () => source.close(),
  };
}

/** The stream keeps a piece beyond the next. */
async function* copies(pieces: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  for await (const piece of pieces) yield typeof piece === 'string' ? piece : piece.slice();
}

async function* lackeyPieces(source: TraceSource): AsyncGenerator<string> {
  yield '==1== Lackey, an example Valgrind tool\n';
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    const lines = unpackRecords(chunk.bytes).map(({ op, address }, index) => {
      const prefix = index % 2 === 0 ? 'I  ' : op === 'write' ? ' S ' : ' L ';
      return `${prefix}${address.toString(16).padStart(8, '0')},${index % 2 === 0 ? 3 : 8}\n`;
    });
    yield lines.join('');
  }
}

async function measure({ name, baseline }: Input, path: string, bytes: number, rounds: number): Promise<Row> {
  const reader: number[] = [];
  const other: number[] = [];
  const processor: number[] = [];
  const here: number[] = [];
  let accesses = 0;
  const [program = '', ...args] = baseline;
  for (let round = 0; round < rounds; round++) {
    // The descriptor: a pipe to this process would be what is measured.
    other.push(secondsOf(() => execFileSync('sh', ['-c', '"$@" > /dev/null', '-', program, ...args, path])));
    const before = process.cpuUsage();
    const beforeHere = process.threadCpuUsage();
    const started = performance.now();
    accesses = await read(path);
    reader.push((performance.now() - started) / 1000);
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1e6);
    const parsing = process.threadCpuUsage(beforeHere);
    here.push((parsing.user + parsing.system) / 1e6);
  }
  const [readerSeconds, otherSeconds] = [median(reader), median(other)];
  return {
    name,
    file_bytes: (await stat(path)).size,
    bytes,
    accesses,
    reader_mb_s: bytes / 1e6 / readerSeconds,
    baseline_mb_s: bytes / 1e6 / otherSeconds,
    baseline: baseline.join(' '),
    accesses_s: accesses / readerSeconds,
    ratio: otherSeconds / readerSeconds,
    cores: median(processor) / readerSeconds,
    elsewhere: 1 - median(here) / median(processor),
    reader_seconds: reader,
    baseline_seconds: other,
  };
}

async function read(path: string): Promise<number> {
  const trace = await openTrace(path);
  while ((await trace.next()) !== null);
  await trace.close();
  return trace.info().accesses;
}

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function table(rows: readonly Row[]): string {
  const head = [
    'input',
    'file MB',
    'MB',
    'reader MB/s',
    'M accesses/s',
    'cores',
    'elsewhere',
    'against',
    'MB/s',
    'ratio',
  ];
  const cells = rows.map((row) => [
    row.name,
    (row.file_bytes / 1e6).toFixed(1),
    (row.bytes / 1e6).toFixed(1),
    row.reader_mb_s.toFixed(0),
    (row.accesses_s / 1e6).toFixed(1),
    row.cores.toFixed(2),
    `${(row.elsewhere * 100).toFixed(0)} %`,
    row.baseline,
    row.baseline_mb_s.toFixed(0),
    row.ratio.toFixed(2),
  ]);
  const line = (row: string[]): string =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(12) : cell.padStart(12))).join('  ');
  return [head, ...cells].map(line).join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
    strict: false,
  });
  const only = typeof values['only'] === 'string' ? values['only'].split(',') : undefined;
  const rows = await readingBench({ only, ...(values['quick'] === true ? { accesses: 3_000_000, rounds: 3 } : {}) });
  console.log(table(rows));
  const results = fileURLToPath(new URL('results', import.meta.url));
  await mkdir(results, { recursive: true });
  const host = { cpu: cpus()[0]?.model.trim(), node: process.version };
  await writeFile(join(results, 'reading.json'), `${JSON.stringify({ host, rows }, null, 2)}\n`);
}
