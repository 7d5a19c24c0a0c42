import { OperationLog } from './operations/log.ts';
import type { ObjectNames } from './operations/names.ts';
import { type OperationRecord, writeOperation } from './operations/operation.ts';
import { CHUNK_RECORDS, FOLDED, PID_SHIFT, RECORD_BYTES } from './record-layout.ts';
import type { Chunk } from './source.ts';

/** A line, or a step of one, puts no more records than this. */
export const STEP_RECORDS = 64;

/** What readers written here put their records into: a chunk, handed out and used again, and the counts of the trace. */
export class RecordSink {
  readonly operations: OperationLog;
  /** Of all chunks. */
  accesses = 0;
  records = 0;
  /** Page size of folded accesses; null while none was declared. */
  foldedPage: number | null = null;
  /** What `putOperation` notes as the place of an operation. */
  line = 1;
  readonly leftOut: Record<string, number> = {};
  readonly facts: Record<string, string | number> = {};
  readonly notes: string[] = [];
  private readonly bytes = new Uint8Array(CHUNK_RECORDS * RECORD_BYTES);
  private readonly view = new DataView(this.bytes.buffer);
  /** Records in the chunk. */
  private held = 0;

  constructor(names: ObjectNames) {
    this.operations = new OperationLog(names);
  }

  /** `op` is OP_READ, OP_WRITE or OP_IFETCH; `extent` bytes, 1 … 2^32-1. */
  put(pid: number, op: number, address: bigint, extent = 1): void {
    this.write(pid, op, address, extent);
    this.accesses++;
  }

  /** `count` accesses of one op to the page at `address`. */
  putFolded(pid: number, op: number, address: bigint, count: number): void {
    this.write(pid, op | FOLDED, address, count);
    this.accesses += count;
  }

  putOperation(operation: OperationRecord): void {
    const at = this.held * RECORD_BYTES;
    this.held += writeOperation(this.view, at, operation);
    this.operations.add(this.line);
  }

  /** Something that is no access. */
  leaveOut(kind: string, count = 1): void {
    this.leftOut[kind] = (this.leftOut[kind] ?? 0) + count;
  }

  /** Room for what a line puts? */
  get hasRoom(): boolean {
    return this.held + STEP_RECORDS <= CHUNK_RECORDS;
  }

  /** The records put since the last call; null if there are none. Valid until the next record. */
  take(): Chunk | null {
    const records = this.held;
    if (records === 0) return null;
    this.held = 0;
    this.records += records;
    return { bytes: this.bytes.subarray(0, records * RECORD_BYTES), records };
  }

  private write(pid: number, op: number, address: bigint, extent: number): void {
    const at = this.held++ * RECORD_BYTES;
    this.view.setBigUint64(at, address, true);
    this.view.setUint32(at + 8, extent, true);
    this.view.setUint32(at + 12, op | (pid << PID_SHIFT), true);
  }
}
