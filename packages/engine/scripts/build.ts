/** Compiles the WebAssembly modules of the engine into `dist/`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const asc = join(dirname(fileURLToPath(import.meta.resolve('assemblyscript/asc'))), '../bin/asc.js');
const MODULES = [
  { entry: 'assembly/index.ts', out: 'dist/engine.wasm' },
  { entry: 'assembly/trace/index.ts', out: 'dist/trace.wasm' },
];
const OPTIONS = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

mkdirSync(join(root, 'dist'), { recursive: true });
for (const { entry, out } of MODULES) {
  execFileSync(process.execPath, [asc, entry, '-o', out, ...OPTIONS], { cwd: root, stdio: 'inherit' });
}
