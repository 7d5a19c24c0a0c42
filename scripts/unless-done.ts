// Skips work whose sources and results are, byte for byte, those of the last time.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Work {
  /** Where the digests of the last time are kept. */
  record: string;
  /** Globs of everything the work reads. */
  from: string[];
  /** Files it writes. */
  to: string[];
}

/** Does the work, or not when it is done already. The sources' digest is taken before: a file saved meanwhile is seen. */
export function unlessDone({ record, from, to }: Work, work: () => boolean): boolean {
  const sources = digest(globSync(from).sort());
  const state = () => `${sources} ${digest(to)}\n`;
  if (existsSync(record) && readFileSync(record, 'utf8') === state()) return true;
  rmSync(record, { force: true });
  if (!work()) return false;
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, state());
  return true;
}

function digest(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    if (statSync(file, { throwIfNoEntry: false })?.isFile())
      hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
