import { fault } from './fault';
import { bad, blankAt, count, digits, isEmpty } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { IFETCH, MAX_PID, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';
import { digitAt, hex, hexDigits, skipBlanks, value } from './scan';
import { leaveOut } from './told';

/**
 * What DynamoRIO's view tool prints: record and instruction numbers, a thread, then "ifetch  3 byte(s) @ 0x00007f6fdd3ec360 …", the same
 * for read and write, "<marker: …>" and others. The text names no process: pid 1, or one more than the workload.
 */
const NONE: u32 = 0xffff_ffff;
const MARKERS: u32 = 0;
const THREAD_EXITS: u32 = 1;
const FLUSHES: u32 = 2;
const PREFETCHES: u32 = 3;
const UNFETCHED: u32 = 4;
const OTHERS: u32 = 5;

/** First bytes of words, as numbers. */
const IFET: u32 = 0x74656669;
const READ_: u32 = 0x64616572;
const WRIT: u32 = 0x74697277;
const PREF: u32 = 0x66657270;

export function begin(): void {}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out < RECORDS_END && nextLine()) {
    const next = line(input.at, input.lineEnd, out);
    if (next != 0) {
      input.pass();
      out = next;
    } else if (!skipLine()) break;
  }
  const records = <u32>((out - RECORDS) / RECORD_BYTES);
  tally.accesses += records;
  return records;
}

/** Where the next record goes, or 0 after a fault. */
function line(from: usize, end: usize, out: usize): usize {
  let p = skipBlanks(from, end);
  p = numberEnd(p, end);
  p = skipBlanks(p, end);
  let q = numberEnd(p, end);
  const hasNumber = q > p;
  q = skipBlanks(q, end);
  if (!hasNumber || q >= end || load<u8>(q) != 0x3a) {
    if (isOfTool(from, end)) return out;
    return bad(from, end, 'line', 'a record number, an instruction number, a colon and a thread');
  }
  const thread = skipBlanks(q + 1, end);
  const threadEnd = blankAt(thread, end);
  const pid = pidOf(thread, threadEnd);
  if (pid == NONE) return bad(thread, threadEnd, 'thread', 'a number, T and a number, or W0.T and a number');
  return details(skipBlanks(threadEnd, end), end, pid, out);
}

/** A decimal number's end; `from` if there is none. */
function numberEnd(from: usize, end: usize): usize {
  let p = from;
  while (p < end && digitAt(p) <= 9) p++;
  return p;
}

/** Headlines, lines of dashes, the summary, comments and blank lines. */
function isOfTool(from: usize, end: usize): bool {
  if (isEmpty(from, end)) return true;
  const p = skipBlanks(from, end);
  let q = p;
  while (q < end && load<u8>(q) == 0x2d) q++;
  if (q > p && skipBlanks(q, end) == end) return true;
  if (begins(p, end, 'Output format:') || begins(p, end, 'View tool results:')) return true;
  if (begins(p, end, '<--record#->')) return true;
  q = numberEnd(p, end);
  return q > p && begins(q, end, ' : total instructions');
}

function begins(from: usize, end: usize, words: string): bool {
  if (<i32>(end - from) < words.length) return false;
  for (let i = 0; i < words.length; i++) {
    if (<i32>load<u8>(from + i) != words.charCodeAt(i)) return false;
  }
  return true;
}

/** [W number .] [T] number: one more than the workload, or 1; NONE if it is no thread. */
function pidOf(from: usize, end: usize): u32 {
  let p = from;
  let pid: u32 = 1;
  if (p < end && load<u8>(p) == 0x57) {
    const q = numberEnd(p + 1, end);
    if (q >= end || load<u8>(q) != 0x2e || !digits(p + 1, q, MAX_PID - 1)) return NONE;
    pid = <u32>count + 1;
    p = q + 1;
  }
  if (p < end && load<u8>(p) == 0x54) p++;
  return p < end && numberEnd(p, end) == end ? pid : NONE;
}

function details(from: usize, end: usize, pid: u32, out: usize): usize {
  const word = end - from >= 4 ? load<u32>(from) : 0;
  const q = blankAt(from, end);
  const length = q - from;
  let op = NONE;
  if (word == READ_ && length == 4) op = READ;
  else if (word == WRIT && length == 5 && load<u8>(from, 4) == 0x65) op = WRITE;
  else if (word == IFET && length == 6 && load<u16>(from, 4) == 0x6863) op = IFETCH;
  if (op == NONE) return other(from, q, end, word, out);

  let p = skipBlanks(q, end);
  let to = blankAt(p, end);
  if (!digits(p, to, u32.MAX_VALUE) || count == 0) return bad(p, to, 'size', 'a number of bytes from 1 to 4294967295');
  const size = <u32>count;
  p = skipBlanks(to, end);
  to = blankAt(p, end);
  // "byte(s)", read from its first byte and from its fourth on.
  const isBytes = to - p == 7 && load<u32>(p) == 0x65747962 && load<u32>(p, 3) == 0x29732865;
  if (!isBytes) return bad(p, to, 'text', 'byte(s) @ and an address');
  p = skipBlanks(to, end);
  to = blankAt(p, end);
  if (to - p != 1 || load<u8>(p) != 0x40) return bad(p, to, 'text', 'byte(s) @ and an address');
  p = skipBlanks(to, end);
  to = blankAt(p, end);
  if (to - p <= 2 || load<u16>(p) != 0x7830 || !hex(p + 2, to)) {
    return bad(p, to, 'address', '0x and hex digits, below 2^64');
  }
  const address = value;
  if (op == IFETCH && isUnfetched(to, end)) {
    leaveOut(UNFETCHED);
    return out;
  }
  put(out, address, size, op | (pid << PID_SHIFT));
  return out + RECORD_BYTES;
}

/** " non-fetched instruction" behind the address. */
function isUnfetched(from: usize, end: usize): bool {
  const p = skipBlanks(from, end);
  return p < end && load<u8>(p) == 0x6e && begins(p, end, 'non-fetched instruction');
}

/** What is no access. */
function other(from: usize, wordEnd: usize, end: usize, word: u32, out: usize): usize {
  if (begins(from, wordEnd, 'iflush') || begins(from, wordEnd, 'dflush')) leaveOut(FLUSHES);
  else if (word == PREF) leaveOut(PREFETCHES);
  else if (from < end && load<u8>(from) == 0x3c) {
    leaveOut(begins(from, end, '<marker') ? MARKERS : isThreadExit(from, end) ? THREAD_EXITS : OTHERS);
  } else if (!isHex(from, wordEnd)) {
    fault.at(from, wordEnd, 'record', 'ifetch, read, write, a flush, a prefetch or <…>');
    return 0;
  }
  return out;
}

function isThreadExit(from: usize, end: usize): bool {
  if (!begins(from, end, '<thread ')) return false;
  let p = from;
  while (p < end && !begins(p, end, 'exited>')) p++;
  return p < end;
}

/** More bytes of the instruction in the line before. */
function isHex(from: usize, end: usize): bool {
  let p = from;
  while (p < end && hexDigits(p) > 0) p += min<usize>(hexDigits(p), end - p);
  return p == end && p > from;
}
