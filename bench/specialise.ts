// `node bench/specialise.ts [--quick] [--only lru,zipf]`: the shipped engine, with virtual calls among all policies, against engines made for
// one policy, against more passes of binaryen and against what V8 can be told or can learn, in turns over the same records.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PolicyId } from '@pagewalk/engine/catalog';
import { compiled, passed, SHIPPED } from './specialise/build.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const RECORDS = options.quick ? 2_000_000 : 8_000_000;
const rounds = Number(options.rounds ?? (options.quick ? 5 : 11));
const words = options.only.split(',').filter((word) => word !== '');

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const WORKER = path('specialise/worker.ts');
const TRAINING = path('build/specialise/training');

/** A ref-bit policy, one that lives on the order of use, and one that is called on each hit. */
const POLICIES: readonly PolicyId[] = ['clock', 'lru', 'lfu', 'arc'];
const WORKLOADS = ['zipf', 'uniform', 'sqlite3'];
/** What V8 learns from for the profile: another trace than those measured. */
const TRAINED_ON = 'sqlite3, unfolded';

interface Variant {
  readonly name: string;
  readonly wasm: (policy: PolicyId) => string;
  /** For V8. */
  readonly flags?: readonly string[];
  readonly cwd?: string;
}

const fixed = (wasm: string) => () => wasm;

function variants(): Variant[] {
  const mono = passed('monomorphize', ['--monomorphize', '-O4', '--converge']);
  const flow = passed('gufa', ['--gufa', '-O4', '--converge']);
  const inlining = passed('inlining', ['-aimfs', '40', '-fimfs', '100', '-ifwl', '-O4']);
  const traps = passed('traps-never-happen', ['-tnh', '-O4', '--converge']);
  const again = passed('again', ['-O4', '--converge']);
  return [
    { name: 'shipped', wasm: fixed(SHIPPED) },
    { name: 'asc: one policy', wasm: (policy) => compiled('one', policy) },
    { name: 'asc: one policy, direct calls', wasm: (policy) => compiled('typed', policy) },
    { name: 'binaryen: once more', wasm: fixed(again) },
    { name: 'binaryen: flow analysis', wasm: fixed(flow) },
    { name: 'binaryen: monomorphize', wasm: fixed(mono) },
    { name: 'binaryen: inline more', wasm: fixed(inlining) },
    { name: 'binaryen: traps never happen', wasm: fixed(traps) },
    { name: 'V8: inline more', wasm: fixed(SHIPPED), flags: INLINE_MORE },
    { name: 'V8: no inlining', wasm: fixed(SHIPPED), flags: ['--no-wasm-inlining'] },
    { name: 'V8: no tiers', wasm: fixed(SHIPPED), flags: ['--no-liftoff'] },
    { name: 'V8: profile', wasm: fixed(SHIPPED), flags: ['--experimental-wasm-pgo-from-file'], cwd: TRAINING },
  ];
}

const INLINE_MORE = [
  '--wasm-inlining-max-size=2000',
  '--wasm-inlining-budget=60000',
  '--wasm-inlining-factor=20',
  '--wasm-inlining-min-budget=2000',
];

interface Runner {
  readonly name: string;
  readonly child: ChildProcess;
  readonly seconds: number[];
}

async function start(
  variant: Variant,
  policy: PolicyId,
  workload: string,
  extra: string[] = [],
): Promise<[Runner, string]> {
  const args = ['--wasm', variant.wasm(policy), '--workload', workload, '--policy', policy, '--records', `${RECORDS}`];
  const execArgv = ['-C', 'source', ...(variant.flags ?? []), ...extra];
  const child = fork(WORKER, args, {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(variant.cwd === undefined ? {} : { cwd: variant.cwd }),
  });
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`${variant.name}: worker ended with ${code}`)),
  );
  const [counters] = await Promise.race([once(child, 'message'), died]);
  died.catch(() => {});
  return [{ name: variant.name, child, seconds: [] }, counters as string];
}

/** V8 writes what it saw of a run, by the contents of the module, into files of the folder it runs in. */
async function train(policy: PolicyId): Promise<void> {
  await rm(TRAINING, { recursive: true, force: true });
  await mkdir(TRAINING, { recursive: true });
  const trained: Variant = { name: 'training', wasm: fixed(SHIPPED), cwd: TRAINING };
  const [runner] = await start(trained, policy, TRAINED_ON, ['--experimental-wasm-pgo-to-file']);
  runner.child.disconnect();
  await once(runner.child, 'exit');
  if ((await readdir(TRAINING)).length === 0) throw new Error('V8 wrote no profile');
}

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * q)] as number;

async function measure(policy: PolicyId, workload: string): Promise<object[]> {
  await train(policy);
  const runners: Runner[] = [];
  let expected = '';
  for (const variant of variants()) {
    const [runner, counters] = await start(variant, policy, workload);
    expected ||= counters;
    if (counters !== expected) throw new Error(`${variant.name}, ${policy}, ${workload}: other counters than shipped`);
    runners.push(runner);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { child, seconds } of round % 2 === 0 ? runners : runners.toReversed()) {
      child.send('run');
      const [took] = await once(child, 'message');
      seconds.push(took as number);
    }
  }
  for (const { child } of runners) child.kill();
  const base = runners[0]?.seconds ?? [];
  return runners.map(({ name, seconds }) => {
    const ratios = seconds.map((each, round) => (base[round] ?? 0) / each);
    const row = {
      workload,
      policy,
      name,
      ratio: quantile(ratios, 0.5),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
    };
    const range = `${row.low.toFixed(2)} … ${row.high.toFixed(2)}`;
    const best = (Math.min(...base) / Math.min(...seconds)).toFixed(2);
    console.log(
      [
        workload.padEnd(10),
        policy.padEnd(6),
        name.padEnd(31),
        row.ratio.toFixed(2).padStart(5),
        range.padStart(13),
        best.padStart(6),
      ].join('  '),
    );
    return { ...row, seconds };
  });
}

const wanted = (name: string, names: readonly string[]) =>
  words.every((word) => !names.includes(word)) || words.includes(name);

console.log(
  `ratio = time of shipped / time of the variant, above 1 is faster; median and quartiles of ${rounds} rounds in turns, and ratio of the best rounds`,
);
const rows: object[] = [];
for (const policy of POLICIES.filter((id) => wanted(id, POLICIES))) {
  for (const workload of WORKLOADS.filter((name) => wanted(name, WORKLOADS)))
    rows.push(...(await measure(policy, workload)));
}
await mkdir(path('results'), { recursive: true });
const host = { cpu: cpus()[0]?.model.trim(), node: process.version, v8: process.versions.v8 };
await writeFile(path('results/specialise.json'), `${JSON.stringify({ host, rounds, rows }, null, 2)}\n`);
