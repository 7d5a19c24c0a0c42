import { bad, columnEnd, count, digits, isEmpty, isWord } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { option } from './options';
import { MAX_PID, PID_SHIFT, put, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';

/** Tencent's cloud block storage: timestamp, offset and size in sectors, 0 or 1, volume, which is the pid. */
const COMMA: u8 = 0x2c;
const SECTOR: u64 = 512;
const LAST_SECTOR: u64 = u64.MAX_VALUE / 512;
const MOST_SECTORS: u64 = 8_388_607;

let isSplit: bool = false;

/** Option 0: 1 if an access has its size, 0 if it is its first byte. */
export function begin(): void {
  isSplit = option(0) != 0;
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
  let p = from;
  let q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u64.MAX_VALUE)) {
    if (isEmpty(from, end) || isWord(from, end, 'timestamp,offset,size,iotype,volumeid')) return out;
    return bad(p, q, 'timestamp', 'a decimal number below 2^64');
  }
  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, LAST_SECTOR)) return bad(p, q, 'offset', '512-byte sectors, a decimal number below 2^55');
  const address = count * SECTOR;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, MOST_SECTORS) || count == 0) return bad(p, q, 'size', '512-byte sectors, from 1 to 8388607');
  const size = <u32>(count * SECTOR);

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  const op = q - p == 1 ? <u32>load<u8>(p) - 0x30 : 2;
  if (op > 1) return bad(p, q, 'type', '0 (read) or 1 (write)');

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, MAX_PID)) return bad(p, q, 'volume', 'a decimal number from 0 to 16777215');
  if (q < end) return bad(q, end, 'text', 'the end of the line behind 5 columns');
  put(out, address, isSplit ? size : 1, op | ((<u32>count) << PID_SHIFT));
  return out + RECORD_BYTES;
}
