// `node bench/compare.ts [--quick]`: many machines fed by one pass over a trace, in one thread and in two, against a run for each of them.
// Every way is a process of its own, so that its peak of memory is its own; the ways take turns.
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  comparePolicies,
  generate,
  Machine,
  openTrace,
  parallel,
  planComparison,
  type TraceSource,
} from 'pagewalk/node';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, way: { type: 'string' }, trace: { type: 'string' } },
});

const POLICIES = 'fifo,lru,clock,aging,sieve,arc,s3_fifo,opt';
const SIZES = '10%,25%,50%';

/** Each is opened anew for every pass. */
const TRACES: Record<string, () => Promise<TraceSource>> = {
  'sort.trace.zst': () => openTrace(fileURLToPath(new URL('../traces/sort.trace.zst', import.meta.url))),
  zipf: async () => generate({ type: 'zipf', accesses: 4_000_000, addressSpace: 64 * 2 ** 20 }),
};

const WAYS = ['runs', '1 thread', '2 threads', '4 threads'] as const;
type Way = (typeof WAYS)[number];

/** What a way tells its parent. */
interface Told {
  readonly seconds: number;
  /** Of all threads: what other programs on the host do hardly shows in it. */
  readonly cpu: number;
  readonly rss: number;
  readonly machines: number;
  /** Faults and time of all machines, which must be the same whichever the way. */
  readonly sums: readonly number[];
}

async function take(way: Way, open: () => Promise<TraceSource>): Promise<Told> {
  const plan = planComparison({ policies: POLICIES, sizes: SIZES });
  const started = performance.now();
  const figures =
    way === 'runs'
      ? await runs(
          plan.policies.map(({ name }) => name),
          open,
        )
      : await together();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1e6;
  const sums = figures.reduce(([faults, ns], each) => [faults + each[0], ns + each[1]] as const, [0, 0] as const);
  return { seconds, cpu, rss: process.resourceUsage().maxRSS * 1024, machines: figures.length, sums };

  async function together(): Promise<[number, number][]> {
    const executor = parallel(Number.parseInt(way, 10));
    const { runs } = await comparePolicies(await open(), plan, { executor });
    return runs.map(({ figures }) => [figures?.misses ?? 0, figures?.total_ns ?? 0]);
  }
}

/** One after the other; how many pages there are is counted by a run in ample memory before. */
async function runs(policies: readonly string[], open: () => Promise<TraceSource>): Promise<[number, number][]> {
  const { pages } = await (await Machine.create({ ram: '1GiB' })).run(await open());
  const figures: [number, number][] = [];
  for (const share of SIZES.split(',').map((size) => Number.parseFloat(size) / 100)) {
    for (const policy of policies) {
      const machine = await Machine.create({ policy, frames: Math.max(1, Math.round(share * (pages ?? 0))) });
      await machine.run(await open());
      figures.push([machine.counters.page_faults, machine.time.total_ns]);
    }
  }
  return figures;
}

function inProcess(way: Way, trace: string): Told {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--way', way, '--trace', trace];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Told;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function measure(trace: string): Record<string, object> {
  const rounds = options.quick ? 1 : 5;
  const told = new Map<Way, Told[]>(WAYS.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) for (const way of WAYS) told.get(way)?.push(inProcess(way, trace));
  const all = [...told.values()].flat();
  if (new Set(all.map(({ sums }) => String(sums))).size !== 1) throw new Error(`${trace}: the ways disagree`);
  const taken = (way: Way, what: 'seconds' | 'cpu'): number => median((told.get(way) ?? []).map((each) => each[what]));
  return Object.fromEntries(
    WAYS.map((way) => {
      const each = told.get(way) ?? [];
      const row = {
        machines: each[0]?.machines,
        seconds: Number(taken(way, 'seconds').toFixed(2)),
        ratio: Number((taken('runs', 'seconds') / taken(way, 'seconds')).toFixed(2)),
        cpu_seconds: Number(taken(way, 'cpu').toFixed(2)),
        cpu_ratio: Number((taken('runs', 'cpu') / taken(way, 'cpu')).toFixed(2)),
        peak_MiB: Math.round(Math.max(...each.map(({ rss }) => rss)) / 2 ** 20),
      };
      return [way, row];
    }),
  );
}

if (options.way === undefined) {
  const results: Record<string, object> = {};
  for (const trace of Object.keys(TRACES)) {
    console.log(`\n${trace}: ${POLICIES} in ${SIZES} of its pages; ratio: time of the runs / time`);
    const table = measure(trace);
    console.table(table);
    results[trace] = table;
  }
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const host = { cpu: cpus()[0]?.model, cpus: cpus().length, node: process.version };
  await writeFile(new URL('compare.json', folder), `${JSON.stringify({ host, results }, null, 2)}\n`);
} else {
  const open = TRACES[options.trace ?? ''];
  if (!open) throw new Error(`no trace ${options.trace}`);
  console.log(JSON.stringify(await take(options.way as Way, open)));
}
