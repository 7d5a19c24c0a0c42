/**
 * Messages of protobuf, walked field by field: pbf takes whatever it finds, also behind a message's end, and its numbers are exact to 2^53
 * only.
 */

/** Place behind the varint that was read last. */
export let next = 0;

/** -1 if it goes on behind `end`, -2 if it has more than 10 bytes or 64 bits; a bigint only from 2^49 on. */
export function varintAt(bytes: Uint8Array, at: number, end: number): number | bigint {
  let value = 0;
  let scale = 1;
  for (let place = at; place < at + 10; place++) {
    if (place >= end) return CUT;
    const byte = bytes[place]!;
    if (place < at + 7) {
      value += (byte & 0x7f) * scale;
      scale *= 128;
    }
    if (byte < 0x80) {
      next = place + 1;
      if (place < at + 7) return value;
      return place === at + 9 && byte > 1 ? LONG : wide(bytes, at, place);
    }
  }
  return LONG;
}

export const CUT = -1;
export const LONG = -2;

function wide(bytes: Uint8Array, at: number, last: number): bigint {
  let value = 0n;
  for (let place = last; place >= at; place--) value = (value << 7n) | BigInt(bytes[place]! & 0x7f);
  return value;
}

/** Of fields 1 … 7 the last varint; undefined if there is none. Other fields and other kinds of values are passed over. */
export type Varints = (number | bigint | undefined)[];

/**
 * Walks the message at `from` … `to` - 1. Null if it is whole; else what is wrong: a varint, with its place, or the fields, -1.
 */
export function walk(bytes: Uint8Array, from: number, to: number, found: Varints): number | null {
  found.fill(undefined);
  for (let at = from; at < to; ) {
    const key = varintAt(bytes, at, to);
    if (key === LONG) return at;
    if (typeof key === 'bigint' || key < 8 || key > 0xffff_ffff) return -1;
    const type = key & 7;
    const place = next;
    if (type === 0) {
      const value = varintAt(bytes, place, to);
      if (value === LONG) return place;
      if (value === CUT) return -1;
      const field = Math.floor(key / 8);
      if (field < found.length) found[field] = value;
      at = next;
    } else if (type === 2) {
      const length = varintAt(bytes, place, to);
      if (length === LONG) return place;
      if (length === CUT || typeof length === 'bigint') return -1;
      at = next + length;
    } else if (type === 1 || type === 5) at = place + (type === 1 ? 8 : 4);
    else return -1;
    if (at > to) return -1;
  }
  return null;
}
