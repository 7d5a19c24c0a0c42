import { bad, columnEnd, count, digits, isEmpty, isWord } from './fields';
import { input } from './input';
import { nextLine, skipLine } from './lines';
import { option } from './options';
import { PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';

/**
 * MSR Cambridge: timestamp, host, disk, Read or Write, offset and size in bytes, response time. Volumes, which are a host and a disk, become
 * pids in the order of their appearance.
 */
const COMMA: u8 = 0x2c;
const MOST_VOLUMES: u32 = 1024;
const MOST_HOST: usize = 63;
const NUMBER: string = 'a decimal number below 2^64';

/** Of each volume 80 bytes: its length, then "host,disk", at most 74. */
const VOLUME_BYTES: usize = 80;
const VOLUMES: usize = memory.data(1024 * 80);
let volumes: u32 = 0;
let lastVolume: u32 = 0;
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
    if (isEmpty(from, end)) return out;
    if (isWord(from, end, 'timestamp,hostname,disknumber,type,offset,size,responsetime')) return out;
    return bad(p, q, 'timestamp', NUMBER);
  }
  const host = min(q + 1, end);
  q = columnEnd(host, end, COMMA);
  if (q == host || q - host > MOST_HOST) return bad(host, q, 'host name', '1 to 63 bytes');
  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (q - p > 10 || !digits(p, q, u32.MAX_VALUE)) return bad(p, q, 'disk number', 'a decimal number below 2^32');
  const volumeEnd = q;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  const isRead = isWord(p, q, 'read');
  if (!isRead && !isWord(p, q, 'write')) return bad(p, q, 'type', 'Read or Write');

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u64.MAX_VALUE)) return bad(p, q, 'offset', NUMBER);
  const address = count;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u32.MAX_VALUE) || count == 0) {
    return bad(p, q, 'size', 'a number of bytes from 1 to 4294967295');
  }
  const size = <u32>count;

  p = min(q + 1, end);
  q = columnEnd(p, end, COMMA);
  if (!digits(p, q, u64.MAX_VALUE)) return bad(p, q, 'response time', NUMBER);
  if (q < end) return bad(q, end, 'text', 'the end of the line behind 7 columns');

  const pid = pidOf(host, volumeEnd);
  if (pid == 0) return bad(host, volumeEnd, 'volume', 'at most 1024 different ones');
  put(out, address, isSplit ? size : 1, (isRead ? READ : WRITE) | (pid << PID_SHIFT));
  return out + RECORD_BYTES;
}

/** From 1 on; 0 if there are too many. */
function pidOf(from: usize, end: usize): u32 {
  const length = end - from;
  if (lastVolume < volumes && isVolume(lastVolume, from, length)) return lastVolume + 1;
  for (let volume: u32 = 0; volume < volumes; volume++) {
    if (isVolume(volume, from, length)) {
      lastVolume = volume;
      return volume + 1;
    }
  }
  if (volumes == MOST_VOLUMES) return 0;
  const place = VOLUMES + <usize>volumes * VOLUME_BYTES;
  store<u32>(place, <u32>length);
  memory.copy(place + 4, from, length);
  lastVolume = volumes;
  return ++volumes;
}

function isVolume(volume: u32, from: usize, length: usize): bool {
  const place = VOLUMES + <usize>volume * VOLUME_BYTES;
  return load<u32>(place) == <u32>length && memory.compare(place + 4, from, length) == 0;
}
