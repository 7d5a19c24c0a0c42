import { bad, columnEnd, count, digits, isEmpty } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';

/** `r|w,address,size,tick`, in decimal: what gem5's own script makes packets of. The pid is 1. */
const META: u32 = 1 << PID_SHIFT;
const COMMA: u8 = 0x2c;
const NUMBER: string = 'a decimal number below 2^64';

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
  let p = from;
  let q = columnEnd(p, end, COMMA);
  const command = q - p == 1 ? load<u8>(p) : 0;
  if (command != 0x72 && command != 0x77) {
    if (isEmpty(from, end)) return out;
    return bad(p, q, 'command', 'r or w');
  }
  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u64.MAX_VALUE)) return bad(p, q, 'address', NUMBER);
  const address = count;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u32.MAX_VALUE) || count == 0) {
    return bad(p, q, 'size', 'a number of bytes from 1 to 4294967295');
  }
  const size = <u32>count;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u64.MAX_VALUE)) return bad(p, q, 'tick', NUMBER);
  if (q < end) return bad(q, end, 'text', 'the end of the line behind 4 columns');
  put(out, address, size, META | (command == 0x72 ? READ : WRITE));
  return out + RECORD_BYTES;
}
