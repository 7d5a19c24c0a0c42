import type { Operations } from './operations/log.ts';

/** What a trace source tells of itself; the counts are complete once `next` has answered null. */
export interface TraceInfo {
  /** The reader's or the generator's name. */
  readonly format: string;
  readonly accesses: number;
  readonly records: number;
  /** fork, mmap and so on, which are no accesses. */
  readonly operations: number;
  /** Lines that lenient reading left out. */
  readonly skipped: number;
  /** Message about the first of them. */
  readonly firstSkipped: string | null;
  /** Accesses of a folded record lie in one page of this many bytes; null if the trace declares none, so has no folded records. */
  readonly foldedPage: number | null;
  readonly compression: string | null;
  /** Input bytes as given, compressed or not; 0 if there is no input. */
  readonly bytes: number;
  /** Of the input bytes as given, in hex; null where there are none or the host has no streaming hash. */
  readonly sha256: string | null;
  /** Bytes of a last line without line end that lenient reading left out: a cut file. */
  readonly truncatedTail: number;
  /** What was chosen or assumed in reading or making the trace. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Things of the input that are no accesses and were left out by design, counted: markers, prefetch hints, other commands. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What the trace says of itself: version, threads, times, the command that was recorded. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** What a reader of the results must know: block I/O below the page cache, a stream of faults, a sample. */
  readonly notes: readonly string[];
}

/** For sources that tell nothing of this kind. */
export const NOTHING_TOLD = { leftOut: {}, facts: {}, notes: [] } as const;

/** How sure the format is; likenesses are 0 … 1. */
export interface Recognition {
  readonly likeness: number;
  /** The format that came second, if there was any likeness. */
  readonly runnerUp: { readonly format: string; readonly likeness: number } | null;
}

export interface Chunk {
  /** `records` × 16 bytes in the layout of record.ts; valid until the next pull. */
  readonly bytes: Uint8Array;
  /** 1 … 8 192. */
  readonly records: number;
}

/** A stream of records, pulled chunk by chunk: a trace may be larger than memory and may come from a pipe. */
export interface TraceSource {
  readonly name: string;
  readonly format: string;
  /** Null or left out if the format was named, or the trace was made. */
  readonly recognition?: Recognition | null;
  /** What `position` will be at the end, if that is known. */
  readonly sizeHint: number | null;
  /** Known once the first chunk is out. */
  readonly foldedPage: number | null;
  /** The operations handed out so far; left out if there never are any. */
  readonly operations?: Operations | undefined;
  /**
   * Called before the first `next` by who understands runs (runs.ts): from now on chunks may have groups of records that stand for many. Sources
   * that have none leave it out.
   */
  wantRuns?(): void;
  /** @throws TraceError on bad input. */
  next(): Promise<Chunk | null>;
  info(): TraceInfo;
  /** Input bytes consumed (of a generator, accesses made): for progress. */
  position(): number;
  close(): Promise<void>;
}

export interface TraceProblem {
  readonly file: string;
  /** "bad op 'X'": what is wrong, as it reads behind the place. */
  readonly problem: string;
  readonly line?: number | null;
  /** In a binary trace, from 1. */
  readonly record?: number | null;
  readonly byte?: number | null;
  readonly expected?: string | null;
  readonly found?: string | null;
}

/** Bad input. `byte` counts from 0; in text it is the place in the uncompressed text, in damaged compressed data the place in the file. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly file: string;
  readonly problem: string;
  readonly line: number | null;
  readonly record: number | null;
  readonly byte: number | null;
  readonly expected: string | null;
  readonly found: string | null;

  constructor({ file, problem, line = null, record = null, byte = null, expected = null, found = null }: TraceProblem) {
    const at = line !== null ? `${line}:` : record !== null ? ` record ${record}:` : '';
    const place = `${file}:${at}${byte === null ? '' : ` byte ${byte}:`}`;
    super(`${place} ${problem}${expected === null ? '' : `: expected ${expected}`}`);
    this.file = file;
    this.problem = problem;
    this.line = line;
    this.record = record;
    this.byte = byte;
    this.expected = expected;
    this.found = found;
  }
}
