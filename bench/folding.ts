// `node bench/folding.ts [--quick] [--only sort]`: a recorded program as single accesses, folded, and in runs, on the same machines. All must count the same.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Machine } from 'pagewalk';
import { openTrace } from 'pagewalk/node';
import { FORMS, type Form, inRuns, pagesOf, recorded, recordsIn, unfold, writeVmt } from './folding/forms.ts';
import { Engine } from './simulate/engine.ts';
import { differences, type Result } from './simulate/result.ts';

const TARGET = 3;
const PROGRAMS = ['sqlite3', 'sort', 'perl'];
const POLICIES = ['lru', 'clock'] as const;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 7));
const most = options.quick ? 3_000_000 : Number.POSITIVE_INFINITY;
const only = options.only.split(',').filter((word) => word !== '');
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Processor seconds: what else runs on the machine disturbs them least. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return seconds(before);
}

function seconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

type Times = Record<Form, number>;
const never = (): Times => ({
  unfolded: Number.POSITIVE_INFINITY,
  folded: Number.POSITIVE_INFINITY,
  runs: Number.POSITIVE_INFINITY,
});

/** The engine alone, records in memory. */
async function engineTimes(
  policy: (typeof POLICIES)[number],
  frames: number,
  forms: Record<Form, Uint8Array[]>,
): Promise<Times> {
  const engine = await Engine.create({ policy, frames, swap_slots: 131_072 });
  const best = never();
  let expected: Result | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const form of FORMS) {
      engine.reset();
      best[form] = Math.min(
        best[form],
        timed(() => engine.run(forms[form])),
      );
      expected ??= engine.result();
      const different = differences(engine.result(), expected);
      if (different.length > 0) throw new Error(`${policy}, ${form}: counters differ\n  ${different.join('\n  ')}`);
    }
  }
  return best;
}

/** A whole run of a .vmt file, decompression and all; without runs, if it is asked not to have them. */
async function fileTimes(
  policy: (typeof POLICIES)[number],
  frames: number,
  files: Record<Form, string>,
): Promise<Times> {
  const best = never();
  let expected: string | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const form of FORMS) {
      const machine = await Machine.create({ policy, frames });
      const before = process.cpuUsage();
      const trace = await openTrace(files[form]);
      if (form === 'folded') Object.defineProperty(trace, 'wantRuns', { value: undefined });
      await machine.run(trace);
      best[form] = Math.min(best[form], seconds(before));
      const counters = JSON.stringify([machine.counters, machine.time]);
      expected ??= counters;
      if (counters !== expected) throw new Error(`${policy}, ${form}: counters differ`);
    }
  }
  return best;
}

const HEAD = ['program', 'what', 'memory', 'policy', 'unfolded', 'folded', 'runs', 'un/folded', 'un/runs'];
const WIDTHS = [8, 7, 7, 6, 9, 9, 9, 10, 8];
const line = (cells: readonly string[]): string =>
  cells.map((cell, at) => (at < 4 ? cell.padEnd(WIDTHS[at]!) : cell.padStart(WIDTHS[at]!))).join(' ');

console.log(`least processor time of ${rounds} rounds in turns, ns per access; target: unfolded / runs ≥ ${TARGET}`);
const rows: object[] = [];
let missed = false;

function tell(program: string, what: string, memory: string, policy: string, accesses: number, times: Times): void {
  const ratio = times.unfolded / times.runs;
  missed ||= ratio < TARGET;
  rows.push({ program, what, memory, policy, accesses, times, ratio });
  const ns = FORMS.map((form) => ((times[form] / accesses) * 1e9).toFixed(2));
  console.log(
    line([program, what, memory, policy, ...ns, (times.unfolded / times.folded).toFixed(2), ratio.toFixed(2)]),
  );
}

for (const program of PROGRAMS.filter((name) => only.length === 0 || only.includes(name))) {
  const folded = await recorded(path(`../traces/${program}.trace.zst`), most);
  const forms = { unfolded: unfold(folded), folded, runs: await inRuns(folded) };
  const accesses = recordsIn(forms.unfolded);
  const pages = pagesOf(folded);
  const [full, part] = [path(`build/${program}-full.vmt`), path(`build/${program}.vmt`)];
  await mkdir(path('build'), { recursive: true });
  await writeVmt(full, forms.unfolded, false);
  await writeVmt(part, folded, true);
  const sizes = [(await stat(full)).size, (await stat(part)).size];
  console.log(
    `\n${program}: ${(accesses / 1e6).toFixed(1)} M accesses on ${pages} pages, ${(accesses / recordsIn(folded)).toFixed(2)} a folded record, ` +
      `${(accesses / recordsIn(forms.runs)).toFixed(2)} a record of runs; .vmt ${sizes.map((size) => `${(size / 1e3).toFixed(0)} kB`).join(' and ')}`,
  );
  console.log(line(HEAD));
  for (const [memory, frames] of [
    ['ample', 65_536],
    ['half', Math.ceil(pages / 2)],
    ['eighth', Math.ceil(pages / 8)],
  ] as const) {
    for (const policy of POLICIES)
      tell(program, 'engine', memory, policy, accesses, await engineTimes(policy, frames, forms));
  }
  for (const policy of POLICIES) {
    tell(
      program,
      '.vmt',
      'ample',
      policy,
      accesses,
      await fileTimes(policy, 65_536, { unfolded: full, folded: part, runs: part }),
    );
  }
  await rm(full);
  await rm(part);
}
await mkdir(path('results'), { recursive: true });
const host = { cpu: cpus()[0]?.model.trim(), node: process.version };
await writeFile(path('results/folding.json'), `${JSON.stringify({ host, rounds, target: TARGET, rows }, null, 2)}\n`);
if (missed) process.exitCode = 1;
