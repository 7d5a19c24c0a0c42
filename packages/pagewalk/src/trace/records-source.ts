import { ObjectNames } from './operations/names.ts';
import {
  CHUNK_RECORDS,
  FOLDED,
  isOperation,
  OP_MASK,
  OP_OPERAND,
  packRecords,
  RECORD_BYTES,
  type TraceRecord,
} from './record.ts';
import { type Chunk, NOTHING_TOLD, type TraceInfo, type TraceSource } from './source.ts';

export interface RecordsOptions {
  readonly name?: string;
  /** Must be given if a record is folded. */
  readonly foldedPage?: number;
  /** Names of the files and shared memory objects in operations, by their numbers. */
  readonly objects?: Iterable<string>;
}

/**
 * A trace from records in memory, as values or packed as record.ts says.
 *
 * @throws RangeError if a field does not fit, or if there are folded records and no `foldedPage`.
 */
export function traceFromRecords(
  records: Uint8Array | readonly TraceRecord[],
  { name = 'records', foldedPage: declared, objects = [] }: RecordsOptions = {},
): TraceSource {
  const bytes = records instanceof Uint8Array ? records : packRecords(records);
  const count = bytes.length / RECORD_BYTES;
  const { accesses, operations, folded } = tally(bytes);
  if (folded && declared === undefined) throw new RangeError('folded records: expected foldedPage, their page size');
  const foldedPage = declared ?? null;
  let at = 0;
  const info = (): TraceInfo => ({
    format: 'records',
    accesses,
    records: count,
    operations,
    skipped: 0,
    firstSkipped: null,
    foldedPage,
    compression: null,
    bytes: 0,
    sha256: null,
    truncatedTail: 0,
    settings: {},
    ...NOTHING_TOLD,
  });
  return {
    name,
    format: 'records',
    sizeHint: count,
    foldedPage,
    operations: {
      count: operations,
      names: objects instanceof ObjectNames ? objects : new ObjectNames(objects),
      lineOf: () => null,
    },
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

function tally(bytes: Uint8Array): { accesses: number; operations: number; folded: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let accesses = 0;
  let operations = 0;
  let folded = false;
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const meta = view.getUint32(at + 12, true);
    if (isOperation(meta)) {
      if ((meta & OP_MASK) !== OP_OPERAND) operations++;
      continue;
    }
    const isFolded = (meta & FOLDED) !== 0;
    accesses += isFolded ? view.getUint32(at + 8, true) : 1;
    folded ||= isFolded;
  }
  return { accesses, operations, folded };
}
