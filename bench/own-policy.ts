// `node bench/own-policy.ts [--quick] [--only lru,clock]`: policies of the catalog, built in and brought along as files that are compiled at
// run time, in turns over the same records; and how long that compiling takes, by itself and from the cache.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { compilePolicy, type OwnPolicy, type PolicyCache, policyCache } from 'pagewalk/node';
import { broughtAlong } from '../test/support/brought-along.ts';
import { Engine } from './simulate/engine.ts';
import { configWords } from './simulate/machine.ts';
import { type Chunks, generated, recorded } from './simulate/records.ts';

const TARGET = 0.9;
/** They pay for checked structures at each hit: docs/own-policies.md. */
const CALLED_ON_HITS = ['lfu', 'arc'];
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    compile: { type: 'string', default: '' },
    cache: { type: 'string', default: '' },
  },
});
const RECORDS = options.quick ? 2_000_000 : 8_000_000;
const ROUNDS = options.quick ? 5 : 9;
const IDS = (['clock', 'lru', 'lfu', 'arc'] as const).filter(
  (id) => options.only === '' || options.only.split(',').includes(id),
);
const ROWS: readonly PolicyRow[] = POLICIES;

const WORKLOADS: [name: string, frames: number, chunks: () => Promise<Chunks>][] = [
  ['zipf', 49_152, () => generated('zipf', RECORDS)],
  ['uniform', 49_152, () => generated('random', RECORDS)],
  ['sqlite3', 462, () => recorded(new URL('../traces/sqlite3.trace.zst', import.meta.url).pathname, RECORDS)],
];

const sourceOf = (id: string): Promise<string> => broughtAlong(ROWS.find((row) => row.id === id)!);

async function timeToCompile(id: string, cache: PolicyCache | null): Promise<number> {
  const source = await sourceOf(id);
  const start = performance.now();
  await compilePolicy({ source, file: `${id}.ts`, cache });
  return (performance.now() - start) / 1000;
}

// In a process of its own: --compile ID FOLDER.
if (options.compile !== '') {
  console.log(await timeToCompile(options.compile, policyCache(options.cache)));
  process.exit();
}

const folder = await mkdtemp(join(tmpdir(), 'pagewalk-bench-'));
console.log(
  'compiling, seconds: in a new process, again in a new process (from the cache), in a process that has compiled before\n',
);
await timeToCompile('fifo', null);
try {
  for (const id of IDS) {
    const child = (): number => {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), '--compile', id, '--cache', folder];
      return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    };
    const times = [child(), child(), await timeToCompile(id, null)];
    console.log(id.padEnd(8), times.map((time) => time.toFixed(3).padStart(8)).join(''));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const policies = new Map<string, OwnPolicy>();
for (const id of IDS)
  policies.set(id, await compilePolicy({ source: await sourceOf(id), file: `${id}.ts`, cache: null }));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

console.log(
  `\nmillion records a second, best of ${ROUNDS} rounds in turns; ratio = brought along / built in, target ≥ ${TARGET}\n`,
);
let failed = false;
for (const [name, frames, chunksOf] of WORKLOADS) {
  const chunks = await chunksOf();
  const records = chunks.reduce((sum, chunk) => sum + chunk.length / 16, 0);
  for (const id of IDS) {
    const words = configWords({ policy: id, frames, swap_slots: 131_072 });
    const engines = [await Engine.of(words), await Engine.of(words, policies.get(id)!.facts.module)];
    const seconds: number[][] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, engine] of engines.entries()) {
        engine.reset();
        seconds[at]!.push(engine.run(chunks));
      }
    }
    const [ours, theirs] = engines.map((engine) => JSON.stringify(engine.result()));
    if (ours !== theirs) throw new Error(`${id} on ${name}: brought along it counts otherwise`);
    const [best, own] = seconds.map((each) => Math.min(...each)) as [number, number];
    const ratio = best / own;
    const medians = seconds.map(median) as [number, number];
    failed ||= ratio < TARGET && !CALLED_ON_HITS.includes(id);
    console.log(
      `${name.padEnd(10)}${id.padEnd(8)}${(records / best / 1e6).toFixed(1).padStart(8)}${(records / own / 1e6).toFixed(1).padStart(8)}${ratio.toFixed(2).padStart(8)}   median ${(medians[0] / medians[1]).toFixed(2)}`,
    );
  }
}
if (failed) process.exitCode = 1;
