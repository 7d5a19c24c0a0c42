import { fault } from './fault';
import { input } from './input';
import { IFETCH, READ, RECORD_BYTES, WRITE } from './records';
import { tellFact } from './told';

/** What records of instructions have in common, be they ChampSim's or CloudSuite's. */

/** The upper half of an access of 1 byte: extent and meta, the pid being 0. */
export const READ_ONE: u64 = 1 | ((<u64>READ) << 32);
export const WRITE_ONE: u64 = 1 | ((<u64>WRITE) << 32);
export const FETCH_ONE: u64 = 1 | ((<u64>IFETCH) << 32);

const FACT_INSTRUCTIONS: u32 = 0;
const FACT_BRANCHES: u32 = 1;

class Instructions {
  private count: u64 = 0;
  private branches: u64 = 0;

  /** The window was read from … to. */
  passed(from: usize, to: usize, bytes: u32, branches: u32): void {
    const records = (to - from) / bytes;
    this.count += records;
    this.branches += branches;
    input.at = to;
    input.line += records;
  }

  tell(): void {
    tellFact(FACT_INSTRUCTIONS, this.count);
    tellFact(FACT_BRANCHES, this.branches);
  }
}

export const instructions = new Instructions();

/** Writes the access and goes behind it, unless the address is 0: no branch, since which slots are used cannot be predicted. */
export function slot(out: usize, address: u64, upper: u64): usize {
  store<u64>(out, address);
  store<u64>(out, upper, 8);
  return out + select<usize>(RECORD_BYTES, 0, address != 0);
}

/** Describes what is wrong with is_branch or branch_taken of the record at `p`. */
export function badFlags(p: usize): void {
  const isFirst = load<u8>(p, 8) > 1;
  const place = p + (isFirst ? 8 : 9);
  if (isFirst) fault.number(place, place + 1, 'is_branch', '0 or 1');
  else fault.number(place, place + 1, 'branch_taken', '0 or 1');
}
