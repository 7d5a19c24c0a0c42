// The two programs that need no node_modules: the command `vmm`, with the workers of its comparisons and decoders, and the library for a page.
// Each is one file of JavaScript with the wasm files beside it; so are the compiler and the sources for policies that people bring along.
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

export const WASM = ['engine', 'trace', 'script'].map((name) => `packages/engine/dist/${name}.wasm`);
const BESIDE = [
  ...WASM,
  'packages/engine/dist/sources.json',
  fileURLToPath(import.meta.resolve('bzip2-wasm/bzip2-1.0.8/bzip2.wasm')),
];

const COMPILER = 'packages/pagewalk/src/policy/asc.ts';
const COMPILER_FILE = 'policy-compiler.js';

// `import.meta.resolve('@pagewalk/engine/engine.wasm')` means, in a bundle, the file of that name beside it.
export const WASM_BESIDE =
  'const besideBundle = (name) => new URL(name.slice(name.lastIndexOf("/") + 1), import.meta.url).href;';

// xz-decompress is CommonJS and asks for a module of Node.
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The compiler is a file of its own, many times as large as all the rest, and loaded when it is needed. */
const compilerBeside: Plugin = {
  name: 'compiler beside',
  setup({ onResolve }) {
    onResolve({ filter: /\/asc\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${COMPILER_FILE}`, external: true } : undefined,
    );
  },
};

const shared: BuildOptions = {
  plugins: [compilerBeside],
  bundle: true,
  format: 'esm',
  target: 'es2024',
  conditions: ['source'],
  define: { 'import.meta.resolve': 'besideBundle' },
  banner: { js: WASM_BESIDE },
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
};

export async function bundles(): Promise<void> {
  await bundle('packages/cli/src/main.ts', 'packages/cli/dist/vmm.js', {
    platform: 'node',
    minify: true,
    banner: { js: `${REQUIRE}\n${WASM_BESIDE}` },
  });
  await bundle('packages/pagewalk/src/node/compare/worker.ts', 'packages/cli/dist/compare-worker.js', {
    platform: 'node',
    minify: true,
    banner: { js: `${REQUIRE}\n${WASM_BESIDE}` },
  });
  await bundle('packages/pagewalk/src/node/trace/decode-worker.ts', 'packages/cli/dist/decode-worker.js', {
    platform: 'node',
    minify: true,
    banner: { js: `${REQUIRE}\n${WASM_BESIDE}` },
  });
  // What tests of policies import where the library is not installed.
  await bundle('packages/pagewalk/src/node/index.ts', 'packages/cli/dist/library.js', {
    platform: 'node',
    minify: true,
    banner: { js: `${REQUIRE}\n${WASM_BESIDE}` },
  });
  await bundle('packages/pagewalk/src/browser/index.ts', 'packages/pagewalk/dist/bundle/browser.js', {
    platform: 'browser',
    minify: true,
  });
  for (const folder of ['packages/cli/dist', 'packages/pagewalk/dist/bundle']) {
    // What the compiler imports of Node it imports in Node only.
    const external = ['fs', 'module', 'path', 'url', 'node:*'];
    await bundle(COMPILER, join(folder, COMPILER_FILE), { platform: 'neutral', minify: true, external, banner: {} });
  }
}

async function bundle(entry: string, outfile: string, options: BuildOptions): Promise<void> {
  const { outputFiles = [] } = await build({ ...shared, ...options, entryPoints: [entry], outfile });
  const folder = dirname(outfile);
  await mkdir(folder, { recursive: true });
  for (const file of outputFiles) await replace(file.path, (path) => writeFile(path, file.contents));
  for (const file of BESIDE) await replace(join(folder, basename(file)), (path) => copyFile(file, path));
}

/** Writes beside the file and renames, so that a program starting meanwhile reads the old file or the new one. */
async function replace(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await write(beside);
  await rename(beside, path);
}
