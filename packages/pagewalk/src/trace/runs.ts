import { CHUNK_RECORDS, RECORD_BYTES } from './record.ts';
import type { Chunk, TraceInfo, TraceSource } from './source.ts';
import { instantiate, type TraceExports } from './wasm.ts';

/** With less room in a chunk than for so many records it is handed on. */
const FEW = 1024;

/**
 * The same trace with runs in the place of the folded records that make them, for who reads them: what a run stands for is just those. A source that
 * has runs of its own gives these. Nothing is folded that is not; see fold.ts for that.
 */
export async function withRuns(source: TraceSource, module?: WebAssembly.Module): Promise<TraceSource> {
  if (source.wantRuns) {
    source.wantRuns();
    return source;
  }
  return new Gathered(source, await instantiate(module));
}

/** The same trace in plain records. The runs of the source must have been asked for. */
export async function withoutRuns(source: TraceSource, module?: WebAssembly.Module): Promise<TraceSource> {
  return new Expanded(source, await instantiate(module));
}

/** A source that is told like the one before it. */
abstract class Stage implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  protected readonly source: TraceSource;
  protected readonly wasm: TraceExports;

  constructor(source: TraceSource, wasm: TraceExports) {
    this.source = source;
    this.wasm = wasm;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
  }

  abstract next(): Promise<Chunk | null>;

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  info(): TraceInfo {
    return this.source.info();
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** Copies records to where the stage reads them. */
  protected put(bytes: Uint8Array): void {
    const { wasm } = this;
    new Uint8Array(wasm.memory.buffer, wasm.recordsIn(), bytes.length).set(bytes);
  }

  protected made(records: number): Chunk | null {
    if (records === 0) return null;
    const { wasm } = this;
    return { bytes: new Uint8Array(wasm.memory.buffer, wasm.records(), records * RECORD_BYTES), records };
  }
}

class Gathered extends Stage {
  private rest: Uint8Array | null = null;
  /** What ended the reading of the source, if that was before its end. */
  private error: unknown = null;

  async next(): Promise<Chunk | null> {
    const { wasm } = this;
    wasm.beginGather();
    for (let room = wasm.gatherRoom(); room >= FEW; room = wasm.gatherRoom()) {
      this.rest ??= await this.more();
      if (this.rest === null) break;
      const piece = this.rest.subarray(0, room * RECORD_BYTES);
      this.rest = piece.length < this.rest.length ? this.rest.subarray(piece.length) : null;
      this.put(piece);
      wasm.gatherMore(piece.length / RECORD_BYTES);
    }
    const chunk = this.made(wasm.gatherEnd());
    if (!chunk && this.error !== null) throw this.error;
    return chunk;
  }

  /** The next records; null at the end and where the source is bad: what came before it is handed out first. */
  private async more(): Promise<Uint8Array | null> {
    if (this.error !== null) return null;
    try {
      return (await this.source.next())?.bytes ?? null;
    } catch (error) {
      this.error = error;
      return null;
    }
  }
}

class Expanded extends Stage {
  private begun = false;

  async next(): Promise<Chunk | null> {
    const { wasm, source } = this;
    for (;;) {
      const chunk = this.begun ? this.made(wasm.expand()) : null;
      if (chunk) return chunk;
      const next = await source.next();
      if (!next) return null;
      if (next.records > CHUNK_RECORDS) throw new RangeError(`a chunk of ${next.records} records`);
      this.put(next.bytes);
      wasm.beginExpansion(next.records);
      this.begun = true;
    }
  }
}
