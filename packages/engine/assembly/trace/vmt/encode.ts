import { INPUT } from '../input';
import { FOLDED, OP_MASK, OPERATION, PID_SHIFT, RECORD_BYTES } from '../records';
import { bytesOf, endOf, joinColumns, putByte, setEnd, startColumns } from './columns';
import { member, startPages, wholeInPages } from './encode-pages';
import { foldedInWhole, startWhole, whole } from './encode-whole';
import {
  BLOCK_BYTES,
  BLOCK_EVENTS,
  NO_RANK,
  OPERATIONS,
  OTHER,
  OTHER_OPERATION,
  PAGES,
  PAGES_OPERATION,
  TOKENS,
  WHOLE,
} from './layout';

/**
 * Records to the columns of a block. Either kind of block can hold every record: which one the next block is follows from what most of this one
 * were.
 */
export let kind: u32 = WHOLE;
export let events: u32 = 0;
export let accesses: u64 = 0;
let folded: u32 = 0;
let operations: u32 = 0;
let shift: u64 = 0;
let most: u32 = BLOCK_EVENTS;

/** `pageShift` of the pages that records are folded on; `mostEvents` of a block, at most BLOCK_EVENTS. */
export function beginEncoding(first: u32, pageShift: u32, mostEvents: u32): void {
  kind = first;
  shift = pageShift;
  most = min(mostEvents, BLOCK_EVENTS);
  startBlock();
}

function startBlock(): void {
  events = 0;
  accesses = 0;
  folded = 0;
  operations = 0;
  startColumns();
  if (kind == PAGES) startPages(shift);
  else startWhole();
}

export function isFull(): bool {
  return events >= most || bytesOf(OPERATIONS) >= BLOCK_BYTES / 2;
}

/** Takes records `first` … `end` - 1 at INPUT; returns the one it stopped at: an operation, or the first that finds the block full. */
export function encodeRecords(first: u32, end: u32): u32 {
  const stop = INPUT + <usize>end * RECORD_BYTES;
  let at = INPUT + <usize>first * RECORD_BYTES;
  for (; at < stop && events < most; at += RECORD_BYTES) {
    const address = load<u64>(at);
    const extent = load<u32>(at, 8);
    const meta = load<u32>(at, 12);
    const op = meta & OP_MASK;
    if (op >= OPERATION) break;
    const pid = meta >> PID_SHIFT;
    const isFolded = (meta & FOLDED) != 0;
    if (kind == WHOLE) {
      if (isFolded) foldedInWhole(address, extent, op, pid);
      else whole(address, extent, op, pid);
    } else if (isFolded) member(address, extent, meta);
    else wholeInPages(address, extent, op, pid);
    folded += u32(isFolded);
    accesses += isFolded ? extent : 1;
    events++;
  }
  return <u32>((at - INPUT) / RECORD_BYTES);
}

/** Where the host writes an operation, at most MOST_OPERATION bytes. */
export function operationRoom(): usize {
  return endOf(OPERATIONS);
}

/** The host has written the operation that comes next. */
export function encodeOperation(bytes: u32): void {
  setEnd(OPERATIONS, endOf(OPERATIONS) + bytes);
  putByte(TOKENS, kind == WHOLE ? OTHER | (OTHER_OPERATION << 2) : NO_RANK | PAGES_OPERATION);
  operations++;
  events++;
}

/** Bytes of the payload; the next block begins with `startNext`. */
export function endBlock(): u32 {
  return joinColumns();
}

export function startNext(): void {
  const others = events - operations - folded;
  if (folded > others) kind = PAGES;
  else if (others > folded) kind = WHOLE;
  startBlock();
}
