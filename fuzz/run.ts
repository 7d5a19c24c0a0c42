/** One reader under libFuzzer: seeds, a bounded time, what came of it; a crash is cut down and kept. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packInput } from './input.ts';
import type { FuzzedReader } from './readers.ts';

export const CORPUS = fileURLToPath(new URL('corpus/', import.meta.url));
export const CRASHERS = fileURLToPath(new URL('crashers/', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../traces/samples/', import.meta.url));

/** A run that takes so many seconds hangs. */
const HANG = 5;
const LIMITS = [`-timeout=${HANG}`, '-rss_limit_mb=1024', '-use_value_profile=1'];

export interface Fuzzed {
  readonly runs: number;
  readonly perSecond: number;
  /** Edges of trace.wasm that were reached, of all readers' together. */
  readonly edges: number;
  readonly allEdges: number;
  readonly inputs: number;
  /** File of the input that broke something, and what. */
  readonly crash: { readonly file: string; readonly what: string } | null;
}

/** `folder` keeps the inputs that were found, and what is found goes there. */
export async function fuzz(
  program: string,
  reader: FuzzedReader,
  seconds: number,
  folder: string,
  {
    crashers = CRASHERS,
    shrinking = 10,
  }: { crashers?: string /** Seconds for cutting a crasher down. */; shrinking?: number } = {},
): Promise<Fuzzed> {
  const found = join(folder, 'corpus', reader.name);
  const artifacts = join(folder, 'artifacts', reader.name);
  rmSync(artifacts, { recursive: true, force: true });
  for (const path of [found, artifacts]) mkdirSync(path, { recursive: true });
  writeSeeds(reader, found);
  const others = [CORPUS, crashers].map((path) => join(path, reader.name)).filter((path) => globSync(path).length > 0);
  const limits = [
    ...LIMITS,
    `-max_len=${reader.longest}`,
    `-max_total_time=${seconds}`,
    '-print_final_stats=1',
    `-artifact_prefix=${artifacts}/`,
  ];
  const { text } = await run(program, reader, [...limits, found, ...others]);
  const artifact = readdirSync(artifacts)[0];
  const [, coverage = '0', , inputs = '0'] = /.*cov: (\d+) ft: (\d+) corp: (\d+)\//s.exec(text) ?? [];
  const runs = Number(/number_of_executed_units: (\d+)/.exec(text)?.[1] ?? 0);
  const perSecond = Number(/average_exec_per_sec: +(\d+)/.exec(text)?.[1] ?? 0);
  const allEdges = Number(/\((\d+) inline 8-bit counters\)/.exec(text)?.[1] ?? 0);
  if (runs === 0) throw new Error(`libFuzzer: ${text}`);
  const crash = artifact === undefined ? null : keep(program, reader, join(artifacts, artifact), crashers, shrinking);
  return { runs, perSecond, edges: Number(coverage), allEdges, inputs: Number(inputs), crash };
}

/** Runs one input. Null if nothing breaks, else what breaks. */
export function replay(program: string, reader: FuzzedReader, file: string): string | null {
  const { status, stderr } = spawnSync(program, [...LIMITS, file], { env: environment(reader), encoding: 'utf8' });
  return status === 0 ? null : whatBroke(stderr);
}

/** Puts the smallest inputs of all that were found, which reach all that they reach, into the corpus. Answers how many. */
export function keepCorpus(program: string, reader: FuzzedReader, folder: string): number {
  const merged = join(folder, 'merged');
  rmSync(merged, { recursive: true, force: true });
  mkdirSync(merged, { recursive: true });
  const target = join(CORPUS, reader.name);
  mkdirSync(target, { recursive: true });
  // Without values and counts: of each edge one input is enough for the tests.
  const options = [
    '-merge=1',
    '-use_counters=0',
    `-max_len=${reader.longest}`,
    `-timeout=${HANG}`,
    merged,
    target,
    join(folder, 'corpus', reader.name),
  ];
  const { status, stderr } = spawnSync(program, options, {
    env: environment(reader),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`libFuzzer -merge: ${whatBroke(stderr)}`);
  for (const name of readdirSync(target)) rmSync(join(target, name));
  const names = readdirSync(merged);
  for (const name of names) copyFileSync(join(merged, name), join(target, name.slice(0, 16)));
  return names.length;
}

function writeSeeds(reader: FuzzedReader, folder: string): void {
  const files = reader.samples.flatMap((name) => globSync(join(SAMPLES, `${name}.*`)));
  const samples = files.map((file) => readFileSync(file).subarray(0, reader.longest - 64));
  const traces = [...samples, ...reader.seeds.map((text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)))];
  // Each option at each of its values at least once.
  const choices = Math.max(2, ...reader.options.map(({ length }) => length));
  for (const [index, trace] of traces.entries()) {
    for (let choice = 0; choice < choices; choice++) {
      const pieces = choice === 0 ? [] : [1, 7, 33];
      writeFileSync(join(folder, `seed-${index}-${choice}`), packInput(trace, choice % 2 === 1, pieces, choice));
    }
  }
}

/** Cuts the input down and stores it. */
function keep(
  program: string,
  reader: FuzzedReader,
  artifact: string,
  crashers: string,
  shrinking: number,
): Fuzzed['crash'] {
  const small = `${artifact}.small`;
  const options = [...LIMITS, '-minimize_crash=1', '-max_total_time=1', `-exact_artifact_path=${small}`, artifact];
  // It begins a round of a second whenever the one before made the input smaller.
  spawnSync(program, options, { env: environment(reader), stdio: 'ignore', timeout: shrinking * 1000 });
  const smaller = globSync(small)[0] ?? artifact;
  // What is smaller may break something else, or nothing by itself.
  const from = replay(program, reader, smaller) === null ? artifact : smaller;
  const what = replay(program, reader, from) ?? 'broken at the first time only: the run depends on something else';
  const name = createHash('sha1').update(readFileSync(from)).digest('hex').slice(0, 16);
  const file = join(crashers, reader.name, name);
  mkdirSync(join(crashers, reader.name), { recursive: true });
  copyFileSync(from, `${file}.new`);
  renameSync(`${file}.new`, file);
  return { file, what };
}

function whatBroke(output: string): string {
  const line = /^(broken: .*|trace\.wasm: trap .*|.*ERROR: .*)$/m.exec(output)?.[1];
  return line ?? output.slice(-500);
}

function environment(reader: FuzzedReader): NodeJS.ProcessEnv {
  const options = reader.options.map((values) => values.join(',')).join(';');
  const header = reader.hasHeader ? { FUZZ_HEADER: '1' } : {};
  return {
    ...process.env,
    ...header,
    FUZZ_READER: reader.number < 0 ? reader.name : String(reader.number),
    FUZZ_OPTIONS: options,
  };
}

function run(program: string, reader: FuzzedReader, options: readonly string[]): Promise<{ text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, { env: environment(reader), stdio: ['ignore', 'ignore', 'pipe'] });
    // The beginning and the end: in between there is a line for each find.
    let head = '';
    let tail = '';
    child.stderr.setEncoding('latin1');
    child.stderr.on('data', (text: string) => {
      if (head.length < 4000) head += text;
      tail = (tail + text).slice(-60_000);
    });
    child.on('error', reject);
    child.on('close', () => resolve({ text: `${head}\n${tail}` }));
  });
}

/** Which reader an input belongs to, by its folder. */
export const readerNameOf = (file: string): string => basename(join(file, '..'));
