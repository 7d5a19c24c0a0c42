/** The command as it is shipped: one file of JavaScript and the wasm beside it, without node_modules. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needs } from '../../../test/support/needs.ts';

const BUNDLE = fileURLToPath(new URL('../dist', import.meta.url));
const TRACE = Buffer.from('1 R 0x1000\n1 W 0x2000 8\n2 I 0x3000 4\n');
const xz = needs('xz', 'makes the trace for the xz case');

function runIn(folder: string, input: Uint8Array): { status: number | null; accesses: number; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'vmm.js'), 'run', '-', '--json'], {
    input,
  });
  const result = status === 0 ? (JSON.parse(stdout.toString()) as { counters: { accesses: number } }) : null;
  return { status, accesses: result?.counters.accesses ?? 0, stderr: stderr.toString() };
}

function bareFolder(): string {
  expect(existsSync(join(BUNDLE, 'vmm.js')), 'npm run build makes packages/cli/dist/vmm.js').toBe(true);
  const folder = mkdtempSync(join(tmpdir(), 'vmm-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const file of ['vmm.js', 'compare-worker.js', 'decode-worker.js', 'engine.wasm', 'trace.wasm'])
    cpSync(join(BUNDLE, file), join(folder, file));
  return folder;
}

describe('the bundle reads', () => {
  it.each([
    ['plain text', (bytes: Buffer) => bytes],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('%s', (_, pack) => {
    expect(runIn(bareFolder(), pack(TRACE))).toEqual({ status: 0, accesses: 3, stderr: '' });
  });

  it.skipIf(xz.skip)('xz', () => {
    const packed = spawnSync('xz', ['-c'], { input: TRACE }).stdout;
    expect(runIn(bareFolder(), packed)).toEqual({ status: 0, accesses: 3, stderr: '' });
  });
});

it('the bundle compares on several threads', () => {
  const args = ['compare', '-', '--policies', 'lru,fifo', '--frames', '1,2', '--json', '--jobs'];
  const outputs = ['1', '2'].map((jobs) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(bareFolder(), 'vmm.js'), ...args, jobs], {
      input: TRACE,
    });
    expect([status, stderr.toString()]).toEqual([0, '']);
    return stdout.toString();
  });
  expect(outputs[1]).toBe(outputs[0]);
});

it('the bundle compiles a policy', { timeout: 120_000 }, () => {
  const folder = bareFolder();
  for (const file of ['policy-compiler.js', 'sources.json', 'script.wasm', 'library.js']) {
    cpSync(join(BUNDLE, file), join(folder, file));
  }
  const vmm = (...args: string[]) =>
    spawnSync(process.execPath, [join(folder, 'vmm.js'), ...args], {
      cwd: folder,
      input: TRACE,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: folder },
    });
  expect(vmm('new-policy', 'mine').status).toBe(0);
  const { status, stdout, stderr } = vmm('run', '-', '--policy', './mine.ts', '--json');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ config: { policy: { id: 'mine' } }, counters: { accesses: 3 } });
  const test = spawnSync(process.execPath, ['--test', 'mine.test.ts'], { cwd: folder, encoding: 'utf8' });
  expect(test.stdout).toContain('pass 2');
});
