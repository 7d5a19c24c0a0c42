/** Which trace a call means: a file, `-` for standard input, or what is piped in when none is named. */
import { fstatSync } from 'node:fs';
import { UsageError } from '../exit.ts';

export function traceInput(positional: string | undefined, flag: string | undefined): string {
  if (positional !== undefined && flag !== undefined && positional !== flag) {
    throw new UsageError(`two traces: ${positional} and --trace ${flag}; give one`);
  }
  const named = positional ?? flag;
  if (named !== undefined) return named;
  if (isFed()) return '-';
  throw new UsageError('no trace: give a file, - for standard input, or pipe one in; `vmm gen` makes one');
}

/** Whether standard input is a pipe, a socket or a redirected file. */
function isFed(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}
