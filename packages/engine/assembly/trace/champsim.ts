import { nextRecord, skipRecord } from './binary';
import { input } from './input';
import { badFlags, FETCH_ONE, instructions, READ_ONE, slot, WRITE_ONE } from './instructions';
import { PID_SHIFT, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';

/**
 * ChampSim's records, one an instruction: u64 ip, u8 is_branch, u8 branch_taken @9, 2 + 4 registers, u64 written[2] @16, u64 read[4] @32. The fetch, the
 * reads, the writes; slots with 0 are unused. No sizes, no process: 1 byte, pid 1.
 */
const BYTES: u32 = 64;
const LAST: usize = RECORDS_END - 7 * RECORD_BYTES;
const PID: u64 = (<u64>1) << (32 + PID_SHIFT);

export function begin(): void {}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out <= LAST) {
    out = wholeRecords(out);
    if (out > LAST || !nextRecord(BYTES, 'records of 64 bytes')) break;
    // Only bad flags stop it elsewhere.
    badFlags(input.at);
    if (!skipRecord(BYTES)) break;
  }
  instructions.tell();
  const records = <u32>((out - RECORDS) / RECORD_BYTES);
  tally.accesses += records;
  return records;
}

function wholeRecords(first: usize): usize {
  const start = input.at;
  const end = input.end;
  let branches: u32 = 0;
  let out = first;
  let p = start;
  for (; out <= LAST && p + BYTES <= end; p += BYTES) {
    const flags = <u32>load<u16>(p, 8);
    if ((flags & 0xfefe) != 0) break;
    branches += flags & 1;
    store<u64>(out, load<u64>(p));
    store<u64>(out, PID | FETCH_ONE, 8);
    out += RECORD_BYTES;
    out = slot(out, load<u64>(p, 32), PID | READ_ONE);
    out = slot(out, load<u64>(p, 40), PID | READ_ONE);
    out = slot(out, load<u64>(p, 48), PID | READ_ONE);
    out = slot(out, load<u64>(p, 56), PID | READ_ONE);
    out = slot(out, load<u64>(p, 16), PID | WRITE_ONE);
    out = slot(out, load<u64>(p, 24), PID | WRITE_ONE);
  }
  instructions.passed(start, p, BYTES, branches);
  return out;
}
