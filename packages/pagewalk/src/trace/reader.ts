import type { ByteSource, Metered } from './bytes.ts';
import type { ReadOptions, TextFormat } from './formats/index.ts';
import { OperationLog } from './operations/log.ts';
import type { ObjectNames } from './operations/names.ts';
import { writeOperation } from './operations/operation.ts';
import { isMisreading, type Misreading, readOperation } from './operations/read.ts';
import { quote } from './quote.ts';
import { RECORD_BYTES } from './record.ts';
import { type Chunk, TraceError, type TraceInfo, type TraceSource } from './source.ts';
import { stringAt, type TraceExports } from './wasm.ts';

export interface ReaderParts {
  readonly name: string;
  readonly format: TextFormat;
  readonly options: ReadOptions & { readonly lenient?: boolean };
  readonly compression: string | null;
  /** The input as given, under the decompression. */
  readonly raw: Metered;
  readonly sizeHint: number | null;
  readonly text: ByteSource;
  readonly wasm: TraceExports;
  readonly objects: ObjectNames;
}

/** Feeds text to the reader in trace.wasm and hands out the records it makes. */
export class Reader implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly parts: ReaderParts;
  private readonly wasm: TraceExports;
  private piece: Uint8Array | null = null;
  private ended = false;
  private records = 0;
  private firstSkipped: string | null = null;
  readonly operations: OperationLog;
  /** Of the first fault, if it is an operation's. */
  private misread: Misreading | null = null;

  constructor(parts: ReaderParts) {
    const { format, options, wasm } = parts;
    this.name = parts.name;
    this.format = format.name;
    this.sizeHint = parts.sizeHint;
    this.parts = parts;
    this.operations = new OperationLog(parts.objects);
    this.wasm = wasm;
    wasm.beginReading(format.reader, options.lenient === true ? 1 : 0, format.option?.(options) ?? 0);
  }

  async next(): Promise<Chunk | null> {
    const { wasm } = this;
    for (;;) {
      const records = wasm.read();
      if (this.firstSkipped === null && wasm.skipped() > 0) this.firstSkipped = this.fault().message;
      if (records > 0) {
        this.records += records;
        return { bytes: new Uint8Array(wasm.memory.buffer, wasm.records(), records * RECORD_BYTES), records };
      }
      if (wasm.waiting()) {
        this.operation();
        continue;
      }
      if (wasm.faulted()) throw this.fault();
      if (this.ended) {
        if (this.records === 0) throw this.noAccess();
        return null;
      }
      await this.supply();
    }
  }

  get foldedPage(): number | null {
    return this.wasm.foldPage() || null;
  }

  info(): TraceInfo {
    const { wasm, parts } = this;
    return {
      format: this.format,
      accesses: wasm.accesses(),
      records: this.records,
      operations: this.operations.count,
      skipped: wasm.skipped(),
      firstSkipped: this.firstSkipped,
      foldedPage: this.foldedPage,
      compression: parts.compression,
      bytes: parts.raw.bytes,
      sha256: parts.raw.sha256,
      truncatedTail: wasm.truncatedTail(),
      settings: parts.format.settings?.(parts.options) ?? {},
    };
  }

  position(): number {
    return this.parts.raw.bytes;
  }

  close(): Promise<void> {
    return this.parts.text.close();
  }

  private async supply(): Promise<void> {
    const { wasm } = this;
    this.piece ??= await this.parts.text.read();
    if (this.piece === null) {
      this.ended = true;
      await this.expectEnd();
      wasm.supply(0, 1);
      return;
    }
    const at = wasm.inputAt();
    const part = this.piece.subarray(0, wasm.inputEnd() - at);
    new Uint8Array(wasm.memory.buffer, at, part.length).set(part);
    wasm.supply(part.length, 0);
    this.piece = part.length < this.piece.length ? this.piece.subarray(part.length) : null;
  }

  /** The compressed data must end where the input does; only then is the hash complete. */
  private async expectEnd(): Promise<void> {
    const { raw } = this.parts;
    const byte = raw.bytes;
    if ((await raw.read()) === null) return;
    const problem = `data behind the end of the ${this.parts.compression} stream`;
    throw new TraceError({ file: this.name, byte, problem, expected: 'the end of the file' });
  }

  /** Reads the line that waits, and puts its records behind those of the lines before. */
  private operation(): void {
    const { wasm, operations } = this;
    const at = wasm.lineAt();
    const line = String.fromCharCode(...new Uint8Array(wasm.memory.buffer, at, wasm.lineEnd() - at));
    const read = readOperation(line, operations.names);
    if (isMisreading(read)) {
      if (wasm.skipped() === 0) this.misread = read;
      wasm.refuseOperation(at + read.from, at + read.to);
      return;
    }
    operations.add(wasm.lineNumber());
    wasm.serveOperation(writeOperation(new DataView(wasm.memory.buffer), wasm.operationAt(), read));
  }

  private fault(): TraceError {
    const { wasm } = this;
    const bytes = new Uint8Array(wasm.memory.buffer, wasm.faultFound(), wasm.faultFoundBytes());
    const found = quote(bytes);
    const words = (pointer: number): string => stringAt(wasm.memory, pointer);
    const what = words(wasm.faultWhat()) || (this.misread?.what ?? '');
    const expected = words(wasm.faultExpected()) || (this.misread?.expected ?? '');
    return new TraceError({
      file: this.name,
      line: wasm.faultLine(),
      byte: wasm.faultByte(),
      problem: bytes.length > 0 ? `bad ${what} ${found}` : `no ${what}`,
      expected,
      found,
    });
  }

  private noAccess(): TraceError {
    const skipped = this.wasm.skipped();
    const but = skipped > 0 ? `; lines skipped: ${skipped}, the first: ${this.firstSkipped}` : '';
    return new TraceError({ file: this.name, problem: `holds no access${but}` });
  }
}
