import { encodeText as encode, encoded as encodedUpTo, LINES } from './encode';
import { fault } from './fault';
import { fold, foldChunk } from './fold';
import { PARAMETERS } from './generate/generator';
import { beginGenerating, generate as generateChunk } from './generate/index';
import { INPUT, INPUT_BYTES, input } from './input';
import { lackey, readLackey } from './lackey';
import { CHUNK_RECORDS, RECORDS } from './records';
import { readReference, reference } from './reference';
import { readText, text } from './text';

/**
 * The ABI of trace.wasm: one stage of a trace per instance, either a reader, a generator, a folder or a writer of text. Nothing is
 * allocated once the stage has begun. Numbers beyond 32 bits leave as f64, which is exact up to 2^53.
 */
const TEXT: u32 = 0;
const LACKEY: u32 = 1;

let format: u32 = TEXT;

/** `option`: for lackey 1 to read a modify as load and store, for reference strings log2 of the page size. */
export function beginReading(which: u32, lenient: u32, option: u32): void {
  format = which;
  fault.lenient = lenient != 0;
  lackey.modifyIsBoth = option == 1;
  reference.pageShift = option;
}

/** Where the host writes the next bytes, up to `inputEnd`. */
export function inputAt(): usize {
  return input.makeRoom();
}

export function inputEnd(): usize {
  return INPUT + INPUT_BYTES;
}

/** The host has written `bytes`; `last` says that no more will come. */
export function supply(bytes: u32, last: u32): void {
  input.end += bytes;
  input.last = last != 0;
}

/** Number of records at `records()`; 0 when more bytes are needed, at the end of the input, if `waiting` or if `faulted`. */
export function read(): u32 {
  if (fault.raised) return text.flush();
  if (format == TEXT) return readText();
  return format == LACKEY ? readLackey() : readReference();
}

export function records(): usize {
  return RECORDS;
}

/** Does the line at `lineAt` … `lineEnd` hold an operation for the host to read? */
export function waiting(): bool {
  return text.waiting;
}

export function lineAt(): usize {
  return input.at;
}

export function lineEnd(): usize {
  return input.lineEnd;
}

export function lineNumber(): f64 {
  return <f64>input.line;
}

/** Where the host writes the records of the operation, at most 16. */
export function operationAt(): usize {
  return text.out;
}

/** The operation is read, and its records are written. */
export function serveOperation(records: u32): void {
  text.served(records);
}

/** The operation is bad: its fault has no words. */
export function refuseOperation(from: usize, to: usize): void {
  text.refuse(from, to);
}

export function accesses(): f64 {
  return <f64>(text.accesses + lackey.accesses + reference.accesses);
}

export function foldPage(): u32 {
  return text.foldPage;
}

export function skipped(): f64 {
  return <f64>fault.skipped;
}

export function truncatedTail(): f64 {
  return <f64>fault.tail;
}

export function faulted(): bool {
  return fault.raised;
}

/** The words of the first fault are strings of AssemblyScript: UTF-16, their length in bytes in the four bytes before. */
export function faultWhat(): usize {
  return changetype<usize>(fault.what);
}

export function faultExpected(): usize {
  return changetype<usize>(fault.expected);
}

export function faultLine(): f64 {
  return <f64>fault.line;
}

export function faultByte(): f64 {
  return <f64>fault.byte;
}

/** The bytes found are in the window until the next `inputAt`. */
export function faultFound(): usize {
  return fault.found;
}

export function faultFoundBytes(): u32 {
  return fault.foundBytes;
}

export function parameters(): usize {
  return PARAMETERS;
}

export function beginGenerator(pattern: u32): void {
  beginGenerating(pattern);
}

export function generate(): u32 {
  return generateChunk();
}

/** Where records to fold or to encode are written. */
export function recordsIn(): usize {
  return INPUT;
}

export function beginFold(pageShift: u32): void {
  fold.shift = pageShift;
}

/** Folds at most 65 535 records of `recordsIn` to `records`. */
export function foldRecords(count: u32): u32 {
  return foldChunk(min(count, CHUNK_RECORDS - 1));
}

/** The run held back: 1 record or none. */
export function foldEnd(): u32 {
  return fold.flush(RECORDS) > RECORDS ? 1 : 0;
}

export function lines(): usize {
  return LINES;
}

/** Bytes at `lines` that the records of `recordsIn` make. */
export function encodeText(first: u32, end: u32): u32 {
  return encode(first, min(end, CHUNK_RECORDS));
}

/** The record behind the last one encoded: the end, or one that is no access. */
export function encoded(): u32 {
  return encodedUpTo;
}
