import { hexAddress } from './dinero';
import { bad, blankAt, isEmpty } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { IFETCH, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';
import { hexDigits, hexValue, skipBlanks, value } from './scan';
import { leaveOut } from './told';

/**
 * The extended din format of Dinero IV: a letter, an address and a size in hex, then anything. A miscellaneous access is a read; what
 * invalidates or copies back cache lines is no access. The pid is 1.
 */
const META: u32 = 1 << PID_SHIFT;
/** Longer than any line that `shortLines` reads. */
const SHORT_LINE: usize = 64;
const NONE: u32 = 0xffff_ffff;
/** Not ops of records: what is left out, and as what. */
const INVALIDATION: u32 = 3;
const COPY_BACK: u32 = 4;

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

/** Reads lines with single blanks and no comment until there is another; returns where the next record goes. */
function shortLines(first: usize): usize {
  const end = input.end;
  let p = input.at;
  let out = first;
  while (out < RECORDS_END && p + SHORT_LINE <= end) {
    const op = typeOf(load<u8>(p));
    const digits = hexDigits(p + 2);
    const size = p + 2 + digits + 1;
    const sizeDigits = hexDigits(size);
    if (op > IFETCH || load<u8>(p, 1) != 0x20 || digits == 0 || load<u8>(size - 1) != 0x20) break;
    if (sizeDigits == 0 || sizeDigits > 8) break;
    let q = size + sizeDigits;
    if (load<u8>(q) == 0x0d) q++;
    const bytes = <u32>hexValue(size, sizeDigits);
    if (load<u8>(q) != 0x0a || bytes == 0) break;
    put(out, hexValue(p + 2, digits), bytes, META | op);
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
  const type = q - p == 1 ? typeOf(load<u8>(p)) : NONE;
  if (type == NONE) return bad(p, q, 'type', 'r, w, i, m, v or c');
  p = skipBlanks(q, end);
  q = blankAt(p, end);
  if (!hexAddress(p, q)) return bad(p, q, 'address', 'hex digits, below 2^64');
  const address = value;
  p = skipBlanks(q, end);
  q = blankAt(p, end);
  const isAccess = type <= IFETCH;
  if (!hexAddress(p, q) || value > <u64>u32.MAX_VALUE || (isAccess && value == 0)) {
    return bad(p, q, 'size', 'hex digits, from 1 to ffffffff');
  }
  if (!isAccess) {
    leaveOut(type - INVALIDATION);
    return out;
  }
  put(out, address, <u32>value, META | type);
  return out + RECORD_BYTES;
}

/** Selects, not branches: the order of reads and writes cannot be predicted. */
function typeOf(byte: u8): u32 {
  const letter = byte | 0x20;
  const rare = select<u32>(INVALIDATION, select<u32>(COPY_BACK, NONE, letter == 0x63), letter == 0x76);
  const fetch = select<u32>(IFETCH, select<u32>(READ, rare, letter == 0x6d), letter == 0x69);
  return select<u32>(READ, select<u32>(WRITE, fetch, letter == 0x77), letter == 0x72);
}
