import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { WorkError } from '../exit.ts';

/**
 * The file that a shell would run for this name: on the PATH, or the path itself if it holds a slash.
 *
 * @throws WorkError, with `remedy` in it.
 */
export function findProgram(name: string, remedy = '', searchPath = process.env['PATH'] ?? ''): string {
  const candidates = name.includes('/')
    ? [name]
    : searchPath.split(delimiter).map((folder) => join(folder === '' ? '.' : folder, name));
  let problem = name.includes('/') ? 'no such file' : 'not found on the PATH';
  for (const path of candidates) {
    try {
      const stat = statSync(path);
      accessSync(path, constants.X_OK);
      if (stat.isFile()) return path;
      problem = 'not a program';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') problem = 'not executable';
    }
  }
  throw new WorkError(`${name}: cannot be run (${problem})${remedy}`);
}
