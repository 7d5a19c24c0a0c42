// `node bench/invalidation.ts [--quick]`: translations taken away one by one, in batches, by a Bloom filter, on eight cpus.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ConfigField } from '@pagewalk/engine/catalog';
import { CPUS, type Workload, workloads } from './invalidation/workloads.ts';
import { Engine } from './simulate/engine.ts';
import { blockOf, valuesOf } from './simulate/machine.ts';
import { recordsIn } from './simulate/records.ts';

type Words = Partial<Record<ConfigField, number>>;

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = options.quick ? 1 : 5;

const BATCH = 0;
const SINGLE = 1;
const BLOOM = 2;
const NEVER = 2 ** 31;

/** Ways to do it; what a process loses must be the same in the first three. */
const WAYS: readonly [name: string, words: Words][] = [
  ['single', { invalidation: SINGLE }],
  ['batch, no ceiling', { invalidation: BATCH, flush_ceiling: NEVER }],
  ['batch, 33', { invalidation: BATCH }],
  ['bloom 1024, no ceiling', { invalidation: BLOOM, flush_ceiling: NEVER }],
  ['bloom 128, no ceiling', { invalidation: BLOOM, bloom_bits: 128, flush_ceiling: NEVER }],
];

const COUNTED = [
  'shootdowns',
  'ipis',
  'full_flushes',
  'tlb_invalidations',
  'bloom_false_drops',
  'tlb_misses',
  'shootdown_ns',
] as const;

interface Row extends Record<(typeof COUNTED)[number], number> {
  readonly workload: string;
  readonly way: string;
  readonly simulated_ms: number;
  readonly host_seconds: number[];
}

async function measure(workload: Workload, way: string, words: Words): Promise<Row> {
  const base = valuesOf({ policy: 'clock', frames: workload.frames, swap_slots: 16_384 });
  const own = { space: 1, cpus: CPUS, max_processes: workload.processes, invlpg_ns: 100 };
  const engine = await Engine.of(blockOf({ ...base, ...own, ...words }));
  const seconds = Array.from({ length: rounds }, () => {
    engine.reset();
    return engine.run(workload.chunks);
  });
  const { counters, clock_ns } = engine.result();
  const counted = Object.fromEntries(COUNTED.map((name) => [name, counters[name]!])) as Record<
    (typeof COUNTED)[number],
    number
  >;
  return { workload: workload.name, way, ...counted, simulated_ms: clock_ns / 1e6, host_seconds: seconds };
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const rows: Row[] = [];
for (const workload of workloads(options.quick ? 0.1 : 1)) {
  console.log(`\n${workload.name}: ${recordsIn(workload.chunks).toLocaleString('en')} records, ${CPUS} cpus`);
  const own: Row[] = [];
  for (const [way, words] of WAYS) own.push(await measure(workload, way, words));
  console.table(
    Object.fromEntries(
      own.map((row) => {
        const { way, workload: _workload, host_seconds, ...figures } = row;
        const host_ms = Math.round(median(host_seconds) * 1000);
        return [way, { ...figures, simulated_ms: Math.round(row.simulated_ms), host_ms }];
      }),
    ),
  );
  const [single, batch] = own;
  if (single?.tlb_misses !== batch?.tlb_misses || single?.tlb_invalidations !== batch?.tlb_invalidations) {
    throw new Error(`${workload.name}: batch and single came to different TLBs`);
  }
  rows.push(...own);
}

const folder = fileURLToPath(new URL('results', import.meta.url));
await mkdir(folder, { recursive: true });
const about = { node: process.version, cpu: cpus()[0]?.model, rounds };
await writeFile(`${folder}/invalidation.json`, `${JSON.stringify({ ...about, rows }, null, 2)}\n`);
