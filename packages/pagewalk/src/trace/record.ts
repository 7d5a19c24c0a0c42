/**
 * How accesses enter the machine: chunks of records of 16 bytes, little-endian.
 *
 *   @0  u64 address   of the first byte
 *   @8  u32 extent    bytes of the access; of a folded record the count of accesses it stands for; at least 1
 *   @12 u32 meta      bits 0-3 op (0 read, 1 write, 2 ifetch, 3 operation, 4 operand), bit 4 folded, bits 5-7 zero, bits 8-31 pid
 *
 * The accesses of a folded record have one op and lie in one page of the trace's fold page size. An operation of a process (fork, mmap, …)
 * is an OPERATION record: its extent is the code of the operation, its address the first word. Further words are the
 * addresses of OPERAND records before it, in order, in this chunk or the one before.
 */
import { MAX_RECORDS, OperationGatherer, type OperationRecord, writeOperation } from './operations/operation.ts';
import { FOLDED, isOperation, MAX_PID, OP_MASK, PID_SHIFT, RECORD_BYTES } from './record-layout.ts';

export type { OperationRecord } from './operations/operation.ts';
export * from './record-layout.ts';

export type Op = 'read' | 'write' | 'ifetch';
const OPS: readonly Op[] = ['read', 'write', 'ifetch'];

export interface AccessRecord {
  readonly pid: number;
  readonly op: Op;
  /** 0 … 2^64-1. */
  readonly address: bigint;
  /** Bytes of the access (default 1); of a folded record the count of its accesses. */
  readonly extent?: number;
  readonly folded?: boolean;
}

export type TraceRecord = AccessRecord | OperationRecord;

/** @throws RangeError if a field does not fit into its bits. */
export function packRecords(records: readonly TraceRecord[]): Uint8Array {
  const operations = records.filter((record) => 'operation' in record).length;
  const bytes = new Uint8Array((records.length + operations * (MAX_RECORDS - 1)) * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const record of records) {
    if ('operation' in record) at += writeOperation(view, at, record) * RECORD_BYTES;
    else {
      writeAccess(view, at, record);
      at += RECORD_BYTES;
    }
  }
  return bytes.subarray(0, at);
}

function writeAccess(view: DataView, at: number, record: AccessRecord): void {
  const { pid, op, address, extent = 1, folded = false } = record;
  if (!Number.isInteger(pid) || pid < 0 || pid > MAX_PID) throw new RangeError(`pid ${pid}: expected 0 to ${MAX_PID}`);
  if (address < 0n || address >> 64n !== 0n) throw new RangeError(`address ${address}: expected 0 to 2^64-1`);
  if (!Number.isInteger(extent) || extent < 1 || extent > 0xffff_ffff) {
    throw new RangeError(`extent ${extent}: expected 1 to 2^32-1`);
  }
  view.setBigUint64(at, address, true);
  view.setUint32(at + 8, extent, true);
  view.setUint32(at + 12, OPS.indexOf(op) | (folded ? FOLDED : 0) | (pid << PID_SHIFT), true);
}

/** Accesses only. @throws RangeError at an operation. */
export function unpackRecords(bytes: Uint8Array): Required<AccessRecord>[] {
  return unpackTrace(bytes).map((record) => {
    if ('operation' in record) throw new RangeError(`${record.operation}: expected accesses only`);
    return record;
  });
}

/** Accesses, and operations put together. */
export function unpackTrace(bytes: Uint8Array): (Required<AccessRecord> | OperationRecord)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const operations = new OperationGatherer();
  const records: (Required<AccessRecord> | OperationRecord)[] = [];
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const meta = view.getUint32(at + 12, true);
    const record = isOperation(meta) ? operations.take(view, at) : accessAt(view, at, meta);
    if (record) records.push(record);
  }
  return records;
}

function accessAt(view: DataView, at: number, meta: number): Required<AccessRecord> {
  return {
    pid: meta >>> PID_SHIFT,
    op: OPS[meta & OP_MASK]!,
    address: view.getBigUint64(at, true),
    extent: view.getUint32(at + 8, true),
    folded: (meta & FOLDED) !== 0,
  };
}
