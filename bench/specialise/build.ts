// Builds of the engine that differ in one thing each: what asc is given to compile, or what binaryen does to the result.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POLICIES, type PolicyId, type PolicyRow } from '@pagewalk/engine/catalog';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const ENGINE = path('../../packages/engine');
const ASC = path('../../node_modules/assemblyscript/bin/asc.js');
const WASM_OPT = path('../../node_modules/binaryen/bin/wasm-opt');
const OUT = path('../build/specialise');
const FEATURES = ['--enable-simd', '--enable-bulk-memory', '--enable-sign-ext', '--enable-nontrapping-float-to-int'];

/** The engine as it is shipped. */
export const SHIPPED = path('../../packages/engine/dist/engine.wasm');

/** `one`: its factory makes a single policy; `typed`: and all who hold a policy hold that class, so that every call is direct. */
export function compiled(kind: 'one' | 'typed', policy: PolicyId, options = ['-O3', '--converge']): string {
  const { className } = POLICIES.find(({ id }) => id === policy) as PolicyRow;
  const root = join(OUT, `${kind}-${policy}`);
  rmSync(root, { recursive: true, force: true });
  cpSync(join(ENGINE, 'assembly'), join(root, 'assembly'), { recursive: true });
  keepOne(join(root, 'assembly/gen/policies.ts'), className, kind === 'typed');
  if (kind === 'typed') holdClass(join(root, 'assembly'), className, policy.replaceAll('_', '-'));
  const wasm = `${root}.wasm`;
  const flags = ['--noAssert', '--runtime', 'stub', '--enable', 'simd', ...options];
  execFileSync(process.execPath, [ASC, 'assembly/index.ts', '-o', wasm, ...flags], { cwd: root, stdio: 'ignore' });
  rmSync(root, { recursive: true });
  return wasm;
}

/** The shipped engine after more passes. */
export function passed(name: string, passes: readonly string[]): string {
  mkdirSync(OUT, { recursive: true });
  const wasm = join(OUT, `${name}.wasm`);
  execFileSync(process.execPath, [WASM_OPT, ...FEATURES, ...passes, SHIPPED, '-o', wasm], { stdio: 'ignore' });
  return wasm;
}

function keepOne(file: string, className: string, typed: boolean): void {
  const isOther = (line: string) =>
    (/^import .*'\.\.\/policy\//.test(line) &&
      !line.includes(`{ ${className} }`) &&
      !line.includes('/policy/policy')) ||
    (line.includes('return new ') && !line.includes(`new ${className}(`));
  const text = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !isOther(line))
    .join('\n');
  writeFileSync(file, typed ? text.replace('): Policy {', `): ${className} {`) : text);
}

function holdClass(assembly: string, className: string, file: string): void {
  for (const name of globSync('{*,{abi,fault,space}/*}.ts', { cwd: assembly })) {
    const text = readFileSync(join(assembly, name), 'utf8');
    if (!/\bpolicy: Policy\b/.test(text)) continue;
    const up = name.includes('/') ? '..' : '.';
    const held = text.replace(/\bpolicy: Policy\b/g, `policy: ${className}`);
    writeFileSync(join(assembly, name), `import { ${className} } from '${up}/policy/${file}';\n${held}`);
  }
}
