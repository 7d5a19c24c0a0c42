/**
 * One hash for one list of events, however a file encodes it: SHA-256 over the canonical stream of records. docs/inspect.md says it byte by
 * byte. Plain accesses are their records. Folded records that follow one another with one page, op and pid are one, so
 * where a writer or a chunk cut a run does not matter. Operations are their lines of text: object numbers depend on what was mentioned before.
 */
import type { Sha256 } from './bytes.ts';
import { OperationGatherer } from './operations/operation.ts';
import { operationText } from './operations/write.ts';
import {
  CHUNK_RECORDS,
  FOLDED,
  isOperation,
  OP_OPERATION,
  PID_SHIFT,
  RECORD_BYTES,
  recordWords,
} from './record-layout.ts';
import { standardSha256 } from './sha256.ts';
import type { Chunk, TraceSource } from './source.ts';

/** Reads the source to its end and closes it. In hex. @throws TraceError at bad input. */
export async function eventHash(source: TraceSource, hash: Sha256 = standardSha256()): Promise<string> {
  const hasher = new EventHasher(hash);
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) hasher.add(chunk, source);
    return hasher.hex();
  } finally {
    await source.close();
  }
}

const MOST = 0xffff_ffff;
/** Op of the record that tells the page size of folded records, before the first of them. */
const FOLD_PAGE = 0xf;

/** Of events that are read by somebody else, chunk by chunk. */
export class EventHasher {
  private readonly hash: Sha256;
  private readonly operations = new OperationGatherer();
  private readonly encoder = new TextEncoder();
  /** A chunk, and before it the run that was held back and the page size. */
  private readonly out = new Uint32Array((CHUNK_RECORDS + 4) * 4);
  private readonly outBytes = new Uint8Array(this.out.buffer);
  private at = 0;
  private foldedPage: number | null = null;
  /** The run held back; none while `count` is 0. */
  private low = 0;
  private high = 0;
  private meta = 0;
  private count = 0;

  constructor(hash: Sha256) {
    this.hash = hash;
  }

  /** The next chunk of the source. */
  add(chunk: Chunk, source: Pick<TraceSource, 'foldedPage' | 'operations'>): void {
    const { foldedPage, operations } = source;
    if (foldedPage === null && (operations?.count ?? 0) === 0) {
      this.hash.update(chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      return;
    }
    const words = recordWords(chunk);
    for (let record = 0; record < chunk.records; ) {
      record = this.accesses(words, record, chunk.records, foldedPage ?? 1);
      if (record >= chunk.records) break;
      const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
      const operation = this.operations.take(view, record * RECORD_BYTES);
      record++;
      if (!operation) continue;
      this.flush();
      const text = this.encoder.encode(operationText(operation, source.operations!.names));
      this.put(0, 0, text.length, OP_OPERATION | (operation.pid << PID_SHIFT));
      this.write();
      this.hash.update(text);
    }
    this.write();
  }

  /** Of all chunks; nothing can be added afterwards. */
  hex(): string {
    this.flush();
    this.write();
    return this.hash.hex();
  }

  /** Takes records from `first` on up to an operation, and returns its place. */
  private accesses(words: Uint32Array, first: number, end: number, page: number): number {
    const { out } = this;
    const mask = ~(page - 1);
    let { at, low, high, meta, count } = this;
    let record = first;
    for (; record < end; record++) {
      const word = record * 4;
      const key = words[word + 3]!;
      if (isOperation(key)) break;
      const extent = words[word + 2]!;
      const isFolded = (key & FOLDED) !== 0;
      const addressLow = isFolded ? (words[word]! & mask) >>> 0 : words[word]!;
      const addressHigh = words[word + 1]!;
      if (isFolded && count > 0 && addressLow === low && addressHigh === high && key === meta) {
        count += extent;
        if (count <= MOST) continue;
        at = this.putAt(at, low, high, MOST, meta);
        count -= MOST;
        continue;
      }
      if (count > 0) {
        out[at] = low;
        out[at + 1] = high;
        out[at + 2] = count;
        out[at + 3] = meta;
        at += 4;
        count = 0;
      }
      if (isFolded) {
        if (this.foldedPage === null) {
          this.foldedPage = page;
          at = this.putAt(at, page, 0, 0, FOLD_PAGE);
        }
        low = addressLow;
        high = addressHigh;
        meta = key;
        count = extent;
      } else at = this.putAt(at, addressLow, addressHigh, extent, key);
    }
    this.at = at;
    this.low = low;
    this.high = high;
    this.meta = meta;
    this.count = count;
    return record;
  }

  private flush(): void {
    if (this.count > 0) this.put(this.low, this.high, this.count, this.meta);
    this.count = 0;
  }

  private put(low: number, high: number, extent: number, meta: number): void {
    this.at = this.putAt(this.at, low, high, extent, meta);
  }

  private putAt(at: number, low: number, high: number, extent: number, meta: number): number {
    const { out } = this;
    out[at] = low;
    out[at + 1] = high;
    out[at + 2] = extent;
    out[at + 3] = meta;
    return at + 4;
  }

  private write(): void {
    if (this.at > 0) this.hash.update(this.outBytes.subarray(0, this.at * 4));
    this.at = 0;
  }
}
