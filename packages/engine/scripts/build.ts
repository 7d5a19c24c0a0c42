/** Compiles the WebAssembly modules of the engine into `dist/`. */
import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = [
  { entry: 'assembly/index.ts', out: 'dist/engine.wasm' },
  { entry: 'assembly/trace/index.ts', out: 'dist/trace.wasm' },
];
const OPTIONS = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

mkdirSync(join(root, 'dist'), { recursive: true });
for (const { entry, out } of MODULES) {
  const { error, stderr } = await asc.main([
    entry,
    '-o',
    out,
    '--baseDir',
    relative(process.cwd(), root) || '.',
    ...OPTIONS,
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    console.error(`${entry}: ${error.message}`);
    process.exitCode = 1;
  }
}
