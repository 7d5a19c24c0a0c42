import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { LogPipe } from './log-pipe.ts';

/**
 * A program under valgrind's lackey, which prints every access to the pipe. Standard input, output and errors are the program's own.
 * What the program forks is not recorded, and neither ~/.valgrindrc nor VALGRIND_OPTS have a say.
 */
const LACKEY = [
  '--tool=lackey',
  '--trace-mem=yes',
  '--basic-counts=no',
  '--command-line-only=yes',
  '--child-silent-after-fork=yes',
  '--quiet',
];
/** Where the child finds its end of the pipe; valgrind moves it out of the program's way. */
const LOG_FD = 3;

/** Signals that end a recording early. The program gets them; what it did until then is recorded. */
const STOPS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export class TracedProgram {
  /** The exit code a shell would report: 128 + the signal's number if one ended the program. */
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;
  /** Signals mean us again. */
  readonly release: () => void;

  static async start(valgrind: string, command: readonly string[], log: LogPipe): Promise<TracedProgram> {
    const child = spawn(valgrind, [...LACKEY, `--log-fd=${LOG_FD}`, '--', ...command], {
      stdio: ['inherit', 'inherit', 'inherit', log.writeEnd],
    });
    // At once, before anything is waited for: a signal that came in between would end us and leave the program.
    const release = takeSignals((signal) => {
      // A terminal sends its Ctrl-C to the program as well.
      const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
    try {
      await once(child, 'spawn');
    } catch (error) {
      release();
      throw error;
    } finally {
      log.started();
    }
    return new TracedProgram(child, release, log);
  }

  private constructor(child: ChildProcess, release: () => void, log: LogPipe) {
    this.child = child;
    this.release = release;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        log.finish();
        resolve(code ?? 128 + constants.signals[signal!]);
      });
    });
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
