import { encodeText as encode, encoded as encodedUpTo, LINES } from './encode';
import { expansion } from './expand-runs';
import { fault } from './fault';
import { fold, foldChunk } from './fold';
import { PARAMETERS } from './generate/generator';
import { beginGenerating, generate as generateChunk } from './generate/index';
import { INPUT, INPUT_BYTES, input } from './input';
import { lackey, readLackey } from './lackey';
import { CHUNK_RECORDS, RECORD_BYTES, RECORDS, RECORDS_END } from './records';
import { readReference, reference } from './reference';
import { MOST_RECORDS } from './run-layout';
import { gather, gatherRecords } from './runs';
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

/** Begins a chunk of records with runs. */
export function beginGather(): void {
  gather.out = RECORDS;
}

/** Records of `recordsIn` that the chunk has room for; the run held back has its own. */
export function gatherRoom(): u32 {
  const room = <u32>((RECORDS_END - gather.out) / RECORD_BYTES);
  return room > MOST_RECORDS ? room - MOST_RECORDS : 0;
}

/** Gathers so many records of `recordsIn` into runs. */
export function gatherMore(count: u32): void {
  gatherRecords(INPUT, min(count, gatherRoom()));
}

/** Ends the chunk: how many records are at `records`. */
export function gatherEnd(): u32 {
  gather.flush();
  return <u32>((gather.out - RECORDS) / RECORD_BYTES);
}

/** The `count` records of `recordsIn`, at most a chunk of them, will be expanded. */
export function beginExpansion(count: u32): void {
  expansion.begin(INPUT, min(count, CHUNK_RECORDS));
}

/** How many records are at `records`, each a plain one; 0 when all were handed out. */
export function expand(): u32 {
  return <u32>((expansion.fill(RECORDS, RECORDS_END) - RECORDS) / RECORD_BYTES);
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
