import type { TraceSource } from '../source.ts';
import type { Loss, Losses } from './losses.ts';

export interface WriteOptions {
  /** Let go of what the format has no place for, and count it. */
  readonly lossy?: boolean;
  /** What the object ids of oracle_general are: pages of 4096 bytes, or addresses. */
  readonly ids?: 'page' | 'byte';
  /** What a .vmt says of itself: who wrote it, of what. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** trace.wasm, if not the host's. */
  readonly module?: WebAssembly.Module;
}

export interface WriterParts {
  readonly source: TraceSource;
  readonly options: WriteOptions;
  readonly losses: Losses;
  /** What the reader of the output must know; writers add to it. */
  readonly notes: string[];
}

/** A format that traces are written in: a file of this folder, and a row in index.ts. */
export interface TraceWriterRow {
  /** Of the format that reads it again. */
  readonly name: string;
  /** Of files, without what they are compressed with. */
  readonly suffixes: readonly string[];
  readonly summary: string;
  /** What it may lose. */
  readonly loses: readonly Loss[];
  /** Does it keep folded records? Others expand them. */
  readonly folds: boolean;
  /** Is it compressed by itself? */
  readonly compressed?: boolean;
  /** Pieces of the output, each valid until the next. */
  write(parts: WriterParts): AsyncGenerator<Uint8Array, void, void>;
}

/** Words of output, handed out when there are enough of them. */
export class Words {
  readonly words = new Uint32Array(1 << 16);
  at = 0;

  /** Is there no room for `count` more? Then `take` what is there. */
  full(count: number): boolean {
    return this.at + count > this.words.length;
  }

  take(): Uint8Array {
    const bytes = new Uint8Array(this.words.buffer, 0, this.at * 4);
    this.at = 0;
    return bytes;
  }
}

/** The low word of a folded record's address, for which its page stands; pages have at most 1 GiB. */
export const pageStart = (low: number, { foldedPage }: TraceSource): number => (low & -(foldedPage ?? 1)) >>> 0;

export function noteFolds({ source, notes }: WriterParts, folded: number): void {
  if (folded === 0) return;
  notes.push(
    `${folded} accesses were folded on pages of ${source.foldedPage} bytes: each stands by itself, where its page begins`,
  );
}
