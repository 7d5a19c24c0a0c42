import { nextRecord, skipRecord } from './binary';
import { input } from './input';
import { badFlags, FETCH_ONE, instructions, READ_ONE, slot, WRITE_ONE } from './instructions';
import { PID_SHIFT, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';

/**
 * The variant of ChampSim's records for CloudSuite: 4 + 4 registers from @10 on, u64 written[4] @24, u64 read[4] @56, u8 asid[2] @88, which is
 * the pid.
 */
const BYTES: u32 = 96;
const LAST: usize = RECORDS_END - 9 * RECORD_BYTES;

export function begin(): void {}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out <= LAST) {
    out = wholeRecords(out);
    if (out > LAST || !nextRecord(BYTES, 'records of 96 bytes')) break;
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
    const pid = (<u64>load<u16>(p, 88)) << (32 + PID_SHIFT);
    store<u64>(out, load<u64>(p));
    store<u64>(out, pid | FETCH_ONE, 8);
    out += RECORD_BYTES;
    for (let at = p; at < p + 32; at += 8) out = slot(out, load<u64>(at, 56), pid | READ_ONE);
    for (let at = p; at < p + 32; at += 8) out = slot(out, load<u64>(at, 24), pid | WRITE_ONE);
  }
  instructions.passed(start, p, BYTES, branches);
  return out;
}
