// The other side: compiles reference/machine.c and runs it over a file of records.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Setup, TIMES } from './machine.ts';
import type { Result } from './result.ts';

const call = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export const COMPILE = ['-std=gnu11', '-O3', '-march=native', '-Wall', '-Wextra'];

/** Compiles the C program into bench/build and returns its path. */
export async function compileReference(): Promise<string> {
  const program = path('../build/machine');
  await mkdir(path('../build'), { recursive: true });
  await call('gcc', [...COMPILE, path('../reference/machine.c'), '-o', program]);
  return program;
}

export async function compilerVersion(): Promise<string> {
  const { stdout } = await call('gcc', ['--version']);
  return stdout.split('\n')[0] ?? '';
}

/** One run in a process of its own; `seconds` is the simulation alone. */
export async function runReference(
  program: string,
  records: string,
  setup: Setup,
): Promise<{ result: Result; seconds: number }> {
  const options = Object.entries({ ...setup, ...TIMES }).map(([name, value]) => `${name}=${value}`);
  const { stdout } = await call(program, [records, ...options], { maxBuffer: 64 << 20 });
  const { seconds, counters, processes, tlbs, clock_ns } = JSON.parse(stdout) as Result & { seconds: number };
  return { seconds, result: { counters, processes, tlbs: { tlb: tlbs.tlb, stlb: tlbs.stlb }, clock_ns } };
}
