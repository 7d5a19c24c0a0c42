import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

export interface Recorded {
  readonly operations: boolean;
  readonly children: boolean;
  readonly threads: boolean;
}

/**
 * How lackey prints every access, with a line for each system call if these are wanted. Neither ~/.valgrindrc nor VALGRIND_OPTS have a say. The first lines
 * name the command, before any access.
 */
export function lackeyOptions({ operations, children, threads }: Recorded): string[] {
  return [
    '--tool=lackey',
    '--trace-mem=yes',
    '--basic-counts=no',
    '--command-line-only=yes',
    '--vgdb=no',
    ...(operations ? ['--trace-syscalls=yes'] : ['--quiet']),
    ...(threads ? ['--trace-sched=yes'] : []),
    children ? '--trace-children=yes' : '--child-silent-after-fork=yes',
  ];
}

/** Where the child finds its end of the pipe; valgrind moves it out of the program's way. */
export const LOG_FD = 3;

/** Signals that end a recording early. The program gets them; what it did until then is recorded. */
const STOPS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A file descriptor of ours that becomes LOG_FD of the program; it is closed here. */
  readonly logEnd?: number;
  /** The program has its end of the log, or will never need it. */
  readonly started?: () => void;
  /** Told of a stop when the program has ended already, or has been told twice. */
  readonly insist?: () => void;
}

/** A program under valgrind. Standard input, output and errors are its own. */
export class TracedProgram {
  /** The exit code a shell would report: 128 + the signal's number if one ended the program. */
  readonly ended: Promise<number>;
  hasEnded = false;
  private readonly child: ChildProcess;
  /** Signals mean us again. */
  release: () => void = () => {};

  static async start(words: readonly string[], options: StartOptions): Promise<TracedProgram> {
    const [file = '', ...rest] = words;
    const { env, logEnd, started, insist } = options;
    const child = spawn(file, rest, {
      stdio: ['inherit', 'inherit', 'inherit', ...(logEnd === undefined ? [] : [logEnd])],
      ...(env === undefined ? {} : { env }),
    });
    const program = new TracedProgram(child);
    let stops = 0;
    // At once, before anything is waited for: a signal that came in between would end us and leave the program.
    program.release = takeSignals((signal) => {
      if (++stops > 1 || program.hasEnded) insist?.();
      // A terminal sends its Ctrl-C to the program as well.
      const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
    try {
      await once(child, 'spawn');
    } catch (error) {
      program.release();
      throw error;
    } finally {
      started?.();
    }
    return program;
  }

  private constructor(child: ChildProcess) {
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.hasEnded = true;
        resolve(code ?? 128 + constants.signals[signal!]);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Signals go to `take` and not to whoever listened before, until the function that is returned is called. */
function takeSignals(take: (signal: NodeJS.Signals) => void): () => void {
  const before = STOPS.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const signal of STOPS) process.removeAllListeners(signal).on(signal, take);
  return () => {
    for (const { signal, listeners } of before) {
      process.removeAllListeners(signal);
      for (const listener of listeners) process.on(signal, listener);
    }
  };
}
