/**
 * Decompression in a worker thread, so that one core decodes while another parses. A few pieces are under way in each direction, no more: memory stays
 * bounded. What the input source throws reaches the reader as it is.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ByteSource } from '../../trace/bytes.ts';
import { type Compression, type Decompress, decompressors } from '../../trace/compression/index.ts';
import { TraceError, type TraceProblem } from '../../trace/source.ts';

/** What a worker is told when it starts. */
export interface Job {
  readonly kind: Compression;
  readonly file: string;
  /** Pieces that may go out before one is read. */
  readonly ahead: number;
}

/** `input`: null at its end. `read`: a piece that has been read, to be filled again. */
export type ToWorker = { readonly input: Uint8Array | null } | { readonly read: Uint8Array<ArrayBuffer> };

export type FromWorker =
  | { readonly type: 'taken' }
  | { readonly type: 'content'; readonly content: Uint8Array<ArrayBuffer>; readonly bytes: number }
  | { readonly type: 'end' }
  | { readonly type: 'failure'; readonly problem: TraceProblem };

const AHEAD = 4;
const WORKER = import.meta.resolve('pagewalk/decode-worker.js');

let working = 0;

/** With as many threads at work as there are cores, the calling thread decodes: a trace may be of many files. */
export function inWorker(kind: Compression): Decompress {
  return (input, file) => {
    if (working >= availableParallelism()) return decompressors[kind](input, file);
    working++;
    return new Decoding(input, { kind, file, ahead: AHEAD });
  };
}

class Decoding implements ByteSource {
  private readonly input: ByteSource;
  private readonly worker: Worker;
  private readonly ready: { content: Uint8Array<ArrayBuffer>; bytes: number }[] = [];
  private lent: Uint8Array<ArrayBuffer> | null = null;
  private inputEnded = false;
  private ended = false;
  private failure: unknown = null;
  private closed = false;
  private wake = (): void => {};
  /** The reading of the input, which goes on beside all else. */
  private feeding: Promise<void>;

  constructor(input: ByteSource, job: Job) {
    this.input = input;
    // The sources of the packages belong together: where this thread runs them, the worker must too.
    const execArgv = WORKER.endsWith('.ts') ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : [];
    this.worker = new Worker(new URL(WORKER), { workerData: job, execArgv, name: 'decode' });
    this.worker.on('message', (message: FromWorker) => this.hear(message));
    this.worker.once('error', (error) => this.fail(new Error(`the decoder of ${job.kind} died: ${error.message}`)));
    this.worker.once('exit', () => {
      working--;
      if (!this.ended) this.fail(new Error(`the decoder of ${job.kind} ended early`));
    });
    this.worker.unref();
    this.feeding = this.feed(AHEAD);
  }

  async read(): Promise<Uint8Array | null> {
    if (this.lent !== null) this.tell({ read: this.lent }, [this.lent.buffer]);
    this.lent = null;
    if (this.ready.length === 0 && !this.ended && this.failure === null) {
      // Only who waits for it keeps the program alive for it.
      this.worker.ref();
      while (this.ready.length === 0 && !this.ended && this.failure === null)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      this.worker.unref();
    }
    const next = this.ready.shift();
    if (next) {
      this.lent = next.content;
      return next.content.subarray(0, next.bytes);
    }
    if (this.failure !== null) throw this.failure;
    await this.feeding;
    return null;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.fail(new Error('closed'));
    await this.input.close();
    await Promise.all([this.worker.terminate(), this.feeding]);
  }

  private hear(message: FromWorker): void {
    if (message.type === 'taken') this.feeding = this.feeding.then(() => this.feed(1));
    else if (message.type === 'content') this.ready.push(message);
    else {
      this.ended = true;
      if (message.type === 'failure') this.failure ??= new TraceError(message.problem);
    }
    this.wake();
  }

  /** Sends so many pieces on. */
  private async feed(count: number): Promise<void> {
    try {
      for (let sent = 0; sent < count && !this.inputEnded && !this.closed; sent++) {
        const piece = await this.input.read();
        this.inputEnded = piece === null;
        // A copy of its own: the source may fill its buffer anew, and a view would be sent with all that it is a view of.
        const copy = piece === null ? null : new Uint8Array(piece);
        if (!this.closed) this.tell({ input: copy }, copy === null ? [] : [copy.buffer]);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.wake();
  }

  private tell(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
