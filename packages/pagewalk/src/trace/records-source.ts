import { type AccessRecord, CHUNK_RECORDS, FOLDED, packRecords, RECORD_BYTES } from './record.ts';
import type { Chunk, TraceInfo, TraceSource } from './source.ts';

export interface RecordsOptions {
  readonly name?: string;
  /** Must be given if a record is folded. */
  readonly foldedPage?: number;
}

/**
 * A trace from records in memory, as values or packed as record.ts says.
 *
 * @throws RangeError if a field does not fit, or if there are folded records and no `foldedPage`.
 */
export function traceFromRecords(
  records: Uint8Array | readonly AccessRecord[],
  { name = 'records', foldedPage: declared }: RecordsOptions = {},
): TraceSource {
  const bytes = records instanceof Uint8Array ? records : packRecords(records);
  const count = bytes.length / RECORD_BYTES;
  const { accesses, folded } = tally(bytes);
  if (folded && declared === undefined) throw new RangeError('folded records: expected foldedPage, their page size');
  const foldedPage = declared ?? null;
  let at = 0;
  const info = (): TraceInfo => ({
    format: 'records',
    accesses,
    records: count,
    skipped: 0,
    firstSkipped: null,
    foldedPage,
    compression: null,
    bytes: 0,
    sha256: null,
    truncatedTail: 0,
    settings: {},
  });
  return {
    name,
    format: 'records',
    sizeHint: count,
    foldedPage,
    async next(): Promise<Chunk | null> {
      if (at >= count) return null;
      const from = at;
      at = Math.min(count, at + CHUNK_RECORDS);
      return { bytes: bytes.subarray(from * RECORD_BYTES, at * RECORD_BYTES), records: at - from };
    },
    info,
    position: () => at,
    close: async () => {},
  };
}

function tally(bytes: Uint8Array): { accesses: number; folded: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let accesses = 0;
  let folded = false;
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const isFolded = (view.getUint32(at + 12, true) & FOLDED) !== 0;
    accesses += isFolded ? view.getUint32(at + 8, true) : 1;
    folded ||= isFolded;
  }
  return { accesses, folded };
}
