import { FOLDED, IFETCH, OP_MASK, PID_SHIFT, put, RECORD_BYTES } from './records';
import {
  MEMBERS_SHIFT,
  MOST_COUNT,
  MOST_MEMBERS,
  MOST_STEP_BYTES,
  memberMeta,
  RUN,
  SHORT_COUNT,
  STEP_RECORDS_SHIFT,
} from './run-layout';

/**
 * Gathers runs. Programs alternate between a few pages of code, stack and heap, so that folding neighbours alone halves the records at best.
 * A run takes accesses as long as their page was touched with the same op a short while ago, and has not more than 16 members. The first
 * access after a while to a page stays a record of its own: it is the one that may miss a TLB or fault, and behind it the run has nothing but
 * hits in any TLB that is not small. A run of too few steps for its members stays as it was.
 */

/** Places in the table of pages touched lately. */
const TABLE_BITS: u32 = 9;
/** @0 u64 address, @8 u32 meta, @12 u32 time, @16 u32 run, @20 u32 member */
const PLACE_BYTES: u32 = 24;
const TABLE: usize = memory.data(512 * 24);
/** How long ago "lately" may be, in members that runs had and records outside of runs. */
const WINDOW: u32 = 256;
/** Steps that make a run worth it: so many, and so many for each member. */
const FEWEST_STEPS: u32 = 4;
const STEPS_PER_MEMBER: u32 = 2;

/** @0 u64 address, @8 u32 meta, @12 u32 accesses, @16 u32 its last step byte, @20 u32 its place in the table */
const MEMBER_BYTES: u32 = 24;
const MEMBERS: usize = memory.data(16 * 24);
const STEPS: usize = memory.data(2048 + 16);
/** A step takes at most 1 + 3 bytes. */
const STEPS_END: usize = STEPS + MOST_STEP_BYTES - 4;
const RANKS: usize = memory.data(16);

class Gather {
  /** Where the next record goes. The run held back makes MOST_RECORDS records at most. */
  out: usize = 0;
  /** Of the run held back. */
  private members: u32 = 0;
  private steps: u32 = 0;
  private accesses: u32 = 0;
  private pid: u32 = 0;
  private at: usize = STEPS;
  /** Its number, from 1. */
  private run: u32 = 1;
  private time: u32 = WINDOW;

  /** The next record. Operations and accesses that are not folded pass. */
  take(address: u64, extent: u32, meta: u32): void {
    if ((meta & (OP_MASK | FOLDED)) - FOLDED > IFETCH || extent >= MOST_COUNT) {
      this.flush();
      this.pass(address, extent, meta);
      return;
    }
    if (this.at > STEPS_END) this.flush();
    const place = placeOf(address, meta);
    const isKnown = load<u64>(place) == address && load<u32>(place, 8) == meta;
    if (isKnown && load<u32>(place, 16) == this.run) {
      this.step(load<u32>(place, 20), extent);
      return;
    }
    const isRecent = isKnown && this.time - load<u32>(place, 12) <= WINDOW;
    if (!isRecent || this.members == MOST_MEMBERS || meta >> PID_SHIFT != this.pid) this.flush();
    this.time++;
    if (isRecent) {
      this.step(this.addMember(address, meta, place), extent);
      return;
    }
    this.pass(address, extent, meta);
    store<u64>(place, address);
    store<u32>(place, meta, 8);
    store<u32>(place, this.time, 12);
    store<u32>(place, 0, 16);
  }

  /** Writes the run that is held back. */
  flush(): void {
    if (this.members == 0) return;
    const bytes = <u32>(this.at - STEPS);
    const records: u32 = 1 + this.members + ((bytes + 15) >> 4);
    const pays = this.steps >= FEWEST_STEPS + STEPS_PER_MEMBER * this.members && records < this.steps;
    if (pays) this.putGroup((bytes + 15) >> 4);
    else this.putPlain();
    for (let i: u32 = 0; i < this.members; i++) store<u32>(load<u32>(memberOf(i), 20), this.time, 12);
    this.members = 0;
    this.steps = 0;
    this.accesses = 0;
    this.at = STEPS;
    this.run++;
  }

  private pass(address: u64, extent: u32, meta: u32): void {
    put(this.out, address, extent, meta);
    this.out += RECORD_BYTES;
  }

  private addMember(address: u64, meta: u32, place: usize): u32 {
    const index = this.members++;
    const member = memberOf(index);
    put(member, address, meta, 0);
    store<u32>(member, <u32>place, 20);
    store<u32>(place, this.run, 16);
    store<u32>(place, index, 20);
    this.pid = meta >> PID_SHIFT;
    return index;
  }

  private step(index: u32, count: u32): void {
    const member = memberOf(index);
    let at = this.at;
    store<u32>(member, load<u32>(member, 12) + count, 12);
    store<u32>(member, <u32>(at - STEPS), 16);
    this.steps++;
    this.accesses += count;
    if (count <= SHORT_COUNT) {
      store<u8>(at, <u8>((index << 4) | count));
      this.at = at + 1;
      return;
    }
    store<u8>(at++, <u8>(index << 4));
    for (; count >= 0x80; count >>= 7) store<u8>(at++, <u8>(count | 0x80));
    store<u8>(at++, <u8>count);
    this.at = at;
  }

  private putGroup(stepRecords: u32): void {
    const members = this.members;
    const group = this.out;
    put(group, this.steps, this.accesses, RUN | (members << MEMBERS_SHIFT) | (stepRecords << STEP_RECORDS_SHIFT));
    for (let i: u32 = 0; i < members; i++) {
      const member = memberOf(i);
      const rank = this.rankOf(i);
      store<u8>(RANKS + i, <u8>(rank << 4));
      const at = group + (1 + <usize>rank) * RECORD_BYTES;
      put(at, load<u64>(member), load<u32>(member, 12), memberMeta(load<u32>(member, 8)));
    }
    let out = group + (1 + <usize>members) * RECORD_BYTES;
    const end = out + <usize>stepRecords * RECORD_BYTES;
    for (let at = STEPS; at < this.at; ) {
      const step = load<u8>(at++);
      store<u8>(out++, load<u8>(RANKS + (step >> 4)) | (step & 15));
      if ((step & 15) != 0) continue;
      let more: u8;
      do {
        more = load<u8>(at++);
        store<u8>(out++, more);
      } while (more >= 0x80);
    }
    memory.fill(out, 0, end - out);
    this.out = end;
  }

  /** How many members were touched for the last time before this one. */
  private rankOf(index: u32): u32 {
    const last = load<u32>(memberOf(index), 16);
    let rank: u32 = 0;
    for (let i: u32 = 0; i < this.members; i++) rank += u32(load<u32>(memberOf(i), 16) < last);
    return rank;
  }

  private putPlain(): void {
    for (let at = STEPS; at < this.at; ) {
      const step = load<u8>(at++);
      let count: u32 = step & 15;
      for (let shift: u32 = 0; (step & 15) == 0; shift += 7) {
        const more = load<u8>(at++);
        count |= (<u32>more & 0x7f) << shift;
        if (more < 0x80) break;
      }
      const member = memberOf(step >> 4);
      this.pass(load<u64>(member), count, load<u32>(member, 8));
    }
  }
}

export const gather = new Gather();

/**
 * Adds `records` plain records at `from` to what is at `gather.out`: not more than these, and at any time the run held back. There must be room
 * for that.
 */
export function gatherRecords(from: usize, records: u32): void {
  const end = from + <usize>records * RECORD_BYTES;
  for (let at = from; at < end; at += RECORD_BYTES) gather.take(load<u64>(at), load<u32>(at, 8), load<u32>(at, 12));
}

function memberOf(index: u32): usize {
  return MEMBERS + <usize>index * MEMBER_BYTES;
}

/** Of 4 KiB pages next to each other and of the ops of a page. */
function placeOf(address: u64, meta: u32): usize {
  const key =
    (address >> 12) ^ (address >> 21) ^ (address >> 30) ^ ((<u64>(meta & 3)) << 7) ^ (<u64>(meta >> PID_SHIFT) * 37);
  return TABLE + <usize>(key & ((1 << TABLE_BITS) - 1)) * PLACE_BYTES;
}
