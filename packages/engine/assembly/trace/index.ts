import { beginReader, readRecords } from '../gen/readers';
import { encodeText as encode, encoded as encodedUpTo, LINES } from './encode';
import { expansion } from './expand-runs';
import { fault } from './fault';
import { fold, foldChunk } from './fold';
import { PARAMETERS } from './generate/generator';
import { beginGenerating, generate as generateChunk } from './generate/index';
import { host } from './host';
import { INPUT, INPUT_BYTES, input } from './input';
import { OPTIONS } from './options';
import { pageFrames } from './page-frames';
import { CHUNK_RECORDS, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';
import { MOST_RECORDS } from './run-layout';
import { gather, gatherRecords } from './runs';
import { factOf, isFactKnown, leftOutCount } from './told';

/**
 * The ABI of trace.wasm: one stage of a trace per instance, either a reader, a generator, a folder or a writer of text. Nothing is
 * allocated once the stage has begun, but for what readers know of threads, pages and objects. Numbers beyond 32 bits leave as f64, which is exact up to 2^53.
 */
let reader: u32 = 0;

/** Where the host writes the reader's options, 16 of u32, before `beginReading`. */
export function options(): usize {
  return OPTIONS;
}

/** Before `beginReading`: addresses become physical by the pages that `mapPage` tells, of 2^`shift` bytes. */
export function beginMapping(shift: u32): void {
  pageFrames.beginMapping(shift);
}

export function mapPage(virtual: u64, physical: u64): void {
  pageFrames.map(virtual, physical, 0);
}

export function beginReading(which: u32, lenient: u32): void {
  reader = which;
  fault.lenient = lenient != 0;
  beginReader(which);
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
  if (fault.raised) return host.flush();
  if (host.waiting) return host.hasRoom() ? 0 : host.flush();
  return readRecords(reader);
}

export function records(): usize {
  return RECORDS;
}

/** Is the line at `lineAt` … `lineEnd` for the host to read? */
export function waiting(): bool {
  return host.waiting && host.hasRoom();
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

/** Where the host writes the records of the line, at most 64 at a time. */
export function lineRecordsAt(): usize {
  return host.out;
}

/** The line is read, and so many records are written; `more` are to follow: the line waits again. */
export function serveLine(records: u32, more: u32): void {
  host.served(records, more != 0);
}

/** The line is bad: its fault has no words. */
export function refuseLine(from: usize, to: usize): void {
  host.refuse(from, to);
}

export function accesses(): f64 {
  return <f64>tally.accesses;
}

/** How many things of kind `kind` were left out by design. */
export function leftOut(kind: u32): f64 {
  return <f64>leftOutCount(kind);
}

/** What the trace says of itself, or -1 if it says nothing of this. */
export function fact(which: u32): f64 {
  return isFactKnown(which) ? <f64>factOf(which) : -1;
}

export function foldPage(): u32 {
  return tally.foldPage;
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

/** Is the fault said with its words alone? */
export function faultIsPlain(): bool {
  return fault.isPlain;
}

/** The line, or in a binary trace the record, from 1. */
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

/** 0: they are text; 1: a number to tell in decimal; 2: in hex. */
export function faultFoundIs(): u32 {
  return fault.foundIs;
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

export * from './vmt/index';
