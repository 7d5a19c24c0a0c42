import { READERS } from '@pagewalk/engine/catalog';
import type { ReaderParts, WasmReading } from './formats/index.ts';
import { isMisreading, type LineDoor } from './line-door.ts';
import { OperationLog } from './operations/log.ts';
import { type OperationRecord, writeOperation } from './operations/operation.ts';
import type { Misreading } from './operations/read.ts';
import { quote, quoteNumber } from './quote.ts';
import { RECORD_BYTES } from './record.ts';
import {
  type Chunk,
  type Recognition,
  TraceError,
  type TraceInfo,
  type TraceProblem,
  type TraceSource,
} from './source.ts';
import { instantiate, stringAt, type TraceExports } from './wasm.ts';

/** Records that come of one pass through the door of lines. */
const DOOR_RECORDS = 64;
/** No operation takes more. */
const OPERATION_RECORDS = 16;

/** Opens a trace with the reader in trace.wasm that its format names. */
export async function readerOf(parts: ReaderParts, reading: WasmReading): Promise<TraceSource> {
  const wasm = await instantiate(parts.module);
  reading.prepare?.(wasm, parts.options);
  const options = reading.options?.(parts.options, parts.head) ?? [];
  new Uint32Array(wasm.memory.buffer, wasm.options(), options.length).set(options);
  return new Reader(parts, reading, wasm);
}

/** Feeds bytes to the reader in trace.wasm and hands out the records it makes. */
class Reader implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  readonly recognition: Recognition | null;
  private readonly parts: ReaderParts;
  private readonly reading: WasmReading;
  private readonly wasm: TraceExports;
  private piece: Uint8Array | null = null;
  private ended = false;
  private records = 0;
  private firstSkipped: string | null = null;
  readonly operations: OperationLog;
  private readonly door: LineDoor | null;
  /** Operations of the line that waits, not yet handed out. */
  private pending: readonly OperationRecord[] = [];
  /** Of the first fault, if it is one of a line that the door has read. */
  private misread: Misreading | null = null;

  constructor(parts: ReaderParts, reading: WasmReading, wasm: TraceExports) {
    const { format, options } = parts;
    this.name = parts.name;
    this.format = format.name;
    this.sizeHint = parts.sizeHint;
    this.recognition = parts.recognition;
    this.parts = parts;
    this.reading = reading;
    this.door = parts.door ?? reading.door?.(options) ?? null;
    this.operations = new OperationLog(parts.objects);
    this.wasm = wasm;
    const reader = READERS.findIndex(({ name }) => name === reading.reader);
    wasm.beginReading(reader, options.lenient === true ? 1 : 0);
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
        this.line();
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
    const { format, options } = parts;
    const told = this.door?.info?.();
    const { settings, notes = [] } = this.reading.told?.(options, parts.head) ?? {};
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
      settings: settings ?? format.settings?.(options) ?? {},
      leftOut: { ...this.leftOut(), ...told?.leftOut },
      facts: { ...this.facts(), ...told?.facts },
      notes: [...(format.notes ?? []), ...notes, ...(told?.notes ?? [])],
    };
  }

  position(): number {
    return this.parts.raw.bytes;
  }

  close(): Promise<void> {
    return this.parts.text.close();
  }

  private leftOut(): Record<string, number> {
    const counts = (this.reading.leftOut ?? []).map((name, kind) => [name, this.wasm.leftOut(kind)] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  private facts(): Record<string, string | number> {
    const facts = (this.reading.facts ?? []).map((name, which) => [name, this.wasm.fact(which)] as const);
    const told = Object.fromEntries(facts.filter(([, fact]) => fact >= 0));
    return this.reading.tell?.(told) ?? told;
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
  private line(): void {
    const { wasm, operations, door } = this;
    if (this.pending.length === 0) {
      const at = wasm.lineAt();
      const line = String.fromCharCode(...new Uint8Array(wasm.memory.buffer, at, wasm.lineEnd() - at));
      const read = door?.read(line, operations.names) ?? [];
      if (isMisreading(read)) {
        if (wasm.skipped() === 0) this.misread = read;
        wasm.refuseLine(at + read.from, at + read.to);
        return;
      }
      this.pending = read;
    }
    const view = new DataView(wasm.memory.buffer);
    let records = 0;
    let taken = 0;
    for (const operation of this.pending) {
      if (records + OPERATION_RECORDS > DOOR_RECORDS) break;
      operations.add(wasm.lineNumber());
      records += writeOperation(view, wasm.lineRecordsAt() + records * RECORD_BYTES, operation);
      taken++;
    }
    this.pending = this.pending.slice(taken);
    wasm.serveLine(records, this.pending.length > 0 ? 1 : 0);
  }

  private fault(): TraceError {
    const { wasm } = this;
    const bytes = new Uint8Array(wasm.memory.buffer, wasm.faultFound(), wasm.faultFoundBytes());
    const found = wasm.faultFoundIs() > 0 ? quoteNumber(bytes, wasm.faultFoundIs() === 2) : quote(bytes);
    const words = (pointer: number): string => stringAt(wasm.memory, pointer);
    const what = words(wasm.faultWhat()) || (this.misread?.what ?? '');
    const expected = words(wasm.faultExpected()) || (this.misread?.expected ?? '');
    const bad = bytes.length > 0 ? `bad ${what} ${found}` : `no ${what}`;
    return new TraceError({
      ...this.place(),
      problem: wasm.faultIsPlain() ? what : bad,
      expected,
      found,
    });
  }

  /** Where the first fault is. */
  private place(): Pick<TraceProblem, 'file' | 'line' | 'record' | 'byte'> {
    const { wasm, name, parts } = this;
    const byte = wasm.faultByte();
    if (parts.placeOf) return parts.placeOf(byte);
    const number = wasm.faultLine();
    return parts.format.unit === 'line' ? { file: name, line: number, byte } : { file: name, record: number, byte };
  }

  private noAccess(): TraceError {
    const skipped = this.wasm.skipped();
    const but = skipped > 0 ? `; ${this.parts.format.unit}s skipped: ${skipped}, the first: ${this.firstSkipped}` : '';
    return new TraceError({ file: this.name, problem: `holds no access${but}` });
  }
}
