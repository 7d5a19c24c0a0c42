// `node bench/aging.ts [--quick]`: the tick of aging and its search for a victim, 16 frames at a time and frame by frame, in turns.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Aging, compile } from './aging/module.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = options.quick ? 20 : 50;
const FRAMES = options.quick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6, 1e7];
/** A counter in each width of lane. */
const BITS = [8, 16, 31];
/** A round looks at so many frames at least: about a millisecond, so that some round passes without being interrupted. */
const LOOKS = 1e6;
const EVICTABLE = 1;

interface Row {
  bits: number;
  frames: number;
  tick_scalar_ns: number;
  tick_simd_ns: number;
  tick_ratio: number;
  scan_scalar_ns: number;
  scan_simd_ns: number;
  scan_ratio: number;
}

const instance = compile();

/** Full memory, half of it used since the tick. No age is 0, which would end a search early. */
function fill(aging: Aging, frames: number, bits: number): void {
  aging.create(frames, bits);
  const refs = new Uint8Array(aging.memory.buffer, aging.refs(), frames);
  new Uint8Array(aging.memory.buffer, aging.states(), frames).fill(EVICTABLE);
  let state = 12_345;
  for (let f = 0; f < frames; f++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    refs[f] = state >>> 31;
    aging.setAge(f, 1 + ((state >>> 8) % (2 ** bits - 1)));
  }
}

function nanoseconds(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) * 1e6;
}

const hands = (frames: number, calls: number) => Array.from({ length: calls }, (_, i) => (i * 7919) % frames);

/** Nanoseconds a frame of both forms, in turns: of each the best round, for what else runs on the machine only adds. */
function inTurns(frames: number, calls: number, forms: readonly ((call: number) => void)[]): number[] {
  const best = forms.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [at, form] of forms.entries()) {
      const ns = nanoseconds(() => {
        for (let call = 0; call < calls; call++) form(call);
      });
      best[at] = Math.min(best[at]!, ns / (calls * frames));
    }
  }
  return best;
}

function measure(frames: number, bits: number): Row {
  const aging = instance();
  fill(aging, frames, bits);
  const calls = Math.max(1, Math.round(LOOKS / frames));
  const at = hands(frames, calls);
  for (const hand of at.slice(0, 100)) {
    if (aging.oldest(hand) !== aging.plainOldest(hand))
      throw new Error(`${frames} frames from ${hand} on: they differ`);
  }
  const found = new Uint32Array(1);
  const [scan_scalar_ns = 0, scan_simd_ns = 0] = inTurns(frames, calls, [
    (call) => {
      found[0] = aging.plainOldest(at[call]!);
    },
    (call) => {
      found[0] = aging.oldest(at[call]!);
    },
  ]);
  const [tick_scalar_ns = 0, tick_simd_ns = 0] = inTurns(frames, calls, [aging.plainTick, aging.tick]);
  return {
    bits,
    frames,
    tick_scalar_ns,
    tick_simd_ns,
    tick_ratio: tick_scalar_ns / tick_simd_ns,
    scan_scalar_ns,
    scan_simd_ns,
    scan_ratio: scan_scalar_ns / scan_simd_ns,
  };
}

const rows: Row[] = [];
for (const bits of BITS) {
  console.log(`\naging, ${bits} bits: nanoseconds a frame, and how many times as fast 16 at a time are`);
  const own = FRAMES.map((frames) => measure(frames, bits));
  console.table(
    Object.fromEntries(
      own.map(({ frames, bits: _bits, ...figures }) => [
        frames.toLocaleString('en'),
        Object.fromEntries(
          Object.entries(figures).map(([name, value]) => [
            name,
            name.endsWith('ratio') ? value.toFixed(1) : value.toFixed(3),
          ]),
        ),
      ]),
    ),
  );
  rows.push(...own);
}

const folder = fileURLToPath(new URL('results', import.meta.url));
await mkdir(folder, { recursive: true });
const about = { node: process.version, cpu: cpus()[0]?.model, rounds };
await writeFile(`${folder}/aging.json`, `${JSON.stringify({ ...about, rows }, null, 2)}\n`);
