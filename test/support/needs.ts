// What a test needs and a machine may lack. A missing tool prints one line and skips the tests; with CI=true,
// where everything must be there, the tests fail instead.
//
//   describe.skipIf(needs('valgrind', 'records a program').skip)('vmm record', () => { … });
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Throws with CI=true when `tool` is not on the PATH; elsewhere says so in one line and answers `skip: true`. */
export function needs(tool: string, reason: string): { skip: boolean; path: string } {
  const path = find(tool);
  if (path !== null) return { skip: false, path };
  return { ...missing(`${tool} is not installed (needed: ${reason})`), path: tool };
}

/** The same for what is not a tool: `thing` is there or not. */
export function needsThat(there: boolean, thing: string, reason: string): { skip: boolean } {
  return there ? { skip: false } : missing(`${thing} is missing (needed: ${reason})`);
}

function missing(message: string): { skip: true } {
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
  return { skip: true };
}

function find(tool: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}
