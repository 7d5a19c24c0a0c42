import { PID_SHIFT } from '../records';

/**
 * Members that have left the table of 16 a short while ago. Who comes back from there can go on with a run, whoever comes from farther may miss
 * a TLB or fault, and stays a record of its own. Nothing but speed depends on it.
 */

/** @0 u64 address  @8 u32 meta  @12 u32 time */
const PLACES: u32 = 512;
const TABLE: usize = memory.data(512 * 16);
/** How long ago, in members that left. */
const WINDOW: u32 = 256;
let time: u32 = WINDOW;

export function left(address: u64, meta: u32): void {
  const place = placeOf(address, meta);
  store<u64>(place, address);
  store<u32>(place, meta, 8);
  store<u32>(place, ++time, 12);
}

export function isRecent(address: u64, meta: u32): bool {
  const place = placeOf(address, meta);
  return load<u64>(place) == address && load<u32>(place, 8) == meta && time - load<u32>(place, 12) <= WINDOW;
}

/** Pages next to each other and the ops of a page have places of their own. */
function placeOf(address: u64, meta: u32): usize {
  const page = <u32>(address >> 12) ^ <u32>(address >> 21) ^ <u32>(address >> 30);
  return TABLE + ((<usize>((page ^ ((meta & 3) << 7) ^ ((meta >> PID_SHIFT) * 37)) & (PLACES - 1))) << 4);
}
