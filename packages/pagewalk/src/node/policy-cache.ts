/**
 * Compiled policies on disk, one file each: a line of JSON with the row, the source map and the hash of what follows, then the module. Files are
 * written beside and renamed, so that nobody reads half of one; one that is damaged all the same is compiled again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CompiledPolicy, PolicyCache } from '../policy/compile.ts';

interface Head {
  readonly row: CompiledPolicy['row'];
  readonly map: string;
  readonly sha256: string;
}

const NEW_LINE = 10;

/** In `$XDG_CACHE_HOME/pagewalk`, by default `~/.cache/pagewalk`. */
export function policyCache(folder = standardFolder()): PolicyCache {
  const path = (key: string): string => join(folder, `${key}.policy`);
  return {
    get: async (key) => {
      try {
        return read(await readFile(path(key)));
      } catch {
        return undefined;
      }
    },
    set: async (key, policy) => {
      const beside = `${path(key)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(beside, written(policy));
        await rename(beside, path(key));
      } catch {
        await rm(beside, { force: true }).catch(() => {});
      }
    },
  };
}

const standardFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'pagewalk');

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function written({ row, binary, map }: CompiledPolicy): Uint8Array {
  const head: Head = { row, map, sha256: hash(binary) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), binary]);
}

/** Throws, or gives undefined, if the file is damaged. */
function read(file: Buffer): CompiledPolicy | undefined {
  const end = file.indexOf(NEW_LINE);
  const { row, map, sha256 } = JSON.parse(file.toString('utf8', 0, end)) as Head;
  const binary = new Uint8Array(file.subarray(end + 1));
  return hash(binary) === sha256 ? { row, map, binary } : undefined;
}
