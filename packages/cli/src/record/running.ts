import type { Part, TraceSource } from 'pagewalk/node';

export interface RecordOptions {
  readonly command: readonly string[];
  /** lackey tells every access, perf the page faults of the program as it runs by itself. */
  readonly from: 'lackey' | 'perf';
  /** `PROGRAM.vmt` in the working directory if left out. */
  readonly output?: string | undefined;
  /** Join runs on one page of this many bytes; null keeps every access as it was. */
  readonly fold: number | null;
  /** A modify is one access that writes, or a load and a store. */
  readonly modify: 'write' | 'both';
  /** Record what the program asks of the operating system, too. */
  readonly operations: boolean;
  /** Follow what it forks and executes. */
  readonly children: boolean;
  /** Tell which thread runs: each is on a cpu of its own. */
  readonly threads: boolean;
  /** Which part of all that. */
  readonly part: Part;
  /** Begin where this function of the program is called first, end where it returns. */
  readonly roi?: string | undefined;
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly accesses: number;
  /** Of the file, so far. */
  readonly bytes: number;
  readonly processes: number;
  /** What is being done, if not the recording itself. */
  readonly stage?: string;
}

/** A program that is recorded. */
export interface Running {
  readonly source: TraceSource;
  /** All that there is to record has been read. */
  readonly hasEnded: () => boolean;
  /** Its exit code, once it and what is recorded with it has ended. */
  readonly ended: Promise<number>;
  /** Ends it now. */
  kill(): void;
  /** Leaves nothing behind. */
  close(): void;
}
