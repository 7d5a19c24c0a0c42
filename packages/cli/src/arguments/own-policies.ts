/** Policies that are files, wherever a flag names policies: `./mine.ts`, `lab/mine.ts:window=3`. They are compiled before the call is read. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { OwnPolicy, ScriptPolicy } from 'pagewalk/node';
import { UsageError } from '../exit.ts';

/** A path has a `/` or ends in .ts, .js or .mjs; parameters may follow it. */
const PATH = /^([^:=]*(?:\/[^:=]*|\.(?:ts|m?js)))(?::(.*))?$/;

/** Flags that name policies, as commander calls them. */
const FLAGS = ['policy', 'algorithm', 'policies'];

export const isPolicyFile = (text: string): boolean => PATH.test(text.trim());

/**
 * In the flags of a call, names for the files.
 *
 * @throws UsageError if a file cannot be read; PolicyFileError if it is no policy.
 */
export async function bringPolicies(command: Command): Promise<void> {
  for (const flag of FLAGS) {
    const value: unknown = command.getOptionValue(flag);
    if (typeof value !== 'string' || command.getOptionValueSource(flag) !== 'cli') continue;
    const parts = value.split(',');
    if (!parts.some(isPolicyFile)) continue;
    const names: string[] = [];
    for (const part of parts) names.push(isPolicyFile(part) ? await nameFor(part, `--${flag}`) : part);
    command.setOptionValueWithSource(flag, names.join(','), 'cli');
  }
}

async function nameFor(text: string, flag: string): Promise<string> {
  const [, path = '', parameters] = PATH.exec(text.trim()) ?? [];
  return (await readPolicy(path, flag)).text(parameters);
}

/** @throws UsageError if the file cannot be read; PolicyFileError if it is no policy. */
export async function readPolicy(path: string, flag: string): Promise<OwnPolicy> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${flag} ${path}: cannot be read (${code === 'ENOENT' ? 'no such file' : message})`);
  }
  const { compilePolicy, policyOfObject } = await import('pagewalk/node');
  if (!/\.m?js$/.test(path)) return compilePolicy({ source, file: path });
  return policyOfObject(await objectIn(path, flag), { file: path, source });
}

/** What a file of JavaScript exports as `policy`. */
async function objectIn(path: string, flag: string): Promise<ScriptPolicy> {
  let found: { readonly policy?: unknown };
  try {
    found = (await import(pathToFileURL(resolve(path)).href)) as typeof found;
  } catch (error) {
    throw new UsageError(`${flag} ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { policy } = found;
  if (typeof policy === 'object' && policy !== null) return policy as ScriptPolicy;
  throw new UsageError(
    `${flag} ${path}: exports no policy; write export const policy = { observes: …, create(context) { … } }`,
  );
}
