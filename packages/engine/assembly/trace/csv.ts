import { fault } from './fault';
import { bad, columnEnd, count, digits, isEmpty } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { beginOpWords, opOfWord } from './op-words';
import { option } from './options';
import { MAX_PID, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';
import { hex, isBlank, value } from './scan';

/** Tables whose columns the host has told apart by the header or by what it was told. */
const NONE: u32 = 0xffff_ffff;
const QUOTE: u8 = 0x22;
const MOST_COLUMNS: u32 = 1024;

/** What the first line is. */
const DATA: u32 = 0;
const HEADER: u32 = 1;
/** A header if its address is no number. */
const EITHER: u32 = 2;
/** A header without a column for the address. */
const BAD_HEADER: u32 = 3;

/** Roles, in the order in which their fields are read: the place of each is that of its column's option. */
const ADDRESS: u32 = 0;
const OP: u32 = 1;
const SIZE: u32 = 2;
const PID: u32 = 3;
const ROLES: u32 = 4;

/** Of each role: the number of its column from 0, or NONE; then where its field of this line begins and ends. */
const COLUMNS: usize = memory.data(4 * 4);
/** Of each column a bit for each role that it has. */
const ROLES_OF: usize = memory.data(1024);
const FROM: usize = memory.data(4 * 8);
const TO: usize = memory.data(4 * 8);

class Table {
  separator: u8 = 0x2c;
  /** Columns up to the last one that is used. */
  columns: u32 = 0;
  /** An address is its number << shift. */
  shift: u64 = 0;
  addressIsHex: bool = false;
  first: u32 = DATA;
}

const table = new Table();

/** Options: 0 separator, 1-4 columns of address, op, size and pid from 0 or NONE, 5 shift, 6 what the first line is, 7 whether addresses are hex. */
export function begin(): void {
  beginOpWords();
  table.separator = <u8>option(0);
  for (let role: u32 = 0; role < ROLES; role++) {
    const column = option(role + 1);
    store<u32>(COLUMNS + ((<usize>role) << 2), column);
    if (column == NONE || column >= MOST_COLUMNS) continue;
    table.columns = max(table.columns, column + 1);
    store<u8>(ROLES_OF + column, load<u8>(ROLES_OF + column) | <u8>((<u32>1) << role));
  }
  table.shift = option(5);
  table.first = option(6);
  table.addressIsHex = option(7) != 0;
}

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
  const byte = load<u8>(from);
  if ((from == end || isBlank(byte) || byte == 0x23) && isEmpty(from, end)) return out;
  const first = table.first;
  if (first != DATA) {
    if (first == BAD_HEADER) return bad(from, end, 'header', ADDRESS_NAMES);
    table.first = DATA;
    if (first == HEADER) return out;
  }
  if (!split(from, end)) return 0;
  let p = fieldOf(ADDRESS);
  let q = endOf(ADDRESS);
  if (!number(p, q, table.addressIsHex)) {
    if (first == EITHER) return out;
    return bad(p, q, 'address', ADDRESS_FORM);
  }
  if (found > u64.MAX_VALUE >> table.shift) return bad(p, q, 'address', ADDRESS_FORM);
  const address = found << table.shift;

  let op: u32 = READ;
  if (isUsed(OP)) {
    p = fieldOf(OP);
    q = endOf(OP);
    op = opOfWord(p, q);
    if (op == NONE) return bad(p, q, 'op', 'R, W, I, read, write, ifetch, load, store, 0, 1 or 2');
  }
  let size: u32 = 1;
  if (isUsed(SIZE)) {
    p = fieldOf(SIZE);
    q = endOf(SIZE);
    if (!number(p, q, false) || found == 0 || found > <u64>u32.MAX_VALUE) {
      return bad(p, q, 'size', 'a number of bytes from 1 to 4294967295');
    }
    size = <u32>found;
  }
  let pid: u32 = 1;
  if (isUsed(PID)) {
    p = fieldOf(PID);
    q = endOf(PID);
    if (!digits(p, q, MAX_PID)) return bad(p, q, 'pid', 'a decimal number from 0 to 16777215');
    pid = <u32>count;
  }
  put(out, address, size, op | (pid << PID_SHIFT));
  return out + RECORD_BYTES;
}

const ADDRESS_FORM: string = 'decimal, or 0x and hex digits, below 2^64';
const ADDRESS_NAMES: string =
  'a column named addr, address, vaddr, offset, lbn, sector, page or id, or --columns addr=N';

/** Finds the fields of the roles. False after a fault. */
function split(from: usize, end: usize): bool {
  const separator = table.separator;
  const columns = table.columns;
  for (let role: u32 = 0; role < ROLES; role++) setField(role, end, end);
  let p = from;
  for (let column: u32 = 0; column < columns; column++) {
    const q = columnEnd(p, end, separator);
    let a = p;
    let b = q;
    while (a < b && isBlank(load<u8>(a))) a++;
    const isQuoted = a < b && load<u8>(a) == QUOTE;
    let roles = <u32>load<u8>(ROLES_OF + column);
    if (isQuoted || roles != 0) {
      while (b > a && isBlank(load<u8>(b - 1))) b--;
      if (isQuoted) {
        if (b - a < 2 || load<u8>(b - 1) != QUOTE) {
          return fault.at(a, b, 'field', 'a closing quote before the separator');
        }
        a++;
        b--;
      }
      for (; roles != 0; roles &= roles - 1) setField(ctz(roles), a, b);
    }
    if (q >= end) break;
    p = q + 1;
  }
  return true;
}

function setField(role: u32, from: usize, to: usize): void {
  store<usize>(FROM + ((<usize>role) << 3), from);
  store<usize>(TO + ((<usize>role) << 3), to);
}

function fieldOf(role: u32): usize {
  return load<usize>(FROM + ((<usize>role) << 3));
}

function endOf(role: u32): usize {
  return load<usize>(TO + ((<usize>role) << 3));
}

function isUsed(role: u32): bool {
  return load<u32>(COLUMNS + ((<usize>role) << 2)) != NONE;
}

/** Value of the number that `number` recognised. */
let found: u64 = 0;

/** Decimal, or hex behind 0x; hex anyway if `isHex`. */
function number(from: usize, end: usize, isHex: bool): bool {
  const prefixed = end - from > 2 && (load<u16>(from) | 0x2000) == 0x7830;
  if (!prefixed && !isHex) {
    const is = digits(from, end, u64.MAX_VALUE);
    found = count;
    return is;
  }
  const is = hex(prefixed ? from + 2 : from, end);
  found = value;
  return is;
}
