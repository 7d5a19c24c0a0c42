// `node bench/vmt.ts [--quick]`: .vmt of recorded programs against their text: speed of reading in accesses a second, and size. The folded ones are of
// traces/, as text without compression; a whole one is recorded under valgrind, if that is there, and its lackey log compared with what `xz -6` makes of it.
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTrace, write } from '../packages/pagewalk/src/node/index.ts';

export interface Row {
  readonly trace: string;
  readonly accesses: number;
  readonly records: number;
  readonly text_bytes: number;
  readonly vmt_bytes: number;
  /** Of the compressed text: xz -6 of lackey's, zstd as recorded of folded text. */
  readonly packed_bytes: number;
  /** Medians over the rounds. */
  readonly text: Speed;
  readonly vmt: Speed;
  readonly runs: Speed;
}

interface Speed {
  readonly seconds: number;
  readonly cpu_seconds: number;
}

const FOLDED = ['sqlite3', 'perl', 'sort'];
const PROGRAM = [
  'perl',
  '-e',
  'my %h; $h{($_*7919)%401} .= "x$_" for 1..500; print length join ",", map {"$_$h{$_}"} sort keys %h',
];
const TRACES = fileURLToPath(new URL('../traces', import.meta.url));

interface Input {
  readonly trace: string;
  readonly text: string;
  readonly packed_bytes: number;
}

export async function vmtBench(rounds = 7): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pagewalk-bench-'));
  try {
    const inputs = await inputsIn(folder);
    const rows: Row[] = [];
    for (const input of inputs) rows.push(await measure(input, folder, rounds));
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function inputsIn(folder: string): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const name of FOLDED) {
    const from = join(TRACES, `${name}.trace.zst`);
    const text = join(folder, `${name}.trace`);
    await convert(from, 'text', text);
    inputs.push({ trace: `${name}, folded`, text, packed_bytes: (await stat(from)).size });
  }
  const log = join(folder, 'perl.lackey');
  try {
    execFileSync('valgrind', [
      '--tool=lackey',
      '--trace-mem=yes',
      '--basic-counts=no',
      `--log-file=${log}`,
      ...PROGRAM,
    ]);
  } catch {
    console.error('no valgrind: nothing that is not folded');
    return inputs;
  }
  execFileSync('sh', ['-c', `xz -6 -T1 -c '${log}' > '${log}.xz'`]);
  return [...inputs, { trace: 'perl, whole', text: log, packed_bytes: (await stat(`${log}.xz`)).size }];
}

async function convert(from: string, format: string, to: string): Promise<void> {
  const source = await openTrace(from);
  await pipeline(copies(write(source, format).pieces), createWriteStream(to));
  await source.close();
}

/** The stream keeps a piece beyond the next. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece);
}

async function measure({ trace, text, packed_bytes }: Input, folder: string, rounds: number): Promise<Row> {
  const vmt = join(folder, 'trace.vmt');
  await convert(text, 'vmt', vmt);
  const times: Record<'text' | 'vmt' | 'runs', Speed[]> = { text: [], vmt: [], runs: [] };
  let info = { accesses: 0, records: 0 };
  for (let round = 0; round < rounds; round++) {
    for (const [kind, path] of [
      ['text', text],
      ['vmt', vmt],
      ['runs', vmt],
    ] as const) {
      const before = process.cpuUsage();
      const started = performance.now();
      info = await read(path, kind === 'runs');
      const { user, system } = process.cpuUsage(before);
      times[kind].push({ seconds: (performance.now() - started) / 1000, cpu_seconds: (user + system) / 1e6 });
    }
  }
  const { accesses, records } = info;
  const sizes = { text_bytes: (await stat(text)).size, vmt_bytes: (await stat(vmt)).size, packed_bytes };
  const speeds = { text: median(times.text), vmt: median(times.vmt), runs: median(times.runs) };
  return { trace, accesses, records, ...sizes, ...speeds };
}

async function read(path: string, runs: boolean): Promise<{ accesses: number; records: number }> {
  const source = await openTrace(path);
  if (runs) source.wantRuns?.();
  while ((await source.next()) !== null);
  await source.close();
  return source.info();
}

function median(speeds: readonly Speed[]): Speed {
  const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return {
    seconds: middle(speeds.map(({ seconds }) => seconds)),
    cpu_seconds: middle(speeds.map(({ cpu_seconds }) => cpu_seconds)),
  };
}

function table(rows: readonly Row[]): string {
  const head = [
    'trace',
    'accesses',
    'text MB',
    'packed KB',
    'vmt KB',
    'text M/s',
    'vmt M/s',
    'ratio',
    'cpu ratio',
    'runs M/s',
  ];
  const cells = rows.map((row) => [
    row.trace,
    `${(row.accesses / 1e6).toFixed(1)} M`,
    (row.text_bytes / 1e6).toFixed(1),
    (row.packed_bytes / 1e3).toFixed(0),
    (row.vmt_bytes / 1e3).toFixed(0),
    (row.accesses / row.text.seconds / 1e6).toFixed(0),
    (row.accesses / row.vmt.seconds / 1e6).toFixed(0),
    (row.text.seconds / row.vmt.seconds).toFixed(1),
    (row.text.cpu_seconds / row.vmt.cpu_seconds).toFixed(1),
    (row.accesses / row.runs.seconds / 1e6).toFixed(0),
  ]);
  const line = (row: string[]) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(9))).join('  ');
  return [head, ...cells].map(line).join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } }, strict: false });
  const rows = await vmtBench(values['quick'] ? 3 : 9);
  console.log(table(rows));
  const results = fileURLToPath(new URL('results', import.meta.url));
  await mkdir(results, { recursive: true });
  const host = { cpu: cpus()[0]?.model.trim(), node: process.version };
  await writeFile(join(results, 'vmt.json'), `${JSON.stringify({ host, rows }, null, 2)}\n`);
}
