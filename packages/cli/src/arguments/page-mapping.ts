/** `--v2p`: the text of a file that maps virtual to physical pages, or the word by which the trace itself says it. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../exit.ts';

const MARKERS = 'markers';

export async function pageMapping(flag: string): Promise<string> {
  if (flag === MARKERS) return MARKERS;
  try {
    return await readFile(flag, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--v2p ${flag}: cannot be read (${code === 'ENOENT' ? 'no such file' : message})`);
  }
}
