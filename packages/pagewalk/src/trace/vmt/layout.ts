/**
 * The container of a .vmt file; docs/vmt.md describes it byte by byte. Behind magic and version come sections:
 *
 *   @0 4 letters: the tag   @4 u32 n, bytes of the body   @8 body   @8+n u32 CRC-32 of all that
 *
 * A reader passes over a section that it does not know if the first letter of its tag is small, and refuses the file otherwise.
 */
export const MAGIC = [0x89, 0x56, 0x4d, 0x54, 0x0d, 0x0a, 0x1a, 0x0a] as const;
export const VERSION = 1;
/** Magic, u16 version, u16 zero. */
export const START_BYTES = 12;

export const SECTION_HEAD = 8;
export const CRC_BYTES = 4;

export const TAGS = { head: 'HEAD', block: 'BLOK', index: 'INDX', end: 'ENDS', facts: 'fact' } as const;

/** What a section that is kept as a whole may have; others are never kept. */
export const MOST_HEAD = 1 << 20;
/** Of a payload before compression. */
export const MOST_PAYLOAD = 1 << 21;
/** Of the payloads of a frame, before compression. */
export const MOST_FRAME = 1 << 23;
/** An empty last block: ends a zstd frame. */
export const FRAME_END = [1, 0, 0] as const;
export const MOST_BLOCK = MOST_PAYLOAD + (1 << 16);

/** Kinds of blocks: accesses with address and size, or folded ones. */
export const WHOLE = 1;
export const PAGES = 2;

export const STORED = 0;
export const ZSTD = 1;

/** Bit of a block's flags: its zstd frame begins here. */
export const FRAME_STARTS = 1;
/** Bit of the head's flags: there are folded records, of pages of 2^pageShift bytes. */
export const IS_FOLDED = 1;
/** Flags of the head that a reader must know. */
export const MUST_KNOW = 0xffff;

export const BLOCK_EVENTS = 65_536;
export const BLOCK_HEAD = 32;
export const INDEX_HEAD = 65;
export const END_BYTES = SECTION_HEAD + 8 + CRC_BYTES;
export const MOST_OPERATION = 1 << 17;

/** The body of a BLOK section but its payload. */
export interface BlockHead {
  readonly codec: number;
  readonly kind: number;
  readonly flags: number;
  /** From 0. */
  readonly number: number;
  /** Accesses of the blocks before. */
  readonly firstAccess: number;
  readonly accesses: number;
  readonly events: number;
  readonly rawBytes: number;
}

export function writeBlockHead(view: DataView, at: number, head: BlockHead): void {
  view.setUint8(at, head.codec);
  view.setUint8(at + 1, head.kind);
  view.setUint8(at + 2, head.flags);
  view.setUint8(at + 3, 0);
  view.setUint32(at + 4, head.number, true);
  view.setBigUint64(at + 8, BigInt(head.firstAccess), true);
  view.setBigUint64(at + 16, BigInt(head.accesses), true);
  view.setUint32(at + 24, head.events, true);
  view.setUint32(at + 28, head.rawBytes, true);
}

export function readBlockHead(view: DataView, at: number): BlockHead {
  return {
    codec: view.getUint8(at),
    kind: view.getUint8(at + 1),
    flags: view.getUint8(at + 2),
    number: view.getUint32(at + 4, true),
    firstAccess: Number(view.getBigUint64(at + 8, true)),
    accesses: Number(view.getBigUint64(at + 16, true)),
    events: view.getUint32(at + 24, true),
    rawBytes: view.getUint32(at + 28, true),
  };
}

/** What an index says of the whole file; `sha256` of all bytes before it, in hex, null if nobody made it. */
export interface Totals {
  readonly blocks: number;
  readonly events: number;
  readonly accesses: number;
  readonly operations: number;
  readonly sha256: string | null;
}

export function isMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}
