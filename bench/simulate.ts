// `node bench/simulate.ts [--quick] [--only zipf,clock]`: the engine in Node against the same machine in C, in turns, over the same records.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from './simulate/engine.ts';
import type { Setup } from './simulate/machine.ts';
import { type Chunks, recordsIn, writeRecords } from './simulate/records.ts';
import { compileReference, compilerVersion, runReference } from './simulate/reference.ts';
import { differences } from './simulate/result.ts';
import { WORKLOADS } from './simulate/workloads.ts';

const TARGET = 0.8;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const RECORDS = options.quick ? 5_000_000 : 20_000_000;
const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const only = options.only.split(',').filter((word) => word !== '');

const POLICIES = ['clock', 'lru'] as const;

interface Row {
  trace: string;
  policy: string;
  accesses: number;
  records: number;
  c_ns: number;
  engine_ns: number;
  ratio: number;
  c_seconds: number[];
  engine_seconds: number[];
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const wanted = (name: string, names: readonly string[]) =>
  only.every((word) => !names.includes(word)) || only.includes(name);

/** One row of the table: both sides in turns, equal counters, no growth of memory while the clock runs. */
async function measure(program: string, file: string, chunks: Chunks, trace: string, setup: Setup): Promise<Row> {
  const engine = await Engine.create(setup);
  engine.run(chunks);
  const expected = engine.result();
  const memory = engine.memoryBytes;
  const seconds = { c: [] as number[], engine: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const reference = await runReference(program, file, setup);
    const different = differences(reference.result, expected);
    if (different.length > 0)
      throw new Error(`${trace}, ${setup.policy}: counters differ\n  ${different.join('\n  ')}`);
    seconds.c.push(reference.seconds);
    engine.reset();
    seconds.engine.push(engine.run(chunks));
    if (engine.memoryBytes !== memory)
      throw new Error(`the engine's memory grew from ${memory} to ${engine.memoryBytes}`);
  }
  const count = expected.counters['accesses']!;
  const [c, e] = [median(seconds.c), median(seconds.engine)];
  return {
    trace,
    policy: setup.policy,
    accesses: count,
    records: recordsIn(chunks),
    c_ns: (c / count) * 1e9,
    engine_ns: (e / count) * 1e9,
    ratio: c / e,
    c_seconds: seconds.c,
    engine_seconds: seconds.engine,
  };
}

function line({ trace, policy, accesses, c_ns, engine_ns, ratio }: Row): string {
  const cells = [
    trace.padEnd(20),
    policy.padEnd(6),
    `${(accesses / 1e6).toFixed(0)} M`.padStart(8),
    c_ns.toFixed(2).padStart(9),
    engine_ns.toFixed(2).padStart(10),
    ratio.toFixed(2).padStart(6),
  ];
  return `${cells.join('  ')}  ${ratio >= TARGET ? '' : `below ${TARGET}`}`.trimEnd();
}

const program = await compileReference();
console.log(`median of ${rounds} rounds in turns; ns per access; ratio = C / engine, target ≥ ${TARGET}\n`);
console.log(
  [
    'trace'.padEnd(20),
    'policy'.padEnd(6),
    'accesses'.padStart(8),
    'C'.padStart(9),
    'engine'.padStart(10),
    'ratio'.padStart(6),
  ].join('  '),
);
const rows: Row[] = [];
for (const { name, frames, chunks } of WORKLOADS.filter(({ name }) =>
  wanted(
    name,
    WORKLOADS.map((row) => row.name),
  ),
)) {
  const records = await chunks(RECORDS);
  const file = path(`build/${name}.records`);
  await writeRecords(file, records);
  try {
    for (const policy of POLICIES.filter((id) => wanted(id, POLICIES))) {
      const row = await measure(program, file, records, name, { policy, frames, swap_slots: 131_072 });
      rows.push(row);
      console.log(line(row));
    }
  } finally {
    await rm(file, { force: true });
  }
}
await mkdir(path('results'), { recursive: true });
const host = { cpu: cpus()[0]?.model.trim(), node: process.version, compiler: await compilerVersion() };
await writeFile(path('results/simulate.json'), `${JSON.stringify({ host, rounds, target: TARGET, rows }, null, 2)}\n`);
if (rows.some(({ ratio }) => ratio < TARGET)) process.exitCode = 1;
