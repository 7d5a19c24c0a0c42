/** Compiles the WebAssembly modules of the engine into `dist/`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES: readonly Module[] = [
  { entry: 'assembly/index.ts', out: 'dist/engine.wasm', options: ['-O3', '--converge', '--noAssert'] },
  { entry: 'assembly/trace/index.ts', out: 'dist/trace.wasm', options: ['-O3', '--converge', '--noAssert'] },
  // For policies that are JavaScript objects: what they call takes longer than the engine.
  { entry: 'assembly/guarded/script-index.ts', out: 'dist/script.wasm', options: ['-O2'] },
];
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd'];
const GUARDED = 'assembly/guarded/';

interface Module {
  readonly entry: string;
  readonly out: string;
  readonly options: readonly string[];
}

/** `--only NAME` makes one of them. */
const only = process.argv[process.argv.indexOf('--only') + 1];
mkdirSync(join(root, 'dist'), { recursive: true });
for (const { entry, out, options } of MODULES) {
  if (process.argv.includes('--only') && out !== `dist/${only}.wasm`) continue;
  const isGuarded = entry.startsWith(GUARDED);
  const { error } = await asc.main([entry, '-o', out, ...options, ...OPTIONS], {
    readFile: (path) => (isGuarded ? guardedFile(path) : read(path)),
    writeFile: (path, contents) => writeFileSync(join(root, path), contents),
    stderr: process.stderr,
  });
  if (error) throw error;
}

function read(path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}

/** What the folder of the guard does not have is the engine's, compiled a second time. */
function guardedFile(path: string): string | null {
  if (path === 'assembly/gen/policies.ts') return "export * from '../guarded/policies';\n";
  return read(path) ?? (path.startsWith(GUARDED) ? read(`assembly/${path.slice(GUARDED.length)}`) : null);
}
