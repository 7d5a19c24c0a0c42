// The age counters of the engine by themselves, 16 frames at a time and one by one: packages/engine/assembly/test/aging.ts, compiled as the
// engine is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

export interface Aging {
  memory: WebAssembly.Memory;
  create(frames: number, bits: number): void;
  refs(): number;
  states(): number;
  setAge(frame: number, age: number): void;
  age(frame: number): number;
  plainAge(frame: number): number;
  tick(): void;
  plainTick(): void;
  oldest(hand: number): number;
  plainOldest(hand: number): number;
}

const engine = fileURLToPath(new URL('../../packages/engine', import.meta.url));
const asc = fileURLToPath(new URL('../../node_modules/assemblyscript/bin/asc.js', import.meta.url));
const OPTIONS = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

// The optimizing compiler at once: a call on 10⁷ frames would be over before the baseline code gives way.
setFlagsFromString('--no-liftoff');

/** Compiles it and returns what makes new instances, each with its own memory. */
export function compile(): () => Aging {
  const folder = mkdtempSync(join(tmpdir(), 'aging-'));
  try {
    const out = join(folder, 'aging.wasm');
    execFileSync(process.execPath, [asc, 'assembly/test/aging.ts', '-o', out, ...OPTIONS], { cwd: engine });
    const module = new WebAssembly.Module(readFileSync(out));
    return () => new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as Aging;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function abort(): never {
  throw new Error('the module ran out of memory');
}
