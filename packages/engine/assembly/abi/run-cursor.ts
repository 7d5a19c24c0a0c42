import { Column, column } from '../ds/column';
import { NONE, OP_IFETCH } from '../types';
import { FOLDED, OP_MASK, PID_SHIFT, RECORD } from './feed';

/**
 * A run: consecutive accesses of one process to a few members, a member being a page and an op, as the trace's records have them:
 *
 *   RUN      @0 u64 steps     @8 u32 accesses          @12 op 5 | members << 8 (8 bits) | step records << 16 (16 bits)
 *   MEMBER   @0 u64 address   @8 u32 its accesses      @12 op 6 | op of the access << 5 (2 bits) | pid << 8
 *   steps    a byte each: member << 4 | count, or member << 4 and the count as LEB128 behind it where it is above 15; zeros fill up
 *
 * The members stand in the order of their last access, the latest last.
 */
export const OP_RUN: u32 = 5;
const OP_MEMBER: u32 = 6;
const MOST_MEMBERS: u32 = 16;
const MEMBER_BYTES: u32 = 56;
/** Records that steps are written out to at a time. */
const ROOM: u32 = 256;

/** A member as it is needed while its run is played. */
export class Member {
  address: u64;
  /** Accesses to come. */
  left: u64;
  /** Of these, the ones in the part of the run that was taken last, and the step that ended in. */
  part: u64;
  last: u32;
  /** For who looks it up: its tag in the first-level TLB, its set, and its entry, NONE until it was found. */
  tag: u64;
  set: u32;
  entry: u32;
  op: u32;
}

/** Where in a run the machine is. Steps can be taken many at once, or be written out as plain records. */
export class RunCursor {
  pid: u32 = 0;
  members: u32 = 0;
  /** Accesses and steps to come. */
  accesses: u64 = 0;
  steps: u64 = 0;
  /** Steps taken. */
  taken: u64 = 0;
  /** Records of the group. */
  records: u32 = 0;
  /** Where plain records are written to. */
  plain: usize;

  /** The members of a part, in the order of their last access in it. */
  order: Column<u8>;

  private block: usize;
  private at: usize = 0;
  /** Of the members' accesses, folded reads by the process. */
  private meta: u32 = 0;

  constructor() {
    this.block = column<u64>(MOST_MEMBERS * (MEMBER_BYTES / 8)).at(0);
    this.plain = column<u64>(ROOM * 2).at(0);
    this.order = column<u8>(MOST_MEMBERS);
  }

  /** Goes to step `taken` of the group at `group`, before `end`; false if it is none that can be. */
  begin(group: usize, end: usize, taken: u64): bool {
    const meta = load<u32>(group, 12);
    const members = (meta >> 8) & 0xff;
    this.members = members;
    this.records = 1 + members + (meta >> 16);
    if (members - 1 >= MOST_MEMBERS || group + <usize>this.records * RECORD > end) return false;
    this.meta = (load<u32>(group + RECORD, 12) & ~0xff) | FOLDED;
    this.pid = this.meta >> PID_SHIFT;
    for (let i: u32 = 0; i < members; i++) {
      const record = group + <usize>(i + 1) * RECORD;
      const member = this.member(i);
      const own = load<u32>(record, 12);
      member.address = load<u64>(record);
      member.left = load<u32>(record, 8);
      member.op = (own >> 5) & 3;
      member.entry = NONE;
      if ((own & OP_MASK) != OP_MEMBER || own >> PID_SHIFT != this.pid || member.op > OP_IFETCH) return false;
    }
    this.steps = load<u64>(group);
    if (this.steps - 1 >= <u64>(meta >> 16) * RECORD) return false;
    this.accesses = load<u32>(group, 8);
    this.taken = 0;
    this.at = group + <usize>(1 + members) * RECORD;
    while (this.taken < taken && this.steps > 0) this.write(1);
    return true;
  }

  @inline
  member(index: u32): Member {
    return changetype<Member>(this.block + <usize>index * MEMBER_BYTES);
  }

  /**
   * Takes the steps before the first one of a member in `missing`, a bit mask, and fewer accesses than `room`: in each member's `part` their number,
   * in `order` the members that had any. Returns how many members these are.
   */
  take(missing: u32, room: u64): u32 {
    for (let i: u32 = 0; i < this.members; i++) this.member(i).part = 0;
    let left = this.steps;
    let at = this.at;
    let done: u64 = 0;
    let touched: u32 = 0;
    for (; left > 0; left--) {
      const step = load<u8>(at);
      const index: u32 = step >> 4;
      let count: u64 = step & 15;
      let next = at + 1;
      if (count == 0) {
        count = longCount(next);
        next = behindCount(next);
      }
      if (((missing >> index) & 1) != 0 || done + count >= room) break;
      const member = this.member(index);
      member.part += count;
      member.last = <u32>at;
      touched |= 1 << index;
      done += count;
      at = next;
    }
    this.at = at;
    this.taken += this.steps - left;
    this.steps = left;
    this.accesses -= done;
    return this.inOrder(touched);
  }

  /** Writes at most so many steps to `plain`; returns the end of what it wrote. */
  write(most: u64): usize {
    const steps = min<u64>(min<u64>(most, ROOM), this.steps);
    const end = this.plain + <usize>steps * RECORD;
    let at = this.at;
    for (let out = this.plain; out < end; out += RECORD) {
      const step = load<u8>(at++);
      let count: u64 = step & 15;
      if (count == 0) {
        count = longCount(at);
        at = behindCount(at);
      }
      const member = this.member(step >> 4);
      member.left -= count;
      this.accesses -= count;
      store<u64>(out, member.address);
      store<u32>(out, <u32>count, 8);
      store<u32>(out, this.meta | member.op, 12);
    }
    this.at = at;
    this.steps -= steps;
    this.taken += steps;
    return end;
  }

  /** Sorts the members in a bit mask by their last step. */
  private inOrder(touched: u32): u32 {
    const order = this.order;
    let count: u32 = 0;
    for (let rest = touched; rest != 0; rest &= rest - 1) {
      const index = ctz(rest);
      const member = this.member(index);
      member.left -= member.part;
      let place = count++;
      for (; place > 0; place--) {
        const before = order.get(place - 1);
        if (this.member(before).last < member.last) break;
        order.set(place, before);
      }
      order.set(place, <u8>index);
    }
    return count;
  }
}

/** A count in LEB128. */
function longCount(from: usize): u64 {
  let count: u64 = 0;
  let at = from;
  let shift: u64 = 0;
  for (; load<u8>(at) >= 0x80; at++) {
    count |= (<u64>(load<u8>(at) & 0x7f)) << shift;
    shift += 7;
  }
  return count | ((<u64>load<u8>(at)) << shift);
}

function behindCount(from: usize): usize {
  let at = from;
  while (load<u8>(at) >= 0x80) at++;
  return at + 1;
}
