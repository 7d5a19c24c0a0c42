import { nextRecord } from './binary';
import { fault } from './fault';
import { input } from './input';
import { RequestLayout, SIGNED } from './request-layout';
import { tellFact } from './told';

/**
 * The two headers of lcs files. Both begin and end with the magic number; behind it the newer one (8192 bytes) has a version, which says how requests look, the older one
 * (1024 bytes) a format string as Python's struct has it, and which fields are what. Without a good header there is nothing to read, so a
 * bad one ends lenient reading too.
 */
const MAGIC: u64 = 0x123456789abcdef0;
const NEWER: u32 = 8192;
const OLDER: u32 = 1024;
const MOST_VERSION: u64 = 8;

const FORMAT: usize = 8;
const FORMAT_BYTES: u32 = 240;
/** One byte each: number of the field from 1, 0 if there is none. */
const ID_FIELD: usize = 248;
const SIZE_FIELD: usize = 249;
const TIME_FIELD: usize = 250;
const NEXT_FIELD: usize = 252;
const OP_FIELD: usize = 253;
const FIELDS: usize = 1000;
const ITEM_BYTES: usize = 1004;
const VERSION: usize = 1008;

const FACT_VERSION: u32 = 6;
const FACT_REQUESTS: u32 = 7;
const FACT_OBJECTS: u32 = 8;

/** Reads the header into `layout` and goes behind it; false if it must be read again, with more bytes, or at a fault. */
export function lcsHeader(layout: RequestLayout): bool {
  if (!nextRecord(16, 'a header of 8192 or 1024 bytes')) return false;
  const p = input.at;
  if (load<u64>(p) != MAGIC) return bad(p, p + 8, 'magic number', '1311768467463790320');
  const version = load<u64>(p, 8);
  const isNewer = version >= 1 && version <= MOST_VERSION;
  const bytes = isNewer ? NEWER : OLDER;
  if (!nextRecord(bytes, isNewer ? 'a header of 8192 bytes' : 'a header of 1024 bytes')) return false;
  const last = p + bytes - 8;
  if (load<u64>(last) != MAGIC)
    return bad(last, last + 8, 'magic number at the end of the header', '1311768467463790320');
  if (isNewer) {
    layout.asLcs(<u32>version);
    tellFact(FACT_VERSION, version);
    tellFact(FACT_REQUESTS, load<u64>(p, 24));
    tellFact(FACT_OBJECTS, load<u64>(p, 32));
  } else if (!older(p, layout)) return false;
  input.at += bytes;
  return true;
}

function older(p: usize, layout: RequestLayout): bool {
  const format = p + FORMAT;
  if (load<u8>(format) != 0x3c) return badText(format, 'format', "'<', for little-endian fields without padding");
  let offset: u32 = 0;
  let fields: u32 = 0;
  while (fields + 1 < FORMAT_BYTES && load<u8>(format + 1 + fields) != 0) {
    const letter = format + 1 + fields++;
    const kind = kindOf(load<u8>(letter));
    if (kind == 0) return badText(letter, 'field', 'one of cbBhHiIlLqQfd');
    if (!place(p, layout, fields, offset, kind))
      return badText(letter, 'field', 'an integer for id, size, op and next');
    offset += kind & 0xf;
  }
  const count = p + FIELDS;
  if (load<u32>(count) != fields) return bad(count, count + 4, 'number of fields', 'as many as the format has letters');
  for (let which = ID_FIELD; which <= OP_FIELD; which++) {
    if (load<u8>(p + which) > fields)
      return bad(p + which, p + which + 1, 'number of a field', 'at most the number of fields');
  }
  if (layout.idKind == 0) return bad(p + ID_FIELD, p + ID_FIELD + 1, 'field of the id', '1 to the number of fields');
  const item = p + ITEM_BYTES;
  if (load<u32>(item) != offset) return bad(item, item + 4, 'size of a request', 'the sum of the sizes of its fields');
  layout.bytes = offset;
  tellFact(FACT_VERSION, load<u64>(p, VERSION));
  tellFact(FACT_REQUESTS, load<u64>(p, 488));
  tellFact(FACT_OBJECTS, load<u64>(p, 496));
  return true;
}

const FLOAT: u32 = 0x20;

/** Notes the field for what it is; false if that cannot be a fraction. */
function place(p: usize, layout: RequestLayout, field: u32, offset: u32, kind: u32): bool {
  let isWanted = false;
  if (load<u8>(p + ID_FIELD) == field) {
    layout.id = offset;
    layout.idKind = kind;
    isWanted = true;
  }
  if (load<u8>(p + SIZE_FIELD) == field) {
    layout.size = offset;
    layout.sizeKind = kind;
    isWanted = true;
  }
  if (load<u8>(p + TIME_FIELD) == field && (kind & FLOAT) == 0) {
    layout.time = offset;
    layout.timeKind = kind;
  }
  if (load<u8>(p + NEXT_FIELD) == field) {
    layout.next = offset;
    layout.nextKind = kind;
    isWanted = true;
  }
  if (load<u8>(p + OP_FIELD) == field) {
    layout.op = offset;
    layout.opKind = kind;
    isWanted = true;
  }
  return !isWanted || (kind & FLOAT) == 0;
}

/** Bytes, SIGNED and FLOAT of a letter; 0 if it is none. */
function kindOf(letter: u8): u32 {
  const upper = letter & 0xdf;
  const sign: u32 = letter == upper ? 0 : SIGNED;
  if (letter == 0x63) return 1 | SIGNED;
  if (upper == 0x42) return 1 | sign;
  if (upper == 0x48) return 2 | sign;
  if (upper == 0x49 || upper == 0x4c) return 4 | sign;
  if (upper == 0x51) return 8 | sign;
  if (letter == 0x66) return 4 | FLOAT;
  return letter == 0x64 ? 8 | FLOAT : 0;
}

function bad(from: usize, to: usize, what: string, expected: string): bool {
  fault.lenient = false;
  fault.number(from, to, what, expected);
  return fault.skip();
}

function badText(at: usize, what: string, expected: string): bool {
  fault.lenient = false;
  fault.at(at, at + 1, what, expected);
  return fault.skip();
}
