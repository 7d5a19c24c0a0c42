/**
 * Payload of a block of a .vmt file: a directory, then the columns.
 *
 *   u8 n, then n times: u8 column, varint bytes; then the bytes of these columns in the same order
 *
 * Numbers are LEB128 varints; differences are of 64 bits, wrap around and are zig-zag coded. Nothing is carried from block to block. docs/vmt.md
 * says what the tokens mean.
 */
export const TOKENS: u32 = 0;
/** Sizes of accesses and counts of folded records that have no place in their token. */
export const EXTENTS: u32 = 1;
/** Jumps of instruction fetches; in blocks of pages the pages of new members. */
export const JUMPS: u32 = 2;
/** Differences of data addresses. */
export const ADDRESSES: u32 = 3;
export const PIDS: u32 = 4;
/** Operations, written and read by the host. */
export const OPERATIONS: u32 = 5;
export const COLUMNS: u32 = 6;

export const WHOLE: u32 = 1;
export const PAGES: u32 = 2;

export const BLOCK_EVENTS: u32 = 65_536;
/** A block ends when its columns hold this many bytes. */
export const BLOCK_BYTES: u32 = 1 << 20;
/** No operation takes more bytes, and nothing else as many. */
export const MOST_OPERATION: u32 = 1 << 17;
/** What a payload may have, directory and all. */
export const MOST_PAYLOAD: u32 = 1 << 21;

/** Tokens of whole accesses: bits 0-1 are the op, or OTHER with the rest of the byte saying what. */
export const OTHER: u32 = 3;
/** Bit 2 of a fetch: it stands where the one before ends. */
export const SEQUENTIAL: u32 = 4;
/** Bits 2-3 of data: the address is that of this instruction's last time, or has a difference to the data access before or to that. */
export const SAME: u32 = 0;
export const NEAR: u32 = 1;
export const AGAIN: u32 = 2;
/** Of bits 4-7 the size: of a fetch as it is, of data the place in SIZES; 0 means that it is in the column. */
export const SIZE_SHIFT: u32 = 4;
export const SIZES: usize = memory.data<u16>([0, 1, 2, 4, 8, 16, 32, 64, 128, 3, 6, 10, 12, 28, 108, 512]);

/** What OTHER (bits 2-7 of the token) and LEFT_TABLE (its bits 0-3) announce; + op where an access follows. */
export const OTHER_PID: u32 = 0;
export const OTHER_OPERATION: u32 = 1;
export const OTHER_FOLDED: u32 = 2;

/** Tokens of pages: bits 4-7 the rank of the member, bits 0-3 the count or 0 if it is in the column; rank 15 is any other event. */
export const NO_RANK: u32 = 0xf0;
export const NEW_MEMBER: u32 = 0;
export const PAGES_OPERATION: u32 = 3;
export const PAGES_WHOLE: u32 = 4;
export const PAGES_PID: u32 = 7;
export const PAGES_FOLDED: u32 = 8;

/** Of data addresses by instruction and place behind it: 16 384 of 8 bytes, without tags. */
export const HISTORY_BYTES: usize = 16_384 * 8;
export const LAST_PLACE: u32 = 7;

/** Byte offset in the history of data access number `place` behind the fetch from `fetch`. */
export function historyOf(fetch: u64, place: u32): usize {
  return (<usize>(((<u32>fetch + place * 0x1_0001) * 0x9e37_79b1) >>> 18)) << 3;
}

export function zigzag(difference: u64): u64 {
  return (difference << 1) ^ <u64>(<i64>difference >> 63);
}

export function unzigzag(code: u64): u64 {
  return (code >> 1) ^ (0 - (code & 1));
}
