/**
 * How accesses enter the machine: chunks of records of 16 bytes, little-endian.
 *
 *   @0  u64 address   of the first byte
 *   @8  u32 extent    bytes of the access; of a folded record the count of accesses it stands for; at least 1
 *   @12 u32 meta      bits 0-3 op (0 read, 1 write, 2 ifetch), bit 4 folded, bits 5-7 zero, bits 8-31 pid
 *
 * The accesses of a folded record have one op and lie in one page of the trace's fold page size.
 */
export const RECORD_BYTES = 16;
export const CHUNK_RECORDS = 8_192;
export const OP_READ = 0;
export const OP_WRITE = 1;
export const OP_IFETCH = 2;
export const OP_MASK = 0xf;
export const FOLDED = 0x10;
export const PID_SHIFT = 8;
export const MAX_PID = 0xff_ff_ff;

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

/** @throws RangeError if a field does not fit into its bits. */
export function packRecords(records: readonly AccessRecord[]): Uint8Array {
  const bytes = new Uint8Array(records.length * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  records.forEach(({ pid, op, address, extent = 1, folded = false }, index) => {
    if (!Number.isInteger(pid) || pid < 0 || pid > MAX_PID)
      throw new RangeError(`pid ${pid}: expected 0 to ${MAX_PID}`);
    if (address < 0n || address >> 64n !== 0n) throw new RangeError(`address ${address}: expected 0 to 2^64-1`);
    if (!Number.isInteger(extent) || extent < 1 || extent > 0xffff_ffff) {
      throw new RangeError(`extent ${extent}: expected 1 to 2^32-1`);
    }
    const at = index * RECORD_BYTES;
    view.setBigUint64(at, address, true);
    view.setUint32(at + 8, extent, true);
    view.setUint32(at + 12, OPS.indexOf(op) | (folded ? FOLDED : 0) | (pid << PID_SHIFT), true);
  });
  return bytes;
}

export function unpackRecords(bytes: Uint8Array): Required<AccessRecord>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, index) => {
    const at = index * RECORD_BYTES;
    const meta = view.getUint32(at + 12, true);
    return {
      pid: meta >>> PID_SHIFT,
      op: OPS[meta & OP_MASK]!,
      address: view.getBigUint64(at, true),
      extent: view.getUint32(at + 8, true),
      folded: (meta & FOLDED) !== 0,
    };
  });
}
