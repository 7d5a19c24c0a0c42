import { COLUMNS, MOST_PAYLOAD } from './layout';
import { room } from './room';

/** The payload being decoded, and how far each of its columns has been read. Nothing of it is trusted. */

/** Readers may load 16 bytes at any place of the payload. */
let payload: usize = 0;
/** Of each column @0 u32 next byte, @4 u32 end. */
const CURSORS: usize = memory.data(8 * 8);

/** What is wrong; empty if nothing is. */
export let what: string = '';
/** Byte of the payload where it is. */
export let whatAt: u32 = 0;
let number: u64 = 0;

/** Where the host writes a payload of at most MOST_PAYLOAD bytes. */
export function payloadRoom(): usize {
  if (payload == 0) payload = room(<usize>MOST_PAYLOAD + 64);
  return payload;
}

/** Finds the columns. False if the directory is damaged. */
export function openColumns(bytes: u32): bool {
  what = '';
  for (let column: u32 = 0; column < COLUMNS; column++) setColumn(column, 0, 0);
  const end = payload + bytes;
  let p = payload;
  if (bytes == 0) return bad(p, 'a block without columns');
  const columns = <u32>load<u8>(p++);
  // First the directory alone, to know where it ends.
  const directory = p;
  for (let i: u32 = 0; i < columns; i++) {
    p = skipEntry(p, end);
    if (p == 0) return bad(directory, 'a bad directory of columns');
  }
  let at = p;
  p = directory;
  for (let i: u32 = 0; i < columns; i++) {
    const column = <u32>load<u8>(p);
    p = skipEntry(p, end);
    if (number > <u64>(end - at)) return bad(directory, 'a column that is longer than its block');
    if (column < COLUMNS) {
      if (endOf(column) != 0) return bad(directory, 'a column twice');
      setColumn(column, at, at + <usize>number);
    }
    at += <usize>number;
  }
  return at == end || bad(at, 'bytes behind the last column');
}

/** Behind the entry of the directory at `p`, whose length is put into `number`; 0 if it is bad. */
function skipEntry(p: usize, end: usize): usize {
  number = 0;
  for (let at = p + 1, shift: u64 = 0; at < end && shift < 35; at++, shift += 7) {
    const byte = <u64>load<u8>(at);
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return at + 1;
  }
  return 0;
}

/** Next byte of a column. */
export function at(column: u32): usize {
  return load<u32>(CURSORS + (column << 3));
}

export function endOf(column: u32): usize {
  return load<u32>(CURSORS + (column << 3), 4);
}

export function setAt(column: u32, place: usize): void {
  store<u32>(CURSORS + (column << 3), <u32>place);
}

function setColumn(column: u32, from: usize, end: usize): void {
  store<u32>(CURSORS + (column << 3), <u32>from);
  store<u32>(CURSORS + (column << 3), <u32>end, 4);
}

export function isAtEnd(column: u32): bool {
  return at(column) >= endOf(column);
}

/** Have all columns been read to their ends? */
export function areAllRead(): bool {
  for (let column: u32 = 0; column < COLUMNS; column++) {
    if (at(column) != endOf(column)) return bad(at(column), 'bytes that no event needs');
  }
  return true;
}

/** The next number of a column; 0, and `what` is set, if there is none. */
export function take(column: u32): u64 {
  const from = at(column);
  const end = endOf(column);
  // Up to eight bytes at once: where the first ends without its top bit, and then the sevens of bits are pushed together.
  if (from + 8 <= end) {
    const bytes = load<u64>(from);
    const ends = ~bytes & 0x8080_8080_8080_8080;
    if (ends != 0) {
      const last = ends & (0 - ends);
      const bits = bytes & (last - 1) & 0x7f7f_7f7f_7f7f_7f7f;
      const fourteens = (bits & 0x007f_007f_007f_007f) | ((bits & 0x7f00_7f00_7f00_7f00) >> 1);
      const more = (fourteens & 0x0000_3fff_0000_3fff) | ((fourteens & 0x3fff_0000_3fff_0000) >> 2);
      setAt(column, from + <usize>(ctz(ends) >> 3) + 1);
      return (more & 0x0fff_ffff) | ((more & 0x0fff_ffff_0000_0000) >> 4);
    }
  }
  let p = from;
  let value: u64 = 0;
  for (let shift: u64 = 0; p < end && shift < 70; shift += 7) {
    const byte = <u64>load<u8>(p++);
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      setAt(column, p);
      return value;
    }
  }
  bad(from, p >= end ? 'a column that ends too early' : 'a number of more than 64 bits');
  return 0;
}

/** The next number of a column, 1 … `most`; 0, and `what` is set, if there is none. */
export function takeUpTo(column: u32, least: u32, most: u32): u32 {
  const from = at(column);
  const value = take(column);
  if (what.length == 0 && (value < least || value > most)) bad(from, 'a number out of its range');
  return what.length == 0 ? <u32>value : 0;
}

/** Always false, for `return bad(…)`. The first one stays. */
export function bad(place: usize, words: string): bool {
  if (what.length == 0) {
    what = words;
    // A column that is not there has no place.
    whatAt = place < payload ? 0 : <u32>(place - payload);
  }
  return false;
}
