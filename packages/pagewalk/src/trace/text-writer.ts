import { ObjectNames } from './operations/names.ts';
import { OperationGatherer } from './operations/operation.ts';
import { operationLine } from './operations/write.ts';
import { RECORD_BYTES } from './record.ts';
import type { Chunk, TraceSource } from './source.ts';
import { instantiate, type TraceExports } from './wasm.ts';

/** Records to lines of the text format. */
export class TextWriter {
  private readonly wasm: TraceExports;
  private readonly names: ObjectNames;
  private readonly operations = new OperationGatherer();
  private readonly encoder = new TextEncoder();

  /** `names` of the objects in operations. */
  static async create(module?: WebAssembly.Module, names: ObjectNames = new ObjectNames()): Promise<TextWriter> {
    return new TextWriter(await instantiate(module), names);
  }

  private constructor(wasm: TraceExports, names: ObjectNames) {
    this.wasm = wasm;
    this.names = names;
  }

  /** The lines of a chunk, valid until the next call. The operands at its end wait for their operation in the next. */
  encode({ bytes, records }: Chunk): Uint8Array {
    const { wasm } = this;
    new Uint8Array(wasm.memory.buffer, wasm.recordsIn(), records * RECORD_BYTES).set(bytes);
    const accesses = this.accesses(0, records);
    if (wasm.encoded() === records) return accesses;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pieces = [accesses.slice()];
    for (let at = wasm.encoded(); at < records; ) {
      const operation = this.operations.take(view, at * RECORD_BYTES);
      if (operation) pieces.push(this.encoder.encode(operationLine(operation, this.names)));
      pieces.push(this.accesses(at + 1, records).slice());
      at = wasm.encoded();
    }
    return joined(pieces);
  }

  /** The lines of the accesses from record `first` on, up to an operation. */
  private accesses(first: number, end: number): Uint8Array {
    const bytes = this.wasm.encodeText(first, end);
    return new Uint8Array(this.wasm.memory.buffer, this.wasm.lines(), bytes);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** What must stand before the first line of a trace with folded records. */
export function textHeader(foldedPage: number | null): string {
  return foldedPage === null ? '' : `%page ${foldedPage}\n`;
}

/** A whole trace as text, piece by piece, each valid until the next. The source stays open. */
export async function* textOf(source: TraceSource, module?: WebAssembly.Module): AsyncGenerator<Uint8Array> {
  const writer = await TextWriter.create(module, source.operations?.names);
  let chunk = await source.next();
  const header = textHeader(source.foldedPage);
  if (header !== '') yield new TextEncoder().encode(header);
  for (; chunk !== null; chunk = await source.next()) yield writer.encode(chunk);
}
