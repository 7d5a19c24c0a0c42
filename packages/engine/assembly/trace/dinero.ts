import { bad, blankAt, isEmpty } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { IFETCH, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';
import { hex, hexDigits, hexValue, skipBlanks, value } from './scan';
import { leaveOut } from './told';

/**
 * din, the format of Dinero III: a label and an address in hex, then anything. There are no sizes: as Dinero IV reads it, each access is a
 * word of 4 bytes, aligned. The pid is 1.
 */
const META: u32 = 1 << PID_SHIFT;
const WORD: u32 = 4;
/** Longer than any line that `shortLines` reads. */
const SHORT_LINE: usize = 48;
const NONE: u32 = 0xffff_ffff;
const ESCAPES: u32 = 0;
const FLUSHES: u32 = 1;

export function begin(): void {}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out < RECORDS_END) {
    if (!input.dropping) out = shortLines(out);
    if (out >= RECORDS_END || !nextLine()) break;
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

/** Reads lines of a label, a blank and hex digits until there is another; returns where the next record goes. */
function shortLines(first: usize): usize {
  const end = input.end;
  let p = input.at;
  let out = first;
  while (out < RECORDS_END && p + SHORT_LINE <= end) {
    const label = <u32>load<u8>(p) - 0x30;
    const digits = hexDigits(p + 2);
    if (label > 2 || load<u8>(p, 1) != 0x20 || digits == 0) break;
    let q = p + 2 + digits;
    if (load<u8>(q) == 0x0d) q++;
    if (load<u8>(q) != 0x0a) break;
    put(out, hexValue(p + 2, digits) & ~3, WORD, META | opOf(label));
    out += RECORD_BYTES;
    p = q + 1;
  }
  input.at = p;
  input.line += (out - first) / RECORD_BYTES;
  return out;
}

/** Where the next record goes, or 0 after a fault. */
function line(from: usize, end: usize, out: usize): usize {
  if (isEmpty(from, end)) return out;
  let p = skipBlanks(from, end);
  let q = blankAt(p, end);
  const label = q - p == 1 ? <u32>load<u8>(p) - 0x30 : NONE;
  if (label > 4) return bad(p, q, 'label', '0 (read), 1 (write), 2 (instruction fetch), 3 or 4');
  p = skipBlanks(q, end);
  q = blankAt(p, end);
  if (!hexAddress(p, q)) return bad(p, q, 'address', 'hex digits, below 2^64');
  if (label > 2) {
    leaveOut(label == 3 ? ESCAPES : FLUSHES);
    return out;
  }
  put(out, value & ~3, WORD, META | opOf(label));
  return out + RECORD_BYTES;
}

/** Hex, behind 0x or not. */
export function hexAddress(from: usize, end: usize): bool {
  const prefixed = end - from > 2 && (load<u16>(from) | 0x2000) == 0x7830;
  return hex(prefixed ? from + 2 : from, end);
}

/** The labels are the ops of records. */
function opOf(label: u32): u32 {
  return select<u32>(READ, select<u32>(WRITE, IFETCH, label == 1), label == 0);
}
