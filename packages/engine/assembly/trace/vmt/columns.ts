import { BLOCK_BYTES, COLUMNS, MOST_OPERATION, MOST_PAYLOAD } from './layout';
import { room } from './room';

/** The columns of a block being written: each has room for all that 65 536 events can put into it. */
const COLUMN_ROOM: usize = <usize>(BLOCK_BYTES + MOST_OPERATION);

/** Ends of the columns. */
const ENDS: usize = memory.data(8 * 4);

let base: usize = 0;
let payload: usize = 0;

export function startColumns(): void {
  if (base == 0) {
    base = room(COLUMN_ROOM * COLUMNS);
    payload = room(MOST_PAYLOAD);
  }
  for (let column: u32 = 0; column < COLUMNS; column++) setEnd(column, startOf(column));
}

export function endOf(column: u32): usize {
  return load<u32>(ENDS + (column << 2));
}

export function setEnd(column: u32, end: usize): void {
  store<u32>(ENDS + (column << 2), <u32>end);
}

export function bytesOf(column: u32): u32 {
  return <u32>(endOf(column) - startOf(column));
}

export function putByte(column: u32, byte: u32): void {
  const end = endOf(column);
  store<u8>(end, byte);
  setEnd(column, end + 1);
}

export function putVarint(column: u32, number: u64): void {
  setEnd(column, varint(endOf(column), number));
}

function startOf(column: u32): usize {
  return base + <usize>column * COLUMN_ROOM;
}

function varint(at: usize, number: u64): usize {
  let p = at;
  let rest = number;
  for (; rest > 0x7f; rest >>= 7) store<u8>(p++, rest | 0x80);
  store<u8>(p, rest);
  return p + 1;
}

/** Directory and columns one behind the other; returns the bytes at `payloadAt`. */
export function joinColumns(): u32 {
  let p = payload + 1;
  let columns: u32 = 0;
  for (let column: u32 = 0; column < COLUMNS; column++) {
    const bytes = bytesOf(column);
    if (bytes == 0) continue;
    store<u8>(p, column);
    p = varint(p + 1, bytes);
    columns++;
  }
  store<u8>(payload, columns);
  for (let column: u32 = 0; column < COLUMNS; column++) {
    const bytes = bytesOf(column);
    memory.copy(p, startOf(column), bytes);
    p += bytes;
  }
  return <u32>(p - payload);
}

export function payloadAt(): usize {
  return payload;
}
