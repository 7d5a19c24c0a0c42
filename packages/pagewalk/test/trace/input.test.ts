import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../../test/support/needs.ts';
import { generate } from '../../src/trace/generators/index.ts';
import { textOf } from '../../src/trace/text-writer.ts';
import { traceWasm } from './support.ts';

const PROGRAM = fileURLToPath(new URL('./count-accesses.ts', import.meta.url));
const TEXT = '1 R 0x1000 8\n1 W 0x2000 8\n1 R 0x3000 8\n';
const mkfifo = needs('mkfifo', 'makes a named pipe');

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
  path = join(folder, 'trace.txt');
  await writeFile(path, TEXT);
});
afterAll(() => rm(folder, { recursive: true }));

interface Counted {
  readonly code: number | null;
  readonly result: Record<string, unknown> | null;
}

/** Runs the program with the given standard input: a descriptor, or a feeder of its pipe. */
function run(args: string[], stdin: number | ((pipe: NodeJS.WritableStream) => void)): Promise<Counted> {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, ...args], {
    stdio: [typeof stdin === 'number' ? stdin : 'pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  if (typeof stdin === 'function' && child.stdin) {
    child.stdin.on('error', () => {});
    stdin(child.stdin);
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, result: output === '' ? null : JSON.parse(output) }));
  });
}

const SHA256 = '8df547e5f92933f590a2e4e13a673a6b5619652c79f99f0fd8835731b2127f9f';

describe('the standard input', () => {
  test('a pipe', async () => {
    const { result } = await run(['-'], (pipe) => pipe.end(TEXT));
    expect(result).toMatchObject({ name: 'stdin', accesses: 3, bytes: TEXT.length, sizeHint: null, sha256: SHA256 });
  });

  test('a file, from where its descriptor stands', async () => {
    const file = openSync(path, 'r');
    const { result } = await run(['-'], file);
    closeSync(file);
    expect(result).toMatchObject({ name: 'stdin', accesses: 3, sizeHint: TEXT.length, sha256: SHA256 });
    const script = `{ dd bs=13 count=1 >/dev/null 2>&1; "${process.execPath}" "${PROGRAM}" -; } < "${path}"`;
    const rest: unknown = JSON.parse(execFileSync('sh', ['-c', script]).toString());
    expect(rest).toMatchObject({ accesses: 2, bytes: TEXT.length - 13 });
  });

  test('a pipe that stays open does not hold up the end', async () => {
    const lines = '1 R 0x1000 8\n'.repeat(100_000);
    const { code } = await run(['-', 'first'], (pipe) => pipe.write(lines));
    expect(code).toBe(0);
  });
});

describe.skipIf(mkfifo.skip)('a named pipe', () => {
  test('is read, and does not hold up the end', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync(mkfifo.path, [fifo]);
    const whole = run([fifo], 0);
    const writer = openSync(fifo, 'w');
    writeSync(writer, TEXT);
    closeSync(writer);
    expect((await whole).result).toMatchObject({ name: fifo, accesses: 3, sizeHint: null });

    const first = run([fifo, 'first'], 0);
    const open = openSync(fifo, 'w');
    writeSync(open, TEXT.repeat(2000));
    expect((await first).code).toBe(0);
    closeSync(open);
  });
});

test('reading a long pipe takes little memory', async () => {
  const source = await generate({ type: 'random', accesses: 10_000_000 }, await traceWasm);
  const { result } = await run(['-'], (pipe) => {
    void feed(pipe, source);
  });
  expect(result).toMatchObject({ accesses: 10_000_000 });
  expect(result?.['rss']).toBeLessThan(250e6);
});

async function feed(pipe: NodeJS.WritableStream, source: Awaited<ReturnType<typeof generate>>): Promise<void> {
  for await (const piece of textOf(source, await traceWasm)) {
    await new Promise<void>((resolve) => pipe.write(piece.slice(), () => resolve()));
  }
  pipe.end();
}
