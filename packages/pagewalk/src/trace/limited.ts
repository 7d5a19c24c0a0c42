/**
 * Part of a trace: from an access on, so many of them, and of these a sample of the pages. Accesses are counted in the trace as it is, so a
 * sample of another size is of the same part. Operations before the part stay, in order: what is mapped, and
 * which processes there are, must be right.
 */
import { CHUNK_RECORDS, FOLDED, isOperation, OP_OPERATION, RECORD_BYTES, recordWords } from './record-layout.ts';
import { sampled } from './sampled.ts';
import { type Chunk, type Recognition, TraceError, type TraceInfo, type TraceSource } from './source.ts';

export interface Part {
  /** Accesses to leave out at the beginning. */
  readonly skip?: number | undefined;
  /** Accesses behind them, at most. What follows is not read. */
  readonly length?: number | undefined;
  /** R keeps about 1/R of the pages. */
  readonly sample?: number | undefined;
  /** Bytes of a page of the sample: those of the machine; 4096 by default. */
  readonly page?: number | undefined;
}

/**
 * Folded records are cut exactly. If nothing is to be done, it is the source itself.
 *
 * @throws RangeError at a number that is none of accesses, or no sample. The source throws a TraceError if nothing of the trace is left.
 */
export function limited(source: TraceSource, { skip = 0, length, sample = 1, page }: Part): TraceSource {
  expectCount('skip', skip, 0);
  if (length !== undefined) expectCount('length', length, 1);
  const part = skip === 0 && length === undefined ? source : new Window(source, skip, length);
  return sample === 1 ? part : sampled(part, sample, page);
}

function expectCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${name} ${value}: expected a whole number of at least ${least}`);
}

class Window implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly source: TraceSource;
  private readonly skip: number;
  private readonly length: number | undefined;
  private readonly out = new Uint32Array(CHUNK_RECORDS * 4);
  /** Accesses still to be left out, and to be handed out. */
  private before: number;
  private left: number;
  private accesses = 0;
  private records = 0;
  private operations_ = 0;

  constructor(source: TraceSource, skip: number, length: number | undefined) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
    this.skip = skip;
    this.length = length;
    this.before = skip;
    this.left = length ?? Number.POSITIVE_INFINITY;
  }

  get recognition(): Recognition | null {
    return this.source.recognition ?? null;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  async next(): Promise<Chunk | null> {
    while (this.left > 0) {
      const chunk = await this.source.next();
      if (chunk === null) {
        if (this.accesses === 0) throw this.tooShort();
        return null;
      }
      const records = this.take(recordWords(chunk));
      if (records === 0) continue;
      this.records += records;
      return { bytes: new Uint8Array(this.out.buffer, 0, records * RECORD_BYTES), records };
    }
    return null;
  }

  info(): TraceInfo {
    const info = this.source.info();
    return {
      ...info,
      accesses: this.accesses,
      records: this.records,
      operations: this.operations_,
      settings: {
        ...info.settings,
        ...(this.skip > 0 ? { skip: this.skip } : {}),
        ...(this.length === undefined ? {} : { length: this.length }),
      },
    };
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** Copies the records of the part, and operations before it; returns how many. */
  private take(words: Uint32Array): number {
    const { out } = this;
    let at = 0;
    for (let from = 0; from < words.length && this.left > 0; from += 4) {
      const meta = words[from + 3]!;
      let extent = words[from + 2]!;
      if (isOperation(meta)) {
        if ((meta & 0xf) === OP_OPERATION) this.operations_++;
      } else {
        const isFolded = (meta & FOLDED) !== 0;
        let accesses = isFolded ? extent : 1;
        if (this.before >= accesses) {
          this.before -= accesses;
          continue;
        }
        accesses = Math.min(accesses - this.before, this.left);
        this.before = 0;
        this.left -= accesses;
        this.accesses += accesses;
        if (isFolded) extent = accesses;
      }
      out[at] = words[from]!;
      out[at + 1] = words[from + 1]!;
      out[at + 2] = extent;
      out[at + 3] = meta;
      at += 4;
    }
    return at / 4;
  }

  private tooShort(): TraceError {
    const accesses = this.skip - this.before;
    return new TraceError({
      file: this.name,
      problem: `no access behind the first ${this.skip}, the trace has ${accesses}`,
      expected: 'fewer to be left out',
    });
  }
}
