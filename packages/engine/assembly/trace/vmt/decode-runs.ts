import { FOLDED, IFETCH, MAX_PID, PID_SHIFT, RECORD_BYTES, RECORDS_END } from '../records';
import { MOST_RECORDS } from '../run-layout';
import {
  ADDRESSES,
  EXTENTS,
  JUMPS,
  NEW_MEMBER,
  NO_RANK,
  PAGES_FOLDED,
  PAGES_OPERATION,
  PAGES_PID,
  PAGES_WHOLE,
  PIDS,
  TOKENS,
  unzigzag,
} from './layout';
import { LEAST_RECENT, SLOTS, TO_FRONT } from './members';
import { pages } from './pages';
import { at, bad, endOf, setAt, take, takeUpTo } from './payload';
import { progress } from './progress';
import { isRecent, left } from './recent';
import { fits, run } from './run';
import { COUNTS, STEPS_END } from './run-builder';

/**
 * As decode-pages.ts, with groups of records in the place of the accesses that make a run. Tokens are steps nearly as they are: only the
 * rank has to become the slot that it means.
 */
const LIMIT: usize = RECORDS_END - <usize>(MOST_RECORDS + 1) * RECORD_BYTES;

let order: v128 = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
let process: u32 = 0;
let accesses: u64 = 0;

export function decodeRuns(): void {
  const end = endOf(TOKENS);
  const first = at(TOKENS);
  let p = first;
  let pids: u32 = 0;
  order = pages.order;
  process = pages.process;
  accesses = 0;
  run.begin(progress.out, process >> PID_SHIFT);
  while (run.out < LIMIT) {
    p = steps(p, end);
    if (p >= end) break;
    if (run.end > STEPS_END) {
      run.flush(order);
      continue;
    }
    const token = <u32>load<u8>(p++);
    const what = token & 15;
    if (token < NO_RANK) step(token);
    else if (what == PAGES_PID) {
      process = takeUpTo(PIDS, 0, MAX_PID) << PID_SHIFT;
      pids++;
    } else if (what == PAGES_OPERATION) {
      run.flush(order);
      progress.waiting = progress.hasRoom(run.out);
      if (!progress.waiting) p--;
      break;
    } else if (what <= NEW_MEMBER + IFETCH) member(what - NEW_MEMBER);
    else if (!other(what)) {
      bad(p - 1, 'an unknown token');
      break;
    }
  }
  run.flush(order);
  pages.order = order;
  pages.process = process;
  progress.events += <u32>(p - first) - pids;
  progress.accesses += accesses;
  progress.out = run.out;
  setAt(TOKENS, p);
}

/** Steps of a byte to members of the run's process, the most frequent by far. Returns where there is something else, or no room. */
function steps(from: usize, end: usize): usize {
  const usable = run.usable;
  let ranks = order;
  let used = run.used;
  let to = run.end;
  let sum: u64 = 0;
  let p = from;
  const room = to <= STEPS_END ? STEPS_END + 1 - to : 0;
  for (const stop = p + min(end - p, room); p < stop; p++) {
    const token = <u32>load<u8>(p);
    const count = token & 15;
    const next = i8x16.swizzle(ranks, v128.load(TO_FRONT + (<usize>token & 0xf0)));
    const slot = <u32>i8x16.extract_lane_u(next, 0);
    if (token >= NO_RANK || count == 0 || ((usable >> slot) & 1) == 0) break;
    ranks = next;
    used |= 1 << slot;
    store<u8>(to++, (slot << 4) | count);
    const counted = COUNTS + ((<usize>slot) << 2);
    store<u32>(counted, load<u32>(counted) + count);
    sum += count;
  }
  if (p == from) return p;
  order = ranks;
  run.used = used;
  run.end = to;
  run.steps += <u32>(p - from);
  accesses += sum;
  process = load<u32>(front(ranks), 12);
  return p;
}

/** A step of another process, or whose count is not in its token. */
function step(token: u32): void {
  const next = toFront(order, token >> 4);
  const slot = <u32>i8x16.extract_lane_u(next, 0);
  const inToken = token & 15;
  const count = inToken != 0 ? inToken : takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
  process = load<u32>(front(next), 12);
  accesses += count;
  if (((run.usable >> slot) & 1) == 0) {
    run.flush(order);
    run.follow(process >> PID_SHIFT);
  }
  if (!fits(count)) {
    run.flush(order);
    run.put(load<u64>(front(next)), count, process);
  } else run.step(slot, count);
  order = next;
}

function member(op: u32): void {
  const count = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
  const shift = pages.shift;
  const address = ((load<u64>(front(order)) >> shift) + unzigzag(take(JUMPS))) << shift;
  const meta = op | FOLDED | (process & (MAX_PID << PID_SHIFT));
  const next = toFront(order, LEAST_RECENT);
  const slot = front(next);
  const number = <u32>i8x16.extract_lane_u(next, 0);
  const goesOn = fits(count) && isRecent(address, meta);
  if (!goesOn || !run.takes(number, meta)) run.flush(order);
  left(load<u64>(slot), load<u32>(slot, 12));
  store<u64>(slot, address);
  store<u32>(slot, meta, 12);
  order = next;
  run.admit(number, meta >> PID_SHIFT);
  accesses += count;
  if (goesOn) run.step(number, count);
  else run.put(address, count, meta);
}

/** A record that has its own address. */
function other(what: u32): bool {
  const isFolded = what >= PAGES_FOLDED;
  const op = what - (isFolded ? PAGES_FOLDED : PAGES_WHOLE);
  if (what < PAGES_WHOLE || op > IFETCH) return false;
  run.flush(order);
  const extent = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
  pages.last += unzigzag(take(ADDRESSES));
  run.put(pages.last, extent, op | (isFolded ? FOLDED : 0) | (process & (MAX_PID << PID_SHIFT)));
  accesses += isFolded ? extent : 1;
  return true;
}

function toFront(ranks: v128, rank: u32): v128 {
  return i8x16.swizzle(ranks, v128.load(TO_FRONT + ((<usize>rank) << 4)));
}

/** The slot used last. */
function front(ranks: v128): usize {
  return SLOTS + ((<usize>i8x16.extract_lane_u(ranks, 0)) << 4);
}
