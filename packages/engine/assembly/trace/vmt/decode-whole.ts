import { FOLDED, IFETCH, MAX_PID, PID_SHIFT, put, RECORD_BYTES, RECORDS_END } from '../records';
import {
  ADDRESSES,
  AGAIN,
  EXTENTS,
  HISTORY_BYTES,
  historyOf,
  JUMPS,
  LAST_PLACE,
  NEAR,
  OTHER_FOLDED,
  OTHER_OPERATION,
  OTHER_PID,
  PIDS,
  SAME,
  SEQUENTIAL,
  SIZE_SHIFT,
  SIZES,
  TOKENS,
  unzigzag,
} from './layout';
import { at, bad, endOf, setAt, take, takeUpTo } from './payload';
import { progress } from './progress';
import { room } from './room';

/** The reverse of encode-whole.ts. */
let history: usize = 0;
let fetch: u64 = 0;
let next: u64 = 0;
let data: u64 = 0;
let place: u32 = 0;
/** The process, at its place in a record. */
let process: u32 = 0;

export function startWhole(): void {
  if (history == 0) history = room(HISTORY_BYTES);
  memory.fill(history, 0, HISTORY_BYTES);
  fetch = 0;
  next = 0;
  data = 0;
  place = 0;
  process = 0;
}

export function decodeWhole(): void {
  const first = progress.out;
  const end = endOf(TOKENS);
  const known = history;
  let p = at(TOKENS);
  let out = first;
  let instead: u64 = 0;
  while (p < end && out < RECORDS_END) {
    const token = <u32>load<u8>(p++);
    const op = token & 3;
    if (op == IFETCH) {
      let size = token >> SIZE_SHIFT;
      if (size == 0) size = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
      let address = next;
      if ((token & SEQUENTIAL) == 0) address += unzigzag(take(JUMPS));
      fetch = address;
      next = address + size;
      place = 0;
      put(out, address, size, IFETCH | process);
      out += RECORD_BYTES;
    } else if (op < IFETCH) {
      const entry = known + historyOf(fetch, place);
      if (place < LAST_PLACE) place++;
      const way = (token >> 2) & 3;
      let address = way == NEAR ? data : load<u64>(entry);
      if (way != SAME) address += unzigzag(difference());
      if (way > AGAIN) bad(p - 1, 'an unknown token');
      let size = <u32>load<u16>(SIZES + ((<usize>(token >> SIZE_SHIFT)) << 1));
      if (size == 0) size = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
      store<u64>(entry, address);
      data = address;
      put(out, address, size, op | process);
      out += RECORD_BYTES;
    } else {
      const what = token >> 2;
      if (what == OTHER_PID) {
        process = takeUpTo(PIDS, 0, MAX_PID) << PID_SHIFT;
        continue;
      }
      if (what == OTHER_OPERATION) {
        progress.waiting = progress.hasRoom(out);
        if (!progress.waiting) p--;
        else progress.events++;
        break;
      }
      if (what > OTHER_FOLDED + IFETCH) {
        bad(p - 1, 'an unknown token');
        break;
      }
      const count = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
      data += unzigzag(difference());
      put(out, data, count, (what - OTHER_FOLDED) | FOLDED | process);
      out += RECORD_BYTES;
      instead += <u64>count - 1;
    }
  }
  const records = <u32>((out - first) / RECORD_BYTES);
  progress.events += records;
  progress.accesses += records + instead;
  progress.out = out;
  setAt(TOKENS, p);
}

/** The next of the column that most accesses need: one byte in most cases. */
function difference(): u64 {
  const from = at(ADDRESSES);
  if (from + 1 < endOf(ADDRESSES)) {
    const byte = <u64>load<u8>(from);
    if (byte < 0x80) {
      setAt(ADDRESSES, from + 1);
      return byte;
    }
  }
  return take(ADDRESSES);
}
