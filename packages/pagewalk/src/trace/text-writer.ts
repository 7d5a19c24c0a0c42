import { RECORD_BYTES } from './record.ts';
import type { Chunk, TraceSource } from './source.ts';
import { instantiate, type TraceExports } from './wasm.ts';

/** Records to lines of the text format. */
export class TextWriter {
  private readonly wasm: TraceExports;

  static async create(module?: WebAssembly.Module): Promise<TextWriter> {
    return new TextWriter(await instantiate(module));
  }

  private constructor(wasm: TraceExports) {
    this.wasm = wasm;
  }

  /** The lines of a chunk, valid until the next call. */
  encode({ bytes, records }: Chunk): Uint8Array {
    const { wasm } = this;
    new Uint8Array(wasm.memory.buffer, wasm.recordsIn(), records * RECORD_BYTES).set(bytes);
    return new Uint8Array(wasm.memory.buffer, wasm.lines(), wasm.encodeText(records));
  }
}

/** What must stand before the first line of a trace with folded records. */
export function textHeader(foldedPage: number | null): string {
  return foldedPage === null ? '' : `%page ${foldedPage}\n`;
}

/** A whole trace as text, piece by piece, each valid until the next. The source stays open. */
export async function* textOf(source: TraceSource, module?: WebAssembly.Module): AsyncGenerator<Uint8Array> {
  const writer = await TextWriter.create(module);
  let chunk = await source.next();
  const header = textHeader(source.foldedPage);
  if (header !== '') yield new TextEncoder().encode(header);
  for (; chunk !== null; chunk = await source.next()) yield writer.encode(chunk);
}
