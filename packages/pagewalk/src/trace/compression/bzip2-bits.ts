/** Bits of bzip2, which does not keep to bytes: where its blocks begin, and blocks moved to where a stream of their own has them. */

/** 48 bits: pi begins a block, the root of pi the end of a stream. */
export const BLOCK = 0x314159265359;
export const END = 0x177245385090;
export const MARK_BITS = 48;

/** `count` up to 48 bits from bit `at` on; the first is the highest. */
export function bitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let bit = at; bit < at + count; ) {
    const inByte = bit & 7;
    const taken = Math.min(8 - inByte, at + count - bit);
    const part = (bytes[bit >>> 3]! >>> (8 - inByte - taken)) & ((1 << taken) - 1);
    value = value * 2 ** taken + part;
    bit += taken;
  }
  return value;
}

/** For each value of the second whole byte behind the start of a mark: the shifts at which a mark has that byte there. */
const SHIFTS = shifts();

function shifts(): Uint8Array {
  const table = new Uint8Array(256);
  for (const mark of [BLOCK, END]) {
    const bytes = Array.from({ length: 6 }, (_, index) => Math.floor(mark / 2 ** (40 - 8 * index)) % 256);
    for (let shift = 0; shift < 8; shift++) {
      const byte = ((bytes[1]! << 8) | bytes[2]!) >>> shift;
      table[byte & 0xff]! |= 1 << shift;
    }
  }
  return table;
}

/** The first bit from `from` on at which a mark stands, or -1. Marks that are not all there are not found. */
export function nextMark(bytes: Uint8Array, from: number): number {
  const last = bytes.length * 8 - MARK_BITS;
  for (let byte = from >>> 3; byte * 8 <= last; byte++) {
    const possible = SHIFTS[bytes[byte + 2]!]!;
    if (possible === 0) continue;
    for (let shift = 0; shift < 8; shift++) {
      const bit = byte * 8 + shift;
      if (!(possible & (1 << shift)) || bit < from || bit > last) continue;
      const mark = bitsAt(bytes, bit, MARK_BITS);
      if (mark === BLOCK || mark === END) return bit;
    }
  }
  return -1;
}

/** A stream of one block: `level` as in its header, the bits from `from` to `to`, the end, and `crc`, which the block shares with the stream. */
export function streamOf(bytes: Uint8Array, from: number, to: number, level: number, crc: number): Uint8Array {
  const block = to - from;
  const stream = new Uint8Array(4 + Math.ceil((block + MARK_BITS + 32) / 8));
  stream.set([0x42, 0x5a, 0x68, 0x30 + level]);
  const shift = from & 7;
  const start = from >>> 3;
  const whole = Math.ceil(block / 8);
  for (let index = 0; index < whole; index++) {
    stream[4 + index] = (bytes[start + index]! << shift) | ((bytes[start + index + 1] ?? 0) >>> (8 - shift));
  }
  // What came along behind the block's last bit.
  if (block & 7) stream[4 + whole - 1]! &= 0xff << (8 - (block & 7));
  putBits(stream, 32 + block, END, MARK_BITS);
  putBits(stream, 32 + block + MARK_BITS, crc, 32);
  return stream;
}

/** Into bits that are 0. */
function putBits(bytes: Uint8Array, at: number, value: number, count: number): void {
  for (let bit = 0; bit < count; bit++) {
    if (Math.floor(value / 2 ** (count - 1 - bit)) % 2 === 1) bytes[(at + bit) >>> 3]! |= 0x80 >>> ((at + bit) & 7);
  }
}
