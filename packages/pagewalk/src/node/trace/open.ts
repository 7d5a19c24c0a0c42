import { type OpenOptions, openBytes } from '../../trace/open.ts';
import type { TraceSource } from '../../trace/source.ts';
import { openDirectory } from './directory.ts';
import { isDirectory, openFile, openStdin, sha256 } from './file.ts';
import { inflaters } from './inflate.ts';

/**
 * Opens a trace file, a directory with a file for each thread, or with `-` the standard input.
 *
 * @throws TraceError at a file that cannot be read, an unknown format or an empty trace; RangeError at an unknown option.
 */
export async function openTrace(path: string, options: OpenOptions = {}): Promise<TraceSource> {
  const isStdin = path === '-';
  if (!isStdin && (await isDirectory(path))) return openDirectory(path, options);
  const { source, bytes } = isStdin ? openStdin() : await openFile(path);
  const name = options.name ?? (isStdin ? 'stdin' : path);
  return openBytes(source, { ...options, name, sizeHint: bytes, newHash: sha256, decompress: inflaters });
}
