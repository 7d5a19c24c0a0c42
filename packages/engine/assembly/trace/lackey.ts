import { fault } from './fault';
import { host } from './host';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { option } from './options';
import { IFETCH, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS_END, tally, WRITE } from './records';
import { decimal, digitAt, hex, hexDigits, hexValue, isBlank, value } from './scan';

/**
 * What `valgrind --tool=lackey --trace-mem=yes` prints: "I  04001090,3" for an instruction, " L 1ffefffe78,8" for a load, S for a store,
 * M for a modify, which is one access that writes or, if asked for, a load and a store. Lines of valgrind itself begin with ==, -- or **
 * and the pid. What `--trace-syscalls=yes` prints besides is the host's to read; an access may follow such a line without a line end before it. The log is of
 * one process, and its pid is 1.
 */

const PID: u32 = 1 << PID_SHIFT;
/** Longer than any line that `shortLine` reads. */
const SHORT_LINE: usize = 48;
const LAST: usize = RECORDS_END - RECORD_BYTES;
const NONE: u32 = 0xffff_ffff;
/** The bytes of "SYSCALL[", and of " --> [" in two words. */
const CALL: u64 = 0x5b_4c_4c_41_43_53_59_53;
const CALL_ENDS: u32 = 0x3e_2d_2d_20;
const CALL_OUTCOME: u16 = 0x5b_20;
/** Not an op of a record: two records or one, by `modifyIsBoth`. */
const MODIFY: u32 = 3;

class Lackey {
  modifyIsBoth: bool = false;
  /** There have been system calls. */
  tellsCalls: bool = false;
}

const lackey = new Lackey();

/** Option 0: 1 to read a modify as load and store. */
export function begin(): void {
  lackey.modifyIsBoth = option(0) == 1;
}

/** Records written to RECORDS; 0 when more bytes are needed, at the end, at a fault and when a line waits for the host. */
export function read(): u32 {
  let out = host.out;
  // A modify may need two places.
  while (out < LAST) {
    if (!input.dropping) out = shortLines(out);
    if (out >= LAST || !nextLine()) break;
    if (isForHost(input.at, input.lineEnd)) {
      host.out = out;
      if (!host.hasRoom()) break;
      cutAccess(input.at, input.lineEnd);
      host.ask(out);
      return 0;
    }
    const next = line(input.at, input.lineEnd, out);
    if (next != 0) {
      input.pass();
      tally.accesses += (next - out) / RECORD_BYTES;
      out = next;
    } else if (!skipLine()) break;
  }
  host.out = out;
  return host.flush();
}

/** A system call, the rest of one, or what valgrind says of the process and its threads. */
function isForHost(from: usize, end: usize): bool {
  if (end - from < 6) return false;
  const first = load<u32>(from);
  const isCall =
    end - from >= 8 && (load<u64>(from) == CALL || (first == CALL_ENDS && load<u16>(from, 4) == CALL_OUTCOME));
  if (isCall) lackey.tellsCalls = true;
  const mark = first & 0xffff;
  return isCall || ((mark == 0x3d3d || mark == 0x2d2d) && isOfValgrind(from, end));
}

/** Where an access is behind the call, the line ends before it, and the access is a line of its own. */
function cutAccess(from: usize, end: usize): void {
  let p = end;
  while (p > from && load<u8>(p - 1) != 0x29) p--;
  if (p + 4 > end || p == from || load<u8>(p) != 0x20) return;
  if (opOf(load<u32>(p + 1) & 0xffffff) != NONE) input.cut(p, p + 1);
}

/** Reads lines of accesses until there is another; returns where the next record goes. */
function shortLines(first: usize): usize {
  const end = input.end;
  let p = input.at;
  let out = first;
  let lines: u64 = 0;
  while (out < LAST && p + SHORT_LINE <= end) {
    const op = opOf(load<u32>(p) & 0xffffff);
    const digits = hexDigits(p + 3);
    let q = p + 3 + digits;
    if (op == NONE || digits == 0 || load<u8>(q) != 0x2c) break;
    const start = ++q;
    let size: u32 = 0;
    for (let digit = digitAt(q); digit <= 9 && q < start + 9; digit = digitAt(q)) {
      size = size * 10 + digit;
      q++;
    }
    if (load<u8>(q) == 0x0d) q++;
    if (size == 0 || load<u8>(q) != 0x0a) break;
    out = emit(out, op, hexValue(p + 3, digits), size);
    p = q + 1;
    lines++;
  }
  input.at = p;
  input.line += lines;
  tally.accesses += (out - first) / RECORD_BYTES;
  return out;
}

/** Where the next record goes, or 0 after a fault. */
function line(from: usize, end: usize, out: usize): usize {
  if (isOfValgrind(from, end) || (from == end && lackey.tellsCalls)) return out;
  const op = end - from >= 3 ? opOf(load<u32>(from) & 0xffffff) : NONE;
  if (op == NONE) return bad(from, end, 'line', '"I  ", " L ", " S " or " M " and address,size');
  const p = from + 3;
  let q = p;
  while (q < end && load<u8>(q) != 0x2c) q++;
  if (!hex(p, q)) return bad(p, q, 'address', 'hex digits without 0x, below 2^64');
  const address = value;
  if (!decimal(min(q + 1, end), end, u32.MAX_VALUE) || value == 0) {
    return bad(min(q + 1, end), end, 'size', 'a comma and a number of bytes from 1 to 4294967295');
  }
  return emit(out, op, address, <u32>value);
}

function emit(out: usize, op: u32, address: u64, size: u32): usize {
  if (op == MODIFY && lackey.modifyIsBoth) {
    put(out, address, size, PID | READ);
    put(out + RECORD_BYTES, address, size, PID | WRITE);
    return out + 2 * RECORD_BYTES;
  }
  put(out, address, size, PID | (op == MODIFY ? WRITE : op));
  return out + RECORD_BYTES;
}

/** "==123==", "--123--" or "**123**" and a blank or the end. */
function isOfValgrind(from: usize, end: usize): bool {
  if (end - from < 5) return false;
  const mark = load<u16>(from);
  if (mark != 0x3d3d && mark != 0x2d2d && mark != 0x2a2a) return false;
  let p = from + 2;
  while (p < end && digitAt(p) <= 9) p++;
  if (p == from + 2 || end - p < 2 || load<u16>(p) != mark) return false;
  return end - p == 2 || isBlank(load<u8>(p + 2));
}

function bad(from: usize, to: usize, what: string, expected: string): usize {
  fault.at(from, to, what, expected);
  return 0;
}

/** Selects, not branches: the order of loads and stores cannot be predicted. */
function opOf(prefix: u32): u32 {
  const store = select<u32>(WRITE, select<u32>(MODIFY, NONE, prefix == 0x204d20), prefix == 0x205320);
  return select<u32>(IFETCH, select<u32>(READ, store, prefix == 0x204c20), prefix == 0x202049);
}
