/**
 * How the programs that a program executes get logs of their own. Valgrind names a log after the pid; a child that is forked gets a log of its own, but
 * an execve keeps the pid and would write over the log before it. So valgrind is told that its launcher is a script of ours, which it executes in place of each
 * program: it picks the next free name and executes valgrind's tool.
 *
 * Logs are `PID.N.K`: K counts the programs that the process executed, 0 for the one that is recorded; N is 1 where the process began with the
 * program and 2 where it was forked from one that runs it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkError } from '../../exit.ts';
import { findProgram } from '../find-program.ts';

export class LogFolder {
  readonly path: string;
  private readonly tool: string;
  private readonly script: string;

  /** @throws WorkError if valgrind does not say where its tools are. */
  constructor(valgrind: string) {
    this.tool = toolOf(valgrind);
    this.path = mkdtempSync(join(tmpdir(), 'vmm-record-'));
    this.script = join(this.path, 'launcher');
    writeFileSync(this.script, launcher(this.path, this.tool));
    chmodSync(this.script, 0o755);
  }

  /** What to run, and the environment that it needs. */
  command(options: readonly string[], command: readonly string[]): { words: string[]; env: NodeJS.ProcessEnv } {
    const words = [this.tool, `--log-file=${this.path}/%p.%n.0`, ...options, '--', ...command];
    return { words, env: { ...process.env, VALGRIND_LAUNCHER: this.script } };
  }

  close(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Nothing but what the shell has built in: the process is about to become another program. */
function launcher(folder: string, tool: string): string {
  return `#!/bin/sh
k=1
while [ -e '${folder}'/$$.1.$k ]; do k=$((k+1)); done
shift
VALGRIND_LAUNCHER='${folder}/launcher'
export VALGRIND_LAUNCHER
exec '${tool}' "--log-file=${folder}/%p.%n.$k" "$@"
`;
}

/** Valgrind's front end says which tool it starts. */
function toolOf(valgrind: string): string {
  const options = ['-d', '--tool=lackey', '--command-line-only=yes', findProgram('true')];
  const said = spawnSync(valgrind, options, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' }).stderr;
  const [, tool] = /:launcher launching (\S+)/.exec(said) ?? [];
  if (tool !== undefined) return tool;
  throw new WorkError('valgrind does not say where its tools are, so --children cannot follow programs; leave it out');
}
