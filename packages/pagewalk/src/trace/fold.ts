import { CHUNK_RECORDS, RECORD_BYTES } from './record.ts';
import type { Chunk, TraceInfo, TraceSource } from './source.ts';
import { instantiate, type TraceExports } from './wasm.ts';

const MAX_PAGE = 2 ** 30;

/**
 * The same trace with consecutive accesses of one pid with one op to one page joined to a folded record. The counts of a machine whose
 * pages have at least `page` bytes do not change. A source folded on larger pages keeps them.
 *
 * @throws RangeError if `page` is not a power of two up to 1 GiB.
 */
export async function fold(source: TraceSource, page: number, module?: WebAssembly.Module): Promise<TraceSource> {
  if (!Number.isInteger(Math.log2(page)) || page < 1 || page > MAX_PAGE) {
    throw new RangeError(`fold page ${page}: expected a power of two from 1 to ${MAX_PAGE}`);
  }
  return new Folded(source, page, await instantiate(module));
}

class Folded implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly source: TraceSource;
  private readonly wasm: TraceExports;
  private readonly page: number;
  private begun = false;
  private ended = false;
  private rest: Uint8Array | null = null;
  private records = 0;

  constructor(source: TraceSource, page: number, wasm: TraceExports) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
    this.page = page;
    this.wasm = wasm;
  }

  get foldedPage(): number {
    return Math.max(this.page, this.source.foldedPage ?? 0);
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  async next(): Promise<Chunk | null> {
    for (;;) {
      const records = await this.step();
      if (records === null) return null;
      this.records += records;
      if (records > 0) return { bytes: view(this.wasm, this.wasm.records(), records), records };
    }
  }

  info(): TraceInfo {
    return { ...this.source.info(), records: this.records, foldedPage: this.foldedPage };
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** Records that come out of the next piece; null at the end. */
  private async step(): Promise<number | null> {
    const { wasm } = this;
    if (this.ended) return null;
    this.rest ??= (await this.source.next())?.bytes ?? null;
    if (this.rest === null) {
      this.ended = true;
      return wasm.foldEnd();
    }
    if (!this.begun) wasm.beginFold(Math.log2(this.foldedPage));
    this.begun = true;
    // One record less than a chunk leaves room for the run that is carried over.
    const piece = this.rest.subarray(0, (CHUNK_RECORDS - 1) * RECORD_BYTES);
    this.rest = piece.length < this.rest.length ? this.rest.subarray(piece.length) : null;
    const count = piece.length / RECORD_BYTES;
    view(wasm, wasm.recordsIn(), count).set(piece);
    return wasm.foldRecords(count);
  }
}

function view(wasm: TraceExports, pointer: number, records: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, pointer, records * RECORD_BYTES);
}
