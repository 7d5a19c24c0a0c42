import { payloadAt } from './columns';
import { crc32 } from './crc';
import { beginBlock, decode, operationBytes, serve } from './decode';
import {
  accesses as accessesWritten,
  beginEncoding,
  encodeOperation,
  encodeRecords,
  endBlock,
  events as eventsWritten,
  isFull,
  kind,
  operationRoom,
  startNext,
} from './encode';
import { OPERATIONS } from './layout';
import { at, payloadRoom, what, whatAt } from './payload';
import { progress } from './progress';

/** The part of the ABI that reads and writes blocks of .vmt files; the host has the container around them. */

export function vmtCrc(from: usize, bytes: u32, crc: u32): u32 {
  return crc32(from, bytes, crc);
}

/** Where the host writes the payload of a block, at most 2 MiB. */
export function vmtRoom(): usize {
  return payloadRoom();
}

/** Begins the payload there. False if it is damaged. */
export function vmtBegin(kind: u32, pageShift: u32, bytes: u32): bool {
  return beginBlock(kind, pageShift, bytes);
}

/** Records at `records()`, with `runs` also groups of them; 0 at the end of the block, at a fault and when an operation waits. */
export function vmtRead(runs: u32): u32 {
  return decode(runs != 0);
}

export function vmtWaiting(): bool {
  return progress.waiting;
}

/** The operation that waits is here, and in at most so many bytes. */
export function vmtOperation(): usize {
  return at(OPERATIONS);
}

export function vmtOperationBytes(): u32 {
  return operationBytes();
}

/** Where the host writes the records of the operation that waits. */
export function vmtOut(): usize {
  return progress.out;
}

/** The operation had so many bytes, and makes so many records. */
export function vmtServe(bytes: u32, records: u32): void {
  serve(bytes, records);
}

export function vmtEvents(): u32 {
  return progress.events;
}

export function vmtAccesses(): f64 {
  return <f64>progress.accesses;
}

/** What is wrong with the payload, and where: a string of AssemblyScript, empty if nothing is. */
export function vmtFault(): usize {
  return changetype<usize>(what);
}

export function vmtFaultAt(): u32 {
  return whatAt;
}

/** Begins a file. `kind` of the first block; `pageShift` of the pages that records are folded on; `mostEvents` of a block. */
export function vmtEncode(kind: u32, pageShift: u32, mostEvents: u32): void {
  beginEncoding(kind, pageShift, mostEvents);
}

/** Takes records of `recordsIn`; returns the one it stopped at. */
export function vmtPut(first: u32, end: u32): u32 {
  return encodeRecords(first, end);
}

export function vmtIsFull(): bool {
  return isFull();
}

export function vmtOperationRoom(): usize {
  return operationRoom();
}

export function vmtPutOperation(bytes: u32): void {
  encodeOperation(bytes);
}

export function vmtKind(): u32 {
  return kind;
}

export function vmtEventsPut(): u32 {
  return eventsWritten;
}

export function vmtAccessesPut(): f64 {
  return <f64>accessesWritten;
}

/** Bytes of the block's payload, which is at `vmtPayload`. */
export function vmtEnd(): u32 {
  return endBlock();
}

export function vmtPayload(): usize {
  return payloadAt();
}

export function vmtNext(): void {
  startNext();
}
