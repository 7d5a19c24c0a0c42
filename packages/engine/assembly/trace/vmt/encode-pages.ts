import { OP_MASK, PID_SHIFT } from '../records';
import { putByte, putVarint } from './columns';
import {
  ADDRESSES,
  EXTENTS,
  JUMPS,
  NEW_MEMBER,
  NO_RANK,
  PAGES_FOLDED,
  PAGES_PID,
  PAGES_WHOLE,
  PIDS,
  TOKENS,
  zigzag,
} from './layout';
import { LEAST_RECENT, SLOTS, startMembers, TO_FRONT } from './members';

/**
 * Folded accesses as ranks in the order of the (pid, page, op) used last. A loop gives the same ranks wherever its pages are, and whatever was
 * there before, so that compression finds it again.
 */
let order: v128 = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
let shift: u64 = 0;
/** Of the last event but operations, or of a pid since. */
let process: u32 = 0;
/** Of the last record that has its own. */
let last: u64 = 0;

export function startPages(pageShift: u64): void {
  shift = pageShift;
  order = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  process = 0;
  last = 0;
  startMembers();
}

export function member(address: u64, count: u32, meta: u32): void {
  const inToken = count < 16;
  if ((address >> shift) << shift != address) {
    other(meta, PAGES_FOLDED);
    putVarint(EXTENTS, count);
    putAddress(address);
    return;
  }
  let rank: u32 = 0;
  for (; rank < LEAST_RECENT; rank++) {
    const slot = SLOTS + ((<usize>lane(rank)) << 4);
    if (load<u64>(slot) == address && load<u32>(slot, 12) == meta) break;
  }
  if (rank < LEAST_RECENT) {
    putByte(TOKENS, (rank << 4) | (inToken ? count : 0));
    if (!inToken) putVarint(EXTENTS, count);
    order = toFront(order, rank);
    process = meta >> PID_SHIFT;
    return;
  }
  const before = load<u64>(front(order)) >> shift;
  other(meta, NEW_MEMBER);
  putVarint(EXTENTS, count);
  putVarint(JUMPS, zigzag((address >> shift) - before));
  order = toFront(order, LEAST_RECENT);
  const slot = front(order);
  store<u64>(slot, address);
  store<u32>(slot, meta, 12);
}

export function wholeInPages(address: u64, size: u32, op: u32, pid: u32): void {
  other(op | (pid << PID_SHIFT), PAGES_WHOLE);
  putVarint(EXTENTS, size);
  putAddress(address);
}

function other(meta: u32, what: u32): void {
  const pid = meta >> PID_SHIFT;
  if (pid != process) {
    putByte(TOKENS, NO_RANK | PAGES_PID);
    putVarint(PIDS, pid);
    process = pid;
  }
  putByte(TOKENS, NO_RANK | (what + (meta & OP_MASK)));
}

function putAddress(address: u64): void {
  putVarint(ADDRESSES, zigzag(address - last));
  last = address;
}

/** A lane by a number that is not constant. */
function lane(rank: u32): u32 {
  return i8x16.extract_lane_u(i8x16.swizzle(order, i8x16.splat(<i8>rank)), 0);
}

function toFront(order: v128, rank: u32): v128 {
  return i8x16.swizzle(order, v128.load(TO_FRONT + ((<usize>rank) << 4)));
}

/** The slot used last. */
function front(order: v128): usize {
  return SLOTS + ((<usize>i8x16.extract_lane_u(order, 0)) << 4);
}
