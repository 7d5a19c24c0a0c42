/** Runs scripts on this machine's own kernel, with the program of `program/`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.ts';
import type { Script } from './script.ts';

const PROGRAM = fileURLToPath(new URL('program/', import.meta.url));
/** On the project's own file system: /tmp is often memory, and the page cache of memory cannot be dropped. */
const BUILD = fileURLToPath(new URL('../../../../.build/kernel/', import.meta.url));

export interface Kernel {
  release: string;
  run(script: Script): Map<number, Outcome>;
  remove(): void;
}

interface Line extends Outcome {
  line: number;
  kernel?: string;
  page_cache_drops?: boolean;
  operation?: string;
  signal: '' | 'SIGSEGV' | 'SIGBUS';
  frame: 'none' | 'zero' | 'new' | 'same' | 'other';
  shares: string[];
}

/** Compiles the program; a text says what this machine lacks to run it. */
export function openKernel(gcc: string): Kernel | string {
  mkdirSync(BUILD, { recursive: true });
  const folder = mkdtempSync(join(BUILD, 'run-'));
  const program = join(folder, 'memory-script');
  const sources = readdirSync(PROGRAM).filter((file) => file.endsWith('.c'));
  execFileSync(gcc, [
    '-std=gnu17',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    program,
    ...sources.map((file) => join(PROGRAM, file)),
  ]);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const call = (input: string): Line[] => {
    const { status, stdout, stderr } = spawnSync(program, [folder], { input, encoding: 'utf8', timeout: 20_000 });
    if (status === 4) return [];
    if (status !== 0) throw new Error(`memory-script ended with ${status}: ${stderr}`);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  };
  if (!largePages()) {
    remove();
    return 'transparent large pages where they are advised';
  }
  const [head] = call('1 mmap 0x10000000 0x1000 rw- private anon\n1 W 0x10000000\n');
  const lack =
    head === undefined
      ? 'frame numbers in /proc/self/pagemap'
      : head.page_cache_drops
        ? null
        : `a file system at ${BUILD} whose page cache can be dropped`;
  if (lack !== null) {
    remove();
    return lack;
  }
  return {
    release: head?.kernel ?? '',
    run: ({ text }) => outcomes(call(text)),
    remove,
  };
}

function largePages(): boolean {
  try {
    return /\[(always|madvise)\]/.test(readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8'));
  } catch {
    return false;
  }
}

function outcomes(lines: readonly Line[]): Map<number, Outcome> {
  return new Map(
    lines
      .filter(({ line }) => line !== undefined)
      .map(({ line, minor, major, operation, error, signal, frame, shares }) => [
        line,
        operation === undefined
          ? { minor, major, access: { signal, frame, shares } }
          : { minor, major, error: error ?? '' },
      ]),
  );
}
