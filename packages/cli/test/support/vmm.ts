/** Runs the command from its sources, as a user would, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { main } from '../../src/program.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const NODE_FLAGS = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

/** The program and arguments of a call, for a shell. */
export const COMMAND = [process.execPath, ...NODE_FLAGS, MAIN];
export const SHELL_COMMAND = COMMAND.map((part) => `'${part}'`).join(' ');

export interface Call {
  /** Text or bytes for standard input; left out: a terminal that says nothing (/dev/null). */
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Run as nobody, where the tests run as root, who may read everything. */
  readonly unprivileged?: boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function vmm(args: readonly string[], call: Call = {}): Promise<Ended> {
  const child = start(args, call);
  if (call.stdin !== undefined) {
    child.stdin?.on('error', () => {});
    child.stdin?.end(call.stdin);
  }
  return ended(child);
}

/** The same in this process, which is much faster: everything but signals, standard input and closed outputs. */
export async function here(args: readonly string[], cwd: string): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const taking =
    (take: (text: string) => void) =>
    (data: string | Uint8Array, done?: unknown): boolean => {
      take(Buffer.from(data).toString());
      if (typeof done === 'function') done();
      return true;
    };
  vi.spyOn(process.stdout, 'write').mockImplementation(
    taking((text) => {
      stdout += text;
    }) as never,
  );
  vi.spyOn(process.stderr, 'write').mockImplementation(
    taking((text) => {
      stderr += text;
    }) as never,
  );
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const code = await main(args);
    return { code, stdout, stderr };
  } finally {
    process.chdir(before);
    vi.restoreAllMocks();
  }
}

const NOBODY = 65_534;

export function start(args: readonly string[], { stdin, cwd, env, unprivileged }: Call = {}): ChildProcess {
  const [program = '', ...flags] = COMMAND;
  return spawn(program, [...flags, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(unprivileged === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
  });
}

/** Whether the command can run as someone who may not read everything. */
export function runsUnprivileged(): boolean {
  return process.getuid?.() !== 0 || [MAIN, process.execPath].every((path) => openToAll(dirname(path)));
}

function openToAll(path: string): boolean {
  const open = (statSync(path).mode & 0o005) === 0o005;
  return open && (path === dirname(path) || openToAll(dirname(path)));
}

export function ended(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => out.push(piece));
  child.stderr?.on('data', (piece: Buffer) => err.push(piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** Runs a line of shell in which `vmm` stands for the command. */
export function shell(line: string, cwd: string): Promise<Ended> {
  const text = line.replace(/\bvmm\b/g, () => SHELL_COMMAND);
  return ended(
    spawn('bash', ['-c', text], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } }),
  );
}

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'vmm-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What is in a folder, hidden files too. */
export const listing = (path: string): string[] => readdirSync(path).sort();
