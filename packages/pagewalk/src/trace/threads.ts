/**
 * Files of the threads of one drmemtrace as one stream of its records. Each file is cut before its timestamp markers; whichever file's
 * next piece has the smallest timestamp is next, of equal ones the file that comes first. Before a piece that follows one of another file
 * goes a record of a type that no file has, which only switches the thread.
 */
import type { ByteSource } from './bytes.ts';
import { TraceError } from './source.ts';

export interface ThreadFile {
  readonly name: string;
  /** The first bytes of `bytes`, as many as decide whether the file has timestamps, or all there are. */
  readonly head: Uint8Array;
  readonly bytes: ByteSource;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly record: number;
  readonly byte: number;
}

const BYTES = 12;
/** Type in the lower half, size or subtype in the upper. */
const TIMESTAMP = 28 | (2 << 16);
const THREAD = 22;
const SWITCH = 0xffff;
const OUT_BYTES = 1 << 18;
/** A place is asked for in what was handed out last: no more than the reader has in its window. */
const REMEMBERED = 1 << 22;
const NO_TIME = -1n;
const AT_END = 1n << 64n;

/** From byte `merged` of the stream on, the bytes are those of `thread` from `byte` on. */
interface Span {
  readonly merged: number;
  readonly thread: Thread | null;
  readonly byte: number;
}

export class MergedThreads implements ByteSource {
  /** Bytes behind the last whole record of files, in lenient reading, and of how many files. */
  tail = 0;
  cut = 0;
  firstCut: string | null = null;
  private readonly threads: readonly Thread[];
  private readonly isLenient: boolean;
  private readonly out = new Uint8Array(OUT_BYTES);
  private readonly view = new DataView(this.out.buffer);
  private filled = 0;
  /** Bytes handed out. */
  private merged = 0;
  private spans: Span[] = [];
  private current: Thread | null = null;

  constructor(files: readonly ThreadFile[], isLenient: boolean) {
    this.threads = files.map((file) => new Thread(file));
    this.isLenient = isLenient;
  }

  /** @throws TraceError at a file that ends within a record, if reading is strict, and what reading the files throws. */
  async read(): Promise<Uint8Array | null> {
    this.merged += this.filled;
    this.filled = 0;
    this.forget();
    while (this.filled + 2 * BYTES <= OUT_BYTES) {
      const thread = this.earliest();
      if (thread === null) break;
      if (!(await thread.fill())) {
        this.end(thread);
        continue;
      }
      this.take(thread);
    }
    return this.filled === 0 ? null : this.out.subarray(0, this.filled);
  }

  async close(): Promise<void> {
    for (const { file } of this.threads) await file.bytes.close();
  }

  /** Where byte `byte` of the stream is from. */
  placeOf(byte: number): Place {
    const { thread, byte: first, merged } = this.spans.findLast((span) => span.merged <= byte)!;
    const place = first + byte - merged;
    return { file: thread?.file.name ?? '', record: Math.floor(place / BYTES) + 1, byte: place };
  }

  /** The thread whose piece is going on, or whose next one is due. */
  private earliest(): Thread | null {
    if (this.current?.isInPiece) return this.current;
    let first: Thread | null = null;
    for (const thread of this.threads) {
      if (thread.time < (first?.time ?? AT_END)) first = thread;
    }
    return first;
  }

  /** Copies what is there of the thread's piece, as far as there is room. */
  private take(thread: Thread): void {
    if (this.current !== thread) {
      if (thread.id !== null) this.switchTo(thread.id);
      this.current = thread;
      this.span(thread);
    }
    thread.isInPiece = true;
    const bytes = thread.piece(OUT_BYTES - this.filled);
    this.out.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  private switchTo(id: bigint): void {
    this.spans.push({ merged: this.merged + this.filled, thread: null, byte: 0 });
    this.view.setUint32(this.filled, SWITCH, true);
    this.view.setBigUint64(this.filled + 4, id, true);
    this.filled += BYTES;
  }

  private span(thread: Thread): void {
    this.spans.push({ merged: this.merged + this.filled, thread, byte: thread.byte });
  }

  private end(thread: Thread): void {
    thread.time = AT_END;
    thread.isInPiece = false;
    const rest = thread.rest;
    if (rest === 0) return;
    const { name } = thread.file;
    const place = { file: name, record: Math.floor(thread.byte / BYTES) + 1, byte: thread.byte };
    const error = new TraceError({ ...place, problem: 'truncated record', expected: 'records of 12 bytes' });
    if (!this.isLenient) throw error;
    this.tail += rest;
    this.cut++;
    this.firstCut ??= error.message;
  }

  private forget(): void {
    const old = this.spans.findLastIndex(({ merged }) => merged <= this.merged - REMEMBERED);
    if (old > 0) this.spans = this.spans.slice(old);
  }
}

/** One file: its records from `byte` on are in `bytes` from `at` on, whole ones up to `end`. */
class Thread {
  readonly file: ThreadFile;
  /** Of the piece that goes on or is next; AT_END behind the last. */
  time: bigint;
  /** Tid, as the last thread record said. */
  id: bigint | null = null;
  byte = 0;
  /** Some of the piece was handed out, and it may go on. */
  isInPiece = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  /** The first timestamp belongs to the first piece, whatever comes before it. */
  private isFirst = true;
  /** The record at `at` is the timestamp that the next piece begins with. */
  private isAtTimestamp = false;

  constructor(file: ThreadFile) {
    this.file = file;
    this.time = firstTime(file.head);
  }

  /** Bytes that are left and no whole record. */
  get rest(): number {
    return this.bytes.length - this.at;
  }

  /** False at the end. */
  async fill(): Promise<boolean> {
    while (this.rest < BYTES) {
      // A piece is gone with the next one, so what is left of it is copied first (the slice of a Buffer would be none).
      this.bytes = new Uint8Array(this.bytes.subarray(this.at));
      this.at = 0;
      const read = await this.file.bytes.read();
      if (read === null) return false;
      if (this.bytes.length === 0) this.bytes = read;
      else {
        const joined = new Uint8Array(this.bytes.length + read.length);
        joined.set(this.bytes);
        joined.set(read, this.bytes.length);
        this.bytes = joined;
      }
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    }
    return true;
  }

  /** Whole records up to the next piece, at most `room` bytes; ends the piece if the next one begins behind them. */
  piece(room: number): Uint8Array {
    const { view, at: first } = this;
    const end = first + Math.floor(Math.min(this.rest, room) / BYTES) * BYTES;
    let at = first;
    for (; at < end; at += BYTES) {
      const word = view.getUint32(at, true);
      if (word === TIMESTAMP) {
        if (!this.isFirst && !this.isAtTimestamp) {
          this.time = view.getBigUint64(at + 4, true);
          this.isInPiece = false;
          this.isAtTimestamp = true;
          break;
        }
        this.isFirst = false;
        this.isAtTimestamp = false;
      } else if ((word & 0xffff) === THREAD) this.id = view.getBigUint64(at + 4, true);
    }
    this.at = at;
    this.byte += at - first;
    return this.bytes.subarray(first, at);
  }
}

function firstTime(head: Uint8Array): bigint {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  for (let at = 0; at + BYTES <= head.length; at += BYTES) {
    if (view.getUint32(at, true) === TIMESTAMP) return view.getBigUint64(at + 4, true);
  }
  return NO_TIME;
}
