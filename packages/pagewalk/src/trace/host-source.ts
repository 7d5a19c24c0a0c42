import type { ReaderParts } from './formats/format.ts';
import { RecordSink } from './record-sink.ts';
import {
  type Chunk,
  type Recognition,
  TraceError,
  type TraceInfo,
  type TraceProblem,
  type TraceSource,
} from './source.ts';

/**
 * What all readers written here, not in trace.wasm, have in common: bytes in, chunks out, faults as the others have them. Strict reading
 * hands out what stands before the first fault and then throws it; lenient reading counts faults and keeps the first.
 */
export abstract class HostSource implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  readonly recognition: Recognition | null;
  protected readonly parts: ReaderParts;
  protected readonly sink: RecordSink;
  private skipped = 0;
  private firstSkipped: string | null = null;
  private truncatedTail = 0;
  private raised: TraceError | null = null;
  private ended = false;

  constructor(parts: ReaderParts) {
    this.parts = parts;
    this.name = parts.name;
    this.format = parts.format.name;
    this.sizeHint = parts.sizeHint;
    this.recognition = parts.recognition;
    this.sink = new RecordSink(parts.objects);
  }

  get operations(): RecordSink['operations'] {
    return this.sink.operations;
  }

  get foldedPage(): number | null {
    return this.sink.foldedPage;
  }

  async next(): Promise<Chunk | null> {
    for (;;) {
      if (this.raised === null && !this.ended) this.read();
      const chunk = this.sink.take();
      if (chunk !== null) return chunk;
      if (this.raised !== null) throw this.raised;
      if (this.ended) {
        if (this.sink.records === 0) throw this.noAccess();
        return null;
      }
      if (this.sink.hasRoom) await this.pull();
    }
  }

  info(): TraceInfo {
    const { parts, sink } = this;
    return {
      format: this.format,
      accesses: sink.accesses,
      records: sink.records,
      operations: sink.operations.count,
      skipped: this.skipped,
      firstSkipped: this.firstSkipped,
      foldedPage: sink.foldedPage,
      compression: parts.compression,
      bytes: parts.raw.bytes,
      sha256: parts.raw.sha256,
      truncatedTail: this.truncatedTail,
      settings: parts.format.settings?.(parts.options) ?? {},
      leftOut: sink.leftOut,
      facts: sink.facts,
      notes: [...(parts.format.notes ?? []), ...sink.notes],
    };
  }

  position(): number {
    return this.parts.raw.bytes;
  }

  close(): Promise<void> {
    return this.parts.text.close();
  }

  /** Reads what `take` was given, until the sink has no room, a fault is raised or more bytes are needed. */
  protected abstract read(): void;

  /** The next bytes of the input; null at its end, once. */
  protected abstract take(piece: Uint8Array | null): void;

  /** No more will come. */
  protected end(): void {
    this.ended = true;
  }

  /** True if reading goes on behind it; `tail` are bytes that are cut off at the end of the input. */
  protected fault(problem: Omit<TraceProblem, 'file'>, tail = 0): boolean {
    const lenient = this.parts.options.lenient === true;
    if (!lenient || this.firstSkipped === null) {
      const error = new TraceError({ file: this.name, ...problem });
      if (lenient) this.firstSkipped = error.message;
      else this.raised = error;
    }
    if (!lenient) return false;
    this.skipped++;
    this.truncatedTail += tail;
    return true;
  }

  /** More bytes at the end of the input that lenient reading leaves out. */
  protected cutOff(bytes: number): void {
    this.truncatedTail += bytes;
  }

  /** Ends reading, lenient or not. */
  protected raise(problem: Omit<TraceProblem, 'file'>): void {
    this.raised = new TraceError({ file: this.name, ...problem });
  }

  private async pull(): Promise<void> {
    const piece = await this.parts.text.read();
    if (piece === null) await this.expectEnd();
    this.take(piece);
  }

  /** The compressed data must end where the input does; only then is the hash complete. */
  private async expectEnd(): Promise<void> {
    const { raw, compression } = this.parts;
    const byte = raw.bytes;
    if ((await raw.read()) === null) return;
    const problem = `data behind the end of the ${compression} stream`;
    throw new TraceError({ file: this.name, byte, problem, expected: 'the end of the file' });
  }

  private noAccess(): TraceError {
    const { skipped, firstSkipped } = this;
    const but = skipped > 0 ? `; ${this.parts.format.unit}s skipped: ${skipped}, the first: ${firstSkipped}` : '';
    return new TraceError({ file: this.name, problem: `holds no access${but}` });
  }
}
