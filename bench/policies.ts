// `node bench/policies.ts [--quick] [--only arc,zipf]`: how fast the machine runs with each policy, beside plain LRU, in turns over the same
// records. Below a quarter of LRU the page of the policy (docs/policies) must say why.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { Engine } from './simulate/engine.ts';
import { type Chunks, foreseen } from './simulate/records.ts';
import { WORKLOADS } from './simulate/workloads.ts';

const LEAST = 0.25;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const RECORDS = options.quick ? 1_000_000 : 5_000_000;
const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const words = options.only.split(',').filter((word) => word !== '');
const rows: readonly PolicyRow[] = POLICIES;
const names = rows.map(({ id }) => id);
const traces = ['zipf', 'sqlite3'];

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const wanted = (name: string, all: readonly string[]) =>
  words.every((word) => !all.includes(word)) || words.includes(name);

/** Whether the section on cost of a policy's page gives a reason for being slow. */
function isExplained(id: string): boolean {
  const page = path(`../docs/policies/${id.replaceAll('_', '-')}.md`);
  const cost = existsSync(page) ? (readFileSync(page, 'utf8').split('## Cost')[1] ?? '') : '';
  return /slow|quarter of LRU/i.test(cost);
}

interface Lane {
  readonly engine: Engine;
  readonly chunks: Chunks;
  readonly uses: readonly BigUint64Array[];
}

/** LRU and the policy in turns; LRU's time by the policy's, the median over the rounds. */
function inTurns(lru: Lane, policy: Lane): { ratio: number; seconds: number } {
  const time = ({ engine, chunks, uses }: Lane) => {
    engine.reset();
    return engine.run(chunks, uses);
  };
  const pairs = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) return [time(lru), time(policy)] as const;
    const second = time(policy);
    return [time(lru), second] as const;
  });
  return { ratio: median(pairs.map(([a, b]) => a / b)), seconds: median(pairs.map(([, b]) => b)) };
}

let unexplained = 0;
const results: object[] = [];
console.log(
  `medians of ${rounds} rounds, each beside LRU; ratio = LRU's time / the policy's; faults of the machine with three quarters of the pages\n`,
);
for (const { name, frames, chunks } of WORKLOADS.filter(
  (each) => traces.includes(each.name) && wanted(each.name, traces),
)) {
  const plain = await chunks(RECORDS);
  const known = await foreseen(plain);
  const lane = async ({ id, future }: PolicyRow): Promise<Lane> => {
    const engine = await Engine.create({ policy: id as (typeof POLICIES)[number]['id'], frames, swap_slots: 131_072 });
    const own = future === true ? known : { chunks: plain, uses: [] };
    engine.run(own.chunks, own.uses);
    return { engine, ...own };
  };
  const lru = await lane(rows.find(({ id }) => id === 'lru') as PolicyRow);
  console.log(`${name}\n${['policy'.padEnd(16), 'M accesses/s', 'of LRU', '    faults'].join('  ')}`);
  for (const row of rows.filter(({ id }) => wanted(id, names))) {
    const own = await lane(row);
    const counters = own.engine.result().counters;
    const { ratio, seconds } = inTurns(lru, own);
    const accesses = counters['accesses'] as number;
    const slow = ratio < LEAST && !isExplained(row.id);
    if (slow) unexplained++;
    const cells = [
      row.id.padEnd(16),
      (accesses / seconds / 1e6).toFixed(1).padStart(12),
      ratio.toFixed(2).padStart(6),
      String(counters['page_faults']).padStart(10),
    ];
    console.log(
      `${cells.join('  ')}${ratio < LEAST ? `  below ${LEAST}${slow ? ', and its page does not say why' : ': see its page'}` : ''}`,
    );
    results.push({
      trace: name,
      policy: row.id,
      ratio,
      accesses_per_s: accesses / seconds,
      faults: counters['page_faults'],
    });
  }
  console.log('');
}
await mkdir(path('results'), { recursive: true });
const host = { cpu: cpus()[0]?.model.trim(), node: process.version };
await writeFile(
  path('results/policies.json'),
  `${JSON.stringify({ host, rounds, least: LEAST, rows: results }, null, 2)}\n`,
);
if (unexplained > 0) process.exitCode = 1;
