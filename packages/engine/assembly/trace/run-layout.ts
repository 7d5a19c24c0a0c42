/**
 * A group of records that stands for a run: consecutive folded accesses by one pid to at most 16 members, a member being a page and
 * an op. Nothing is lost: the steps say which member each access was to, in order. 16 bytes each, little-endian, side by side in one chunk:
 *
 *   RUN      @0 u64 steps     @8 u32 accesses          @12 op 5 | members << 8 (8 bits) | step records << 16 (16 bits)
 *   MEMBER   @0 u64 address   @8 u32 its accesses      @12 op 6 | op of the access << 5 (2 bits) | pid << 8
 *   steps    a byte each: member << 4 | count, or member << 4 and the count as LEB128 behind it where it is above 15; zeros fill up
 *
 * There is a MEMBER for each member, in order of their last access, the latest last.
 */
import { FOLDED, OP_MASK, RECORD_BYTES } from './records';

export const RUN: u32 = 5;
export const MEMBER: u32 = 6;
export const MEMBERS_SHIFT: u32 = 8;
export const STEP_RECORDS_SHIFT: u32 = 16;
export const MEMBER_OP_SHIFT: u32 = 5;

export const MOST_MEMBERS: u32 = 16;
/** Bytes of steps. */
export const MOST_STEP_BYTES: u32 = 2048;
/** Records of a group. */
export const MOST_RECORDS: u32 = 1 + MOST_MEMBERS + MOST_STEP_BYTES / 16;
/** A count that is larger stays outside of runs, so that the sums of a run have 32 bits. */
export const MOST_COUNT: u32 = 1 << 20;
/** Counts of so many are in the byte of their step. */
export const SHORT_COUNT: u32 = 15;

/** The meta word of a member, given that of its accesses: folded, read, write or ifetch. */
export function memberMeta(meta: u32): u32 {
  return MEMBER | ((meta & OP_MASK) << MEMBER_OP_SHIFT) | (meta & 0xffff_ff00);
}

/** The meta word of the accesses of a member. */
export function accessMeta(member: u32): u32 {
  return ((member >> MEMBER_OP_SHIFT) & 3) | FOLDED | (member & 0xffff_ff00);
}

export function membersOf(group: usize): u32 {
  return (load<u32>(group, 12) >> MEMBERS_SHIFT) & 0xff;
}

export function recordsOf(group: usize): u32 {
  return 1 + membersOf(group) + (load<u32>(group, 12) >> STEP_RECORDS_SHIFT);
}

export function memberAt(group: usize, member: u32): usize {
  return group + (1 + <usize>member) * RECORD_BYTES;
}

/** Where the steps begin. */
export function stepsAt(group: usize): usize {
  return memberAt(group, membersOf(group));
}
