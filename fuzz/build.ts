/**
 * trace.wasm made native for libFuzzer: compiled with `asc --optimizeLevel 1` (its branches stay branches), turned into C with wasm2c, compiled with
 * clang. The window on the input and the chunks are small, so that a short input meets their ends.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ENGINE = fileURLToPath(new URL('../packages/engine/', import.meta.url));
const CHUNK_RECORDS = 128;

interface Change {
  readonly from: string;
  readonly to: string;
  /** How often it must be there. */
  readonly times: number;
}

const SMALL: Readonly<Record<string, readonly Change[]>> = {
  'assembly/trace/records.ts': [{ from: '8_192', to: String(CHUNK_RECORDS), times: 3 }],
  'assembly/trace/run-layout.ts': [{ from: 'MOST_STEP_BYTES: u32 = 2048', to: 'MOST_STEP_BYTES: u32 = 256', times: 1 }],
  'assembly/trace/next-check.ts': [
    { from: '1 << 16', to: '1 << 6', times: 1 },
    { from: '1 << 17', to: '1 << 7', times: 1 },
  ],
  'assembly/trace/input.ts': [{ from: '1 << 20', to: '1 << 14', times: 2 }],
};

/** Every store leaves a mark: see wasm-rt.h. */
const MARKED: readonly Change[] = [
  { from: '    t1 wrapped = (t1)value; ', to: '    MARK(addr, sizeof(t1)); t1 wrapped = (t1)value; ', times: 1 },
  {
    from: '    simde_wasm_v128_store(MEM_ADDR(mem, addr, sizeof(t)), value);',
    to: '    MARK(addr, sizeof(t)); simde_wasm_v128_store(MEM_ADDR(mem, addr, sizeof(t)), value);',
    times: 1,
  },
  {
    from: '    func(MEM_ADDR(mem, addr, sizeof(t)), value, lane);',
    to: '    MARK(addr, sizeof(t)); func(MEM_ADDR(mem, addr, sizeof(t)), value, lane);',
    times: 1,
  },
  {
    from: '  memset(MEM_ADDR(mem, d, n), val, n);',
    to: '  wasm_mark_range(d, n); memset(MEM_ADDR(mem, d, n), val, n);',
    times: 1,
  },
  {
    from: '  memmove(MEM_ADDR(dest, dest_addr, n)',
    to: '  wasm_mark_range(dest_addr, n); memmove(MEM_ADDR(dest, dest_addr, n)',
    times: 1,
  },
];

/**
 * The fuzzer of the sources in `engine`, built in `folder` unless it is there.
 *
 * @returns the path of the program.
 * @throws Error if a source is not as expected here, or a compiler fails.
 */
export async function buildFuzzer(folder: string, engine = ENGINE): Promise<string> {
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [join(engine, 'scripts/generate.ts')]);
  const wasm = await compile(engine);
  const hash = createHash('sha256').update(wasm);
  for (const file of ['harness.c', 'vmt.h', 'wasm-rt.h', 'build.ts']) hash.update(readFileSync(join(HERE, file)));
  const program = join(folder, `fuzz-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(program)) makeNative(wasm, folder, program);
  return program;
}

async function compile(engine: string): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const options = ['--optimizeLevel', '1', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
  const { error, stderr } = await asc.main(['assembly/trace/index.ts', '-o', 'trace.wasm', ...options], {
    readFile: (path) => {
      const file = join(engine, path);
      return existsSync(file) ? changed(readFileSync(file, 'utf8'), SMALL[path] ?? [], path) : null;
    },
    writeFile: (_path, contents) => {
      wasm = contents as Uint8Array;
    },
  });
  if (error || wasm === undefined) throw new Error(`asc: ${stderr.toString()}`);
  return wasm;
}

function makeNative(wasm: Uint8Array, folder: string, program: string): void {
  const inFolder = { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] as ['ignore', 'inherit', 'inherit'] };
  const wasm2c = fileURLToPath(import.meta.resolve('wabt')).replace(/[^/]*$/, 'bin/wasm2c');
  writeFileSync(join(folder, 'trace.wasm'), wasm);
  execFileSync(process.execPath, [wasm2c, 'trace.wasm', '-n', 'trace', '-o', 'trace.c'], inFolder);
  const c = readFileSync(join(folder, 'trace.c'), 'utf8');
  writeFileSync(join(folder, 'trace.c'), changed(c, MARKED, 'trace.c of wasm2c'));
  const flags = ['-O2', '-g', '-I', folder, '-I', HERE];
  // Only what came of trace.wasm is covered: the harness's branches are no finds.
  const reader = [...flags, '-w', '-fsanitize=fuzzer-no-link', '-c', 'trace.c', '-o', 'trace.o'];
  const harness = [
    ...flags,
    '-Wall',
    '-Wextra',
    `-DCHUNK_RECORDS=${CHUNK_RECORDS}`,
    '-c',
    join(HERE, 'harness.c'),
    '-o',
    'harness.o',
  ];
  execFileSync('clang', reader, inFolder);
  execFileSync('clang', harness, inFolder);
  execFileSync('clang', ['-fsanitize=fuzzer', 'trace.o', 'harness.o', '-lm', '-o', 'fuzz-new'], inFolder);
  renameSync(join(folder, 'fuzz-new'), program);
}

/** @throws Error if the text is not as often there as expected. */
function changed(text: string, changes: readonly Change[], what: string): string {
  return changes.reduce((before, { from, to, times }) => {
    const pieces = before.split(from);
    if (pieces.length - 1 === times) return pieces.join(to);
    throw new Error(`${what}: '${from}' is there ${pieces.length - 1} times: expected ${times}; see fuzz/build.ts`);
  }, text);
}
