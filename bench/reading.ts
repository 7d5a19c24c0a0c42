// `node bench/reading.ts [--quick]`: reading text and lackey traces to records, with the hash of the file, against `wc -l` on the same file.
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate, openTrace, type TraceSource, textOf, unpackRecords } from '../packages/pagewalk/src/node/index.ts';

export interface Row {
  readonly format: 'text' | 'lackey';
  readonly bytes: number;
  readonly records: number;
  /** Medians over the rounds, in MB (10^6 bytes) per second. */
  readonly reader_mb_s: number;
  readonly wc_mb_s: number;
  readonly ns_per_record: number;
  /** Reader over wc. */
  readonly ratio: number;
  readonly reader_seconds: number[];
  readonly wc_seconds: number[];
}

export interface ReadingOptions {
  readonly accesses?: number;
  readonly rounds?: number;
}

const FORMATS = { text: textPieces, lackey: lackeyPieces } as const;

/** Both sides in turns over a file of about 20 bytes per access. */
export async function readingBench({ accesses = 10_000_000, rounds = 7 }: ReadingOptions = {}): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pagewalk-bench-'));
  try {
    const rows: Row[] = [];
    for (const format of ['text', 'lackey'] as const) {
      const path = join(folder, `trace.${format}`);
      await pipeline(FORMATS[format](await made(accesses)), createWriteStream(path));
      rows.push(await measure(format, path, rounds));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Addresses as long as those of a real program, half of them from few pages. */
function made(accesses: number): Promise<TraceSource> {
  return generate({ type: 'zipf', accesses, addressSpace: 2 ** 47, parameters: { exponent: 0.9 } });
}

async function* textPieces(source: TraceSource): AsyncGenerator<Uint8Array> {
  // The stream keeps a piece beyond the next.
  for await (const piece of textOf(source)) yield piece.slice();
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

async function measure(format: Row['format'], path: string, rounds: number): Promise<Row> {
  const { size: bytes } = await stat(path);
  const reader: number[] = [];
  const wc: number[] = [];
  let records = 0;
  for (let round = 0; round < rounds; round++) {
    wc.push(secondsOf(() => execFileSync('wc', ['-l', path])));
    const started = performance.now();
    records = await read(path);
    reader.push((performance.now() - started) / 1000);
  }
  const [readerSeconds, wcSeconds] = [median(reader), median(wc)];
  return {
    format,
    bytes,
    records,
    reader_mb_s: bytes / 1e6 / readerSeconds,
    wc_mb_s: bytes / 1e6 / wcSeconds,
    ns_per_record: (readerSeconds * 1e9) / records,
    ratio: wcSeconds / readerSeconds,
    reader_seconds: reader,
    wc_seconds: wc,
  };
}

async function read(path: string): Promise<number> {
  const source = await openTrace(path);
  while ((await source.next()) !== null);
  await source.close();
  return source.info().records;
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
  const head = ['format', 'MB', 'records', 'reader MB/s', 'wc -l MB/s', 'ns/record', 'ratio'];
  const cells = rows.map((row) => [
    row.format,
    (row.bytes / 1e6).toFixed(0),
    `${(row.records / 1e6).toFixed(1)} M`,
    row.reader_mb_s.toFixed(0),
    row.wc_mb_s.toFixed(0),
    row.ns_per_record.toFixed(1),
    row.ratio.toFixed(3),
  ]);
  const line = (row: string[]) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(7) : cell.padStart(11))).join('  ');
  return [head, ...cells].map(line).join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } }, strict: false });
  const rows = await readingBench(values['quick'] ? { accesses: 3_000_000, rounds: 3 } : {});
  console.log(table(rows));
  const results = fileURLToPath(new URL('results', import.meta.url));
  await mkdir(results, { recursive: true });
  const host = { cpu: cpus()[0]?.model.trim(), node: process.version };
  await writeFile(join(results, 'reading.json'), `${JSON.stringify({ host, rows }, null, 2)}\n`);
}
