import type { ReaderParts } from '../formats/format.ts';
import type { ObjectNames } from '../operations/names.ts';
import { writeOperation } from '../operations/operation.ts';
import { FOLDED, isOperation, RECORD_BYTES } from '../record-layout.ts';
import { type Chunk, type Recognition, TraceError, type TraceInfo, type TraceSource } from '../source.ts';
import { instantiate, stringAt, type TraceExports } from '../wasm.ts';
import { type Block, BlockStream, type Losses, type Start } from './blocks.ts';
import { type Head, withoutNotes } from './head.ts';
import { VERSION } from './layout.ts';
import { OperationReader } from './operations.ts';
import { Bytes, Crc } from './sections.ts';
import { readStart } from './start.ts';
import { BadBytes, ByteReader } from './varints.ts';

/** Where to begin: at the access with this number, which is in the block `number`. The stream starts with the block `start`. */
export interface Seek {
  readonly start: Start;
  readonly number: number;
  readonly access: number;
}

const WINDOW = 1 << 20;

export async function openVmt(parts: ReaderParts): Promise<TraceSource> {
  const wasm = await instantiate(parts.module);
  const bytes = new Bytes(parts.text);
  const crc = crcOf(wasm);
  const head = await readStart(parts.name, bytes, crc);
  return new VmtReader(parts, head, bytes, wasm);
}

/** Reading never uses the window of input but for this. */
export function crcOf(wasm: TraceExports): Crc {
  return new Crc(wasm, () => wasm.recordsIn(), WINDOW);
}

/** Blocks to records, which trace.wasm makes. */
export class VmtReader implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  readonly recognition: Recognition | null;
  readonly foldedPage: number | null;
  readonly operations: { count: number; readonly names: ObjectNames; lineOf(index: number): null };
  private readonly parts: ReaderParts;
  private readonly head: Head;
  private readonly wasm: TraceExports;
  private readonly blocks: BlockStream;
  private readonly losses: Losses;
  private readonly shift: number;
  private block: Block | null = null;
  private objects = new OperationReader();
  /** Of the blocks that are done. Records are those that runs stand for. */
  private records = 0;
  private accesses = 0;
  private handedOut = false;
  /** Blocks before this one are not decoded, and accesses that are left of this one's to leave out. */
  private readonly firstBlock: number;
  private readonly firstAccess: number;
  private toDrop = 0;
  private runs = false;

  constructor(parts: ReaderParts, head: Head, bytes: Bytes, wasm: TraceExports, seek?: Seek) {
    this.name = parts.name;
    this.format = parts.format.name;
    this.sizeHint = parts.sizeHint;
    this.recognition = parts.recognition;
    this.foldedPage = head.foldedPage;
    this.operations = { count: 0, names: parts.objects, lineOf: () => null };
    this.parts = parts;
    this.head = head;
    this.wasm = wasm;
    this.shift = Math.log2(head.foldedPage ?? 1);
    const lenient = parts.options.lenient === true;
    this.losses = { lenient, skipped: 0, first: null, tail: 0, unfinished: false };
    this.blocks = new BlockStream(parts.name, bytes, crcOf(wasm), this.losses, seek?.start);
    this.firstBlock = seek?.number ?? 0;
    this.firstAccess = seek?.access ?? 0;
  }

  wantRuns(): void {
    this.runs = true;
  }

  async next(): Promise<Chunk | null> {
    const { wasm } = this;
    for (;;) {
      if (this.block === null) {
        const block = await this.blocks.next();
        if (block === null) return this.end();
        await this.begin(block);
        continue;
      }
      // Of groups nothing can be left out.
      const records = wasm.vmtRead(this.runs && this.toDrop === 0 ? 1 : 0);
      if (records > 0) {
        const chunk = this.chunk(records);
        if (chunk !== null) return chunk;
      } else if (wasm.vmtWaiting()) this.operation(this.block);
      else this.finish(this.block);
    }
  }

  info(): TraceInfo {
    const { parts, losses, head } = this;
    const { facts, notes } = withoutNotes({ ...head.facts, ...this.blocks.facts });
    return {
      format: this.format,
      accesses: this.accesses + (this.block === null ? 0 : this.wasm.vmtAccesses()),
      records: this.records + (this.block === null ? 0 : this.wasm.vmtEvents()),
      operations: this.operations.count,
      skipped: losses.skipped,
      firstSkipped: losses.first,
      foldedPage: this.foldedPage,
      compression: parts.compression,
      bytes: parts.raw.bytes,
      sha256: parts.raw.sha256,
      truncatedTail: losses.tail,
      settings: {},
      leftOut: {},
      facts: { version: VERSION, ...facts },
      notes: losses.unfinished ? [...notes, 'the file has no end: it was cut, or never finished'] : notes,
    };
  }

  position(): number {
    return this.parts.raw.bytes;
  }

  async close(): Promise<void> {
    this.blocks.close();
    await this.parts.text.close();
  }

  private async begin(block: Block): Promise<void> {
    const { wasm } = this;
    let raw: Uint8Array;
    try {
      raw = await block.raw();
    } catch (error) {
      this.leaveOut(block, (error as Error).message);
      return;
    }
    if (block.number < this.firstBlock) return;
    this.toDrop = Math.max(this.firstAccess - block.firstAccess, 0);
    this.objects = new OperationReader();
    const at = wasm.vmtRoom();
    new Uint8Array(wasm.memory.buffer, at, raw.length).set(raw);
    if (wasm.vmtBegin(block.kind, this.shift, raw.length)) this.block = block;
    else this.leaveOut(block, this.fault());
  }

  private chunk(records: number): Chunk | null {
    const { wasm } = this;
    const bytes = new Uint8Array(wasm.memory.buffer, wasm.records(), records * RECORD_BYTES);
    const rest = this.toDrop > 0 ? this.dropped(bytes) : bytes;
    if (rest.length === 0) return null;
    this.handedOut = true;
    return { bytes: rest, records: rest.length / RECORD_BYTES };
  }

  /** Leaves out what is before the access that was sought: operations, accesses, and of a folded record a part. */
  private dropped(bytes: Uint8Array): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (; at < bytes.length && this.toDrop > 0; at += RECORD_BYTES) {
      const meta = view.getUint32(at + 12, true);
      this.records--;
      if (isOperation(meta)) continue;
      const count = (meta & FOLDED) === 0 ? 1 : view.getUint32(at + 8, true);
      const drop = Math.min(count, this.toDrop);
      this.toDrop -= drop;
      this.accesses -= drop;
      if (drop === count) continue;
      view.setUint32(at + 8, count - drop, true);
      this.records++;
      break;
    }
    return bytes.subarray(at);
  }

  private operation(block: Block): void {
    const { wasm, operations } = this;
    const bytes = new Uint8Array(wasm.memory.buffer, wasm.vmtOperation(), wasm.vmtOperationBytes());
    const reader = new ByteReader(bytes);
    try {
      const operation = this.objects.read(reader, operations.names);
      const records = writeOperation(new DataView(wasm.memory.buffer), wasm.vmtOut(), operation);
      if (this.toDrop === 0) operations.count++;
      wasm.vmtServe(reader.at, records);
      // It is one event.
      this.records += records - 1;
    } catch (error) {
      if (!(error instanceof BadBytes)) throw error;
      this.leaveOut(block, error.message);
    }
  }

  private finish(block: Block): void {
    const { wasm } = this;
    const fault = this.fault();
    const [events, accesses] = [wasm.vmtEvents(), wasm.vmtAccesses()];
    if (fault !== '') this.leaveOut(block, fault);
    else if (events !== block.events || accesses !== block.accesses) {
      this.leaveOut(block, `${events} events, ${accesses} accesses; not ${block.events}, ${block.accesses}`);
    } else {
      this.accesses += accesses;
      this.records += events;
      this.block = null;
    }
  }

  /** What is wrong with the payload; empty if nothing is. */
  private fault(): string {
    const { wasm } = this;
    const what = stringAt(wasm.memory, wasm.vmtFault());
    return what === '' ? '' : `${what} at byte ${wasm.vmtFaultAt()} of its payload`;
  }

  /** Strict reading stops at a block that is damaged; what was handed out of it stays. */
  private leaveOut(block: Block, reason: string): void {
    const { losses } = this;
    const error = new TraceError({
      file: this.name,
      record: block.number + 1,
      byte: block.place,
      problem: `damaged block (${reason})`,
    });
    if (!losses.lenient) throw error;
    losses.skipped++;
    losses.first ??= error.message;
    if (this.block !== null) {
      this.accesses += this.wasm.vmtAccesses();
      this.records += this.wasm.vmtEvents();
    }
    this.block = null;
  }

  private async end(): Promise<null> {
    const { raw, compression } = this.parts;
    const byte = raw.bytes;
    if ((await raw.read()) !== null) {
      const problem = `data behind the end of the ${compression} stream`;
      throw new TraceError({ file: this.name, byte, problem, expected: 'the end of the file' });
    }
    if (!this.handedOut) throw this.noAccess();
    return null;
  }

  private noAccess(): TraceError {
    const { skipped, first } = this.losses;
    const but = skipped > 0 ? `; blocks skipped: ${skipped}, the first: ${first}` : '';
    return new TraceError({ file: this.name, problem: `holds no access${but}` });
  }
}
