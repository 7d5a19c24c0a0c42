// The project's own source files: what git tracks or would track.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Paths from the root of the project, sorted. */
export function sources(root = '.'): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return list
    .split('\0')
    .filter((path) => /\.(ts|tsx|js|mjs|c|h|py|sh)$/.test(path) && existsSync(`${root}/${path}`))
    .sort();
}
