import { FOLDED, IFETCH, MAX_PID, PID_SHIFT, put, RECORD_BYTES, RECORDS_END } from '../records';
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

/** The reverse of encode-pages.ts. */
export function decodePages(): void {
  const end = endOf(TOKENS);
  let p = at(TOKENS);
  const first = progress.out;
  let out = first;
  let accesses: u64 = 0;
  const shift = pages.shift;
  let ranks = pages.order;
  let process = pages.process;
  let last = pages.last;
  while (p < end && out < RECORDS_END) {
    // Ranks with their counts, the most frequent by far.
    const from = p;
    const stop = p + min(end - p, (RECORDS_END - out) / RECORD_BYTES);
    for (; p < stop; p++) {
      const token = <u32>load<u8>(p);
      const count = token & 15;
      if (token >= NO_RANK || count == 0) break;
      ranks = i8x16.swizzle(ranks, v128.load(TO_FRONT + (<usize>token & 0xf0)));
      v128.store(out, i32x4.replace_lane(v128.load(front(ranks)), 2, count));
      accesses += count;
      out += RECORD_BYTES;
    }
    if (p > from) process = load<u32>(front(ranks), 12);
    if (p == stop) continue;
    const token = <u32>load<u8>(p++);
    if (token < NO_RANK) {
      ranks = toFront(ranks, token >> 4);
      const slot = front(ranks);
      const count = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
      process = load<u32>(slot, 12);
      put(out, load<u64>(slot), count, process);
      accesses += count;
      out += RECORD_BYTES;
      continue;
    }
    const what = token & 15;
    if (what == PAGES_PID) {
      process = takeUpTo(PIDS, 0, MAX_PID) << PID_SHIFT;
      continue;
    }
    if (what == PAGES_OPERATION) {
      progress.waiting = progress.hasRoom(out);
      if (!progress.waiting) p--;
      else progress.events++;
      break;
    }
    const pid = process & (MAX_PID << PID_SHIFT);
    const extent = takeUpTo(EXTENTS, 1, u32.MAX_VALUE);
    if (what <= NEW_MEMBER + IFETCH) {
      const page = (load<u64>(front(ranks)) >> shift) + unzigzag(take(JUMPS));
      ranks = toFront(ranks, LEAST_RECENT);
      const slot = front(ranks);
      store<u64>(slot, page << shift);
      store<u32>(slot, (what - NEW_MEMBER) | FOLDED | pid, 12);
      put(out, page << shift, extent, (what - NEW_MEMBER) | FOLDED | pid);
      accesses += extent;
    } else if (what >= PAGES_WHOLE && what <= PAGES_WHOLE + IFETCH) {
      last += unzigzag(take(ADDRESSES));
      put(out, last, extent, (what - PAGES_WHOLE) | pid);
      accesses++;
    } else if (what >= PAGES_FOLDED && what <= PAGES_FOLDED + IFETCH) {
      last += unzigzag(take(ADDRESSES));
      put(out, last, extent, (what - PAGES_FOLDED) | FOLDED | pid);
      accesses += extent;
    } else {
      bad(p - 1, 'an unknown token');
      break;
    }
    out += RECORD_BYTES;
  }
  pages.order = ranks;
  pages.process = process;
  pages.last = last;
  progress.events += <u32>((out - first) / RECORD_BYTES);
  progress.accesses += accesses;
  progress.out = out;
  setAt(TOKENS, p);
}

function toFront(order: v128, rank: u32): v128 {
  return i8x16.swizzle(order, v128.load(TO_FRONT + ((<usize>rank) << 4)));
}

/** The slot used last. */
function front(order: v128): usize {
  return SLOTS + ((<usize>i8x16.extract_lane_u(order, 0)) << 4);
}
