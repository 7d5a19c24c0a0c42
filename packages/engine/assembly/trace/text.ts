import { fault } from './fault';
import { host } from './host';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { FOLDED, IFETCH, MAX_PID, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS_END, tally, WRITE } from './records';
import { decimal, digitAt, hexDigits, hexValue, number, skipBlanks, value, wordEnd } from './scan';

/**
 * `pid op address [size | xN]`, comments from # on, `%page N` before the first folded access. A line as our writer makes them (one
 * blank between fields, hex address, no comment) is read without looking for its end first; any other goes field by field, and only
 * there are faults described.
 */

/** Longer than any line of the short form. */
const SHORT_LINE: usize = 64;
const NONE: u32 = 0xffff_ffff;
const MAX_PAGE: u64 = 1 << 30;

/** What `line` returns for an operation. */
const OPERATION_LINE: u32 = 0xffff_fffe;

export function begin(): void {}

/** Records written to RECORDS; 0 when more bytes are needed, at the end, at a fault and when an operation waits for the host. */
export function read(): u32 {
  let out = host.out;
  while (out < RECORDS_END) {
    if (!input.dropping) out = shortLines(out);
    if (out >= RECORDS_END || !nextLine()) break;
    const written = line(input.at, input.lineEnd, out);
    if (written == OPERATION_LINE) {
      host.out = out;
      if (!host.hasRoom()) break;
      host.ask(out);
      return 0;
    }
    if (written != NONE) {
      input.pass();
      out += <usize>written * RECORD_BYTES;
    } else if (!skipLine()) break;
  }
  host.out = out;
  return host.flush();
}

/** Reads lines of the short form until there is another; returns where the next record goes. */
function shortLines(first: usize): usize {
  const end = input.end;
  let p = input.at;
  let out = first;
  while (out < RECORDS_END && p + SHORT_LINE <= end) {
    const next = shortLine(p, out);
    if (next == 0) break;
    p = next;
    out += RECORD_BYTES;
  }
  const lines = (out - first) / RECORD_BYTES;
  input.at = p;
  input.line += lines;
  tally.accesses += lines;
  return out;
}

/** Reads a line of the short form at `p`; returns the start of the next line, or 0 if this is none. */
function shortLine(p: usize, out: usize): usize {
  let pid = digitAt(p);
  if (pid > 9) return 0;
  let q = p + 1;
  for (let digit = digitAt(q); digit <= 9; digit = digitAt(q)) {
    pid = pid * 10 + digit;
    if (++q > p + 8) return 0;
  }
  if (pid > MAX_PID) return 0;

  // " R 0x" is a blank, the op and three more bytes.
  const fields = load<u32>(q, 1);
  const op = opOf(<u8>fields);
  if (load<u8>(q) != 0x20 || fields >> 8 != 0x783020 || op == NONE) return 0;
  q += 5;
  const digits = hexDigits(q);
  if (digits == 0) return 0;
  const address = hexValue(q, digits);
  q += digits;

  let extent: u64 = 1;
  let meta = op | (pid << PID_SHIFT);
  if (load<u8>(q) == 0x20) {
    q++;
    if (load<u8>(q) == 0x78) {
      if (tally.foldPage == 0) return 0;
      meta |= FOLDED;
      q++;
    }
    const start = q;
    extent = 0;
    for (let digit = digitAt(q); digit <= 9; digit = digitAt(q)) {
      extent = extent * 10 + digit;
      if (++q > start + 10) return 0;
    }
    if (extent == 0 || extent > <u64>u32.MAX_VALUE) return 0;
  }
  if (load<u8>(q) == 0x0d) q++;
  if (load<u8>(q) != 0x0a) return 0;
  put(out, address, <u32>extent, meta);
  if ((meta & FOLDED) != 0) tally.accesses += extent - 1;
  return q + 1;
}

/** Records written (0 or 1), or NONE after a fault, or OPERATION_LINE. */
function line(from: usize, end: usize, out: usize): u32 {
  let p = skipBlanks(from, end);
  if (p >= end || load<u8>(p) == 0x23) return 0;
  let q = wordEnd(p, end);
  if (load<u8>(p) == 0x25) return directive(p, q, end) ? 0 : NONE;
  if (!decimal(p, q, MAX_PID)) return bad(p, q, 'pid', 'a decimal number from 0 to 16777215');
  const pid = <u32>value;

  p = skipBlanks(q, end);
  q = wordEnd(p, end);
  if (q - p > 1 && isLetter(load<u8>(p))) return OPERATION_LINE;
  const op = q - p == 1 ? opOf(load<u8>(p)) : NONE;
  if (op == NONE) return bad(p, q, 'op', 'R, W or I');

  p = skipBlanks(q, end);
  q = wordEnd(p, end);
  if (!number(p, q)) return bad(p, q, 'address', '0x and hex digits or decimal digits, below 2^64');
  const address = value;

  p = skipBlanks(q, end);
  q = wordEnd(p, end);
  const folded = q > p && (load<u8>(p) | 0x20) == 0x78;
  let extent: u32 = 1;
  if (folded) {
    if (!decimal(p + 1, q, u32.MAX_VALUE) || value == 0) return bad(p, q, 'count', 'x1 to x4294967295');
    if (tally.foldPage == 0) return bad(p, q, 'count', 'a line "%page SIZE" before the first folded access');
    extent = <u32>value;
  } else if (q > p) {
    if (!decimal(p, q, u32.MAX_VALUE) || value == 0) {
      return bad(p, q, 'size', 'a number of bytes from 1 to 4294967295, or xN for N accesses');
    }
    extent = <u32>value;
  }
  if (!atEnd(q, end)) return NONE;
  put(out, address, extent, op | (folded ? FOLDED : 0) | (pid << PID_SHIFT));
  tally.accesses += folded ? extent : 1;
  return 1;
}

/** `%page N` declares what the folded accesses were folded on; it cannot change once accesses have been read. */
function directive(from: usize, wordEnds: usize, end: usize): bool {
  if (wordEnds - from != 5 || load<u32>(from, 1) != 0x65676170) {
    return fault.at(from, wordEnds, 'directive', '%page and a page size');
  }
  const p = skipBlanks(wordEnds, end);
  const q = wordEnd(p, end);
  if (!decimal(p, q, MAX_PAGE) || popcnt(value) != 1) {
    return fault.at(p, q, 'page size', 'a power of two from 1 to 1073741824');
  }
  const page = <u32>value;
  if (!atEnd(q, end)) return false;
  if (tally.foldPage != page && tally.accesses > 0) {
    return fault.at(from, q, 'directive', 'the page size before the first access');
  }
  tally.foldPage = page;
  return true;
}

function atEnd(from: usize, end: usize): bool {
  const p = skipBlanks(from, end);
  if (p >= end || load<u8>(p) == 0x23) return true;
  return fault.at(p, wordEnd(p, end), 'text', 'the end of the line or a # comment');
}

function bad(from: usize, to: usize, what: string, expected: string): u32 {
  fault.at(from, to, what, expected);
  return NONE;
}

function isLetter(byte: u8): bool {
  return <u32>(byte | 0x20) - 0x61 < 26;
}

/** Selects, not branches: the order of reads and writes cannot be predicted. */
function opOf(byte: u8): u32 {
  const letter = byte | 0x20;
  const op = select<u32>(IFETCH, NONE, letter == 0x69);
  return select<u32>(READ, select<u32>(WRITE, op, letter == 0x77), letter == 0x72);
}
