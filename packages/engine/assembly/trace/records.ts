/**
 * The records going out. 16 bytes each, little-endian:
 *
 *   @0  u64 address   of the first byte
 *   @8  u32 extent    bytes of the access; of a folded record the count of accesses it stands for
 *   @12 u32 meta      bits 0-3 op (0 read, 1 write, 2 ifetch, 3 operation, 4 operand), bit 4 folded, bits 8-31 pid
 *
 * Operations and their operands are made and written by the host; here they only pass.
 */
export const RECORD_BYTES: usize = 16;
/** 128 KiB of records: as long as a chunk stays in the host's second-level cache, handing it on costs next to nothing. */
export const CHUNK_RECORDS: u32 = 8_192;
/** A chunk and room for the run that a fold carries from the chunk before. */
export const RECORDS: usize = memory.data(8_192 * 16 + 64);
export const RECORDS_END: usize = RECORDS + 8_192 * 16;

export const READ: u32 = 0;
export const WRITE: u32 = 1;
export const IFETCH: u32 = 2;
export const OPERATION: u32 = 3;
export const OP_MASK: u32 = 0xf;
export const FOLDED: u32 = 0x10;
export const PID_SHIFT: u32 = 8;
export const MAX_PID: u32 = 0xff_ffff;

class Tally {
  /** Accesses so far, of all chunks. */
  accesses: u64 = 0;
  /** Page size of the folded accesses, 0 while none was declared. */
  foldPage: u32 = 0;
}

export const tally = new Tally();

export function put(at: usize, address: u64, extent: u32, meta: u32): void {
  store<u64>(at, address);
  store<u32>(at, extent, 8);
  store<u32>(at, meta, 12);
}
