import { PID_SHIFT, put, RECORD_BYTES } from '../records';
import { MEMBERS_SHIFT, MOST_STEP_BYTES, memberMeta, RUN, STEP_RECORDS_SHIFT } from '../run-layout';
import { SLOTS } from './members';
import { pages } from './pages';

/**
 * The run that is being decoded: its steps by slot, until it is written as a group of records (run-layout.ts), or plainly if it is too short. Its
 * members are those of the 16 slots that it has used; a slot gets another page only when the run is over.
 */
export const STEPS: usize = memory.data(2048 + 32);
/** A step takes at most 4 bytes. */
export const STEPS_END: usize = STEPS + MOST_STEP_BYTES - 4;
/** Accesses by slot. */
export const COUNTS: usize = memory.data(16 * 4);
/** By slot the number of its member, in the high nibble. */
const NUMBERS: usize = memory.data(16);
/** Steps that make a run worth it: so many, and so many for each member. */
const FEWEST_STEPS: u32 = 4;
const STEPS_PER_MEMBER: u32 = 2;

/**
 * Writes the run to `out` and returns where it ends: `used` has a bit for each slot, `steps` are at STEPS up to `end`, the order of `pages` is that of the
 * last uses. `isLong`: some steps have more than a byte.
 */
export function writeRun(out: usize, used: u32, steps: u32, end: usize, isLong: bool): usize {
  const bytes = <u32>(end - STEPS);
  const members = <u32>popcnt(used);
  const stepRecords = (bytes + 15) >> 4;
  if (steps < FEWEST_STEPS + STEPS_PER_MEMBER * members || 1 + members + stepRecords >= steps) {
    return writePlain(out, end);
  }
  const order = pages.order;
  let accesses: u32 = 0;
  let member = out + RECORD_BYTES;
  let number: u32 = 0;
  // From the slot used least recently to the one used last.
  for (let lane: u32 = 16; lane-- > 0; ) {
    const slot = <u32>i8x16.extract_lane_u(i8x16.swizzle(order, i8x16.splat(<i8>lane)), 0);
    if (((used >> slot) & 1) == 0) continue;
    const from = SLOTS + ((<usize>slot) << 4);
    const count = load<u32>(COUNTS + ((<usize>slot) << 2));
    put(member, load<u64>(from), count, memberMeta(load<u32>(from, 12)));
    store<u8>(NUMBERS + slot, <u8>(number << 4));
    accesses += count;
    number++;
    member += RECORD_BYTES;
  }
  put(out, steps, accesses, RUN | (members << MEMBERS_SHIFT) | (stepRecords << STEP_RECORDS_SHIFT));
  const numbers = v128.load(NUMBERS);
  const low = i8x16.splat(0x0f);
  let to = member;
  if (isLong) return writeLong(to, end, to + ((<usize>stepRecords) << 4));
  for (let from = STEPS; from < end; from += 16) {
    const bytes = v128.load(from);
    const slots = v128.and(i16x8.shr_u(bytes, 4), low);
    v128.store(to, v128.or(i8x16.swizzle(numbers, slots), v128.and(bytes, low)));
    to += 16;
  }
  const rest = <usize>(bytes & 15);
  if (rest != 0) memory.fill(to - 16 + rest, 0, 16 - rest);
  return to;
}

function writeLong(out: usize, end: usize, limit: usize): usize {
  let to = out;
  for (let from = STEPS; from < end; ) {
    const step = load<u8>(from++);
    store<u8>(to++, load<u8>(NUMBERS + (step >> 4)) | (step & 15));
    if ((step & 15) != 0) continue;
    let more: u8;
    do {
      more = load<u8>(from++);
      store<u8>(to++, more);
    } while (more >= 0x80);
  }
  memory.fill(to, 0, limit - to);
  return limit;
}

function writePlain(out: usize, end: usize): usize {
  let to = out;
  for (let from = STEPS; from < end; ) {
    const step = load<u8>(from++);
    let count: u32 = step & 15;
    for (let shift: u32 = 0; (step & 15) == 0; shift += 7) {
      const more = load<u8>(from++);
      count |= (<u32>more & 0x7f) << shift;
      if (more < 0x80) break;
    }
    const slot = SLOTS + ((<usize>(step >> 4)) << 4);
    put(to, load<u64>(slot), count, load<u32>(slot, 12));
    to += RECORD_BYTES;
  }
  return to;
}

/** The slots whose members are of this process. */
export function slotsOf(pid: u32): u32 {
  let slots: u32 = 0;
  for (let slot: u32 = 0; slot < 16; slot++) {
    slots |= u32(load<u32>(SLOTS + ((<usize>slot) << 4), 12) >> PID_SHIFT == pid) << slot;
  }
  return slots;
}
