/** One part of the engine by itself: a module of `packages/engine/assembly/test`, compiled as the engine is. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(new URL('../../../engine/', import.meta.url));
const asc = fileURLToPath(new URL('../../../../node_modules/assemblyscript/bin/asc.js', import.meta.url));
const OPTIONS = ['-O1', '--runtime', 'stub', '--enable', 'simd'];

/** Compiles `packages/engine/assembly/test/NAME.ts` and returns what makes new instances of it, each with its own memory. */
export function assembly<Exports>(name: string): () => Exports {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  try {
    const out = join(folder, `${name}.wasm`);
    execFileSync(process.execPath, [asc, `assembly/test/${name}.ts`, '-o', out, ...OPTIONS], { cwd: engine });
    const module = new WebAssembly.Module(readFileSync(out));
    return () => new WebAssembly.Instance(module, { env: { abort } }).exports as Exports;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`the assembly aborted at line ${line}, column ${column}`);
}
