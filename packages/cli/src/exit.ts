/**
 * Exit codes: 2 for a call that should have been made otherwise, 1 for work that failed, and as a shell has it 128 + the number of a signal:
 * 130 after Ctrl-C, 141 when nobody reads standard output.
 */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

/** What is wrong with a call, all of it; each line is told by itself. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly lines: readonly string[];

  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Work that failed for a reason outside of this program: a full disk, a file that cannot be written. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
}

/** Errors by their name, so that a command that needs no machine does not load one. */
const USAGE = new Set([
  'UsageError',
  'ConfigError',
  'MismatchError',
  'NoSuchAccessError',
  'PolicyFileError',
  'TraceOptionError',
]);

export function exitCodeOf(error: unknown): number {
  return error instanceof Error && USAGE.has(error.name) ? EXIT.usage : EXIT.failed;
}
