/** Operations as values, and the records that they are in a trace. */
import {
  BACKINGS,
  MAP_FLAGS,
  OPERATIONS,
  type OperationArgument,
  type OperationName,
  type OperationRow,
} from '@pagewalk/engine/catalog';
import { MAX_PID, OP_OPERAND, OP_OPERATION, PID_SHIFT, RECORD_BYTES } from '../record-layout.ts';

export interface OperationRecord {
  readonly pid: number;
  readonly operation: OperationName;
  /** As many as the row of the catalog has; each 0 … 2^64-1. */
  readonly words: readonly bigint[];
}

const ROWS: readonly OperationRow[] = OPERATIONS;
const LIMIT = 1n << 64n;

/** Of the operation with the most words. */
export const MAX_WORDS = Math.max(...ROWS.map((row) => wordNames(row).length));

/** The row of a name. */
export function operationRow(name: string): OperationRow | undefined {
  return ROWS.find((row) => row.name === name);
}

/** The row of a code. */
export function operationOfCode(code: number): OperationRow | undefined {
  return ROWS[code - 1];
}

export const codeOf = (row: OperationRow): number => ROWS.indexOf(row) + 1;

/** What each word of an operation is. */
export function wordNames(row: OperationRow): readonly string[] {
  return row.words ?? row.arguments.map(({ name }: OperationArgument) => name);
}

/** The place of the word with the number of an object; -1 if there is none. For mmap it is one only if the backing is not `anon`. */
export function objectPlace(row: OperationRow, words: readonly bigint[]): number {
  if (row.name === 'mmap' && words[MMAP.backing] === BigInt(BACKINGS.indexOf('anon'))) return -1;
  return wordNames(row).indexOf('object');
}

/** The places of the words of mmap. */
export const MMAP = { address: 0, length: 1, flags: 2, backing: 3, object: 4, offset: 5 } as const;

export const PROTECTION_BITS = BigInt(MAP_FLAGS.read | MAP_FLAGS.write | MAP_FLAGS.execute);

/** The most records that an operation takes: one for each word, and one if it has none. */
export const MAX_RECORDS = MAX_WORDS;

/**
 * Writes the operation's records to `view` from byte `at` on: an OPERAND for each word but the first, then the OPERATION.
 *
 * @returns how many.
 * @throws RangeError if a field does not fit into its bits.
 */
export function writeOperation(view: DataView, at: number, { pid, operation, words }: OperationRecord): number {
  const row = operationRow(operation);
  if (!row) throw new RangeError(`no operation '${operation}'`);
  const names = wordNames(row);
  if (words.length !== names.length) {
    throw new RangeError(`${operation} with ${words.length} words: expected ${names.join(', ') || 'none'}`);
  }
  if (!Number.isInteger(pid) || pid < 0 || pid > MAX_PID) throw new RangeError(`pid ${pid}: expected 0 to ${MAX_PID}`);
  const bad = words.findIndex((word) => word < 0n || word >= LIMIT);
  if (bad >= 0) throw new RangeError(`${names[bad]} ${words[bad]}: expected 0 to 2^64-1`);
  const meta = pid << PID_SHIFT;
  let place = at;
  for (const word of words.slice(1)) {
    put(view, place, word, 0, meta | OP_OPERAND);
    place += RECORD_BYTES;
  }
  put(view, place, words[0] ?? 0n, codeOf(row), meta | OP_OPERATION);
  return (place - at) / RECORD_BYTES + 1;
}

function put(view: DataView, at: number, address: bigint, extent: number, meta: number): void {
  view.setBigUint64(at, address, true);
  view.setUint32(at + 8, extent, true);
  view.setUint32(at + 12, meta >>> 0, true);
}

/** The records of one operation. @throws RangeError as `writeOperation`. */
export function packOperation(record: OperationRecord): Uint8Array {
  const bytes = new Uint8Array(MAX_RECORDS * RECORD_BYTES);
  const count = writeOperation(new DataView(bytes.buffer), 0, record);
  return bytes.slice(0, count * RECORD_BYTES);
}

/** Puts operations together from their records, which may come in several chunks. */
export class OperationGatherer {
  private operands: bigint[] = [];

  /** The operation that the record at byte `at` completes; null if it is an operand. @throws RangeError at an unknown code. */
  take(view: DataView, at: number): OperationRecord | null {
    const word = view.getBigUint64(at, true);
    const code = view.getUint32(at + 8, true);
    const meta = view.getUint32(at + 12, true);
    if ((meta & 0xf) === OP_OPERAND) {
      this.operands.push(word);
      return null;
    }
    const row = operationOfCode(code);
    if (!row) throw new RangeError(`operation ${code}: expected 1 to ${ROWS.length}`);
    const words = [word, ...this.operands].slice(0, wordNames(row).length);
    this.operands = [];
    return { pid: meta >>> PID_SHIFT, operation: row.name as OperationName, words };
  }
}
