import { IFETCH } from '../records';
import { putByte, putVarint } from './columns';
import {
  ADDRESSES,
  AGAIN,
  EXTENTS,
  HISTORY_BYTES,
  historyOf,
  JUMPS,
  LAST_PLACE,
  NEAR,
  OTHER,
  OTHER_FOLDED,
  OTHER_PID,
  PIDS,
  SAME,
  SEQUENTIAL,
  SIZE_SHIFT,
  SIZES,
  TOKENS,
  zigzag,
} from './layout';
import { room } from './room';

/**
 * Accesses with address and size. Instructions follow one another; data is where the same instruction found it last time, or near that, or near
 * the data before.
 */
let history: usize = 0;
let fetch: u64 = 0;
let next: u64 = 0;
let data: u64 = 0;
let place: u32 = 0;
let process: u32 = 0;

export function startWhole(): void {
  if (history == 0) history = room(HISTORY_BYTES);
  memory.fill(history, 0, HISTORY_BYTES);
  fetch = 0;
  next = 0;
  data = 0;
  place = 0;
  process = 0;
}

export function whole(address: u64, size: u32, op: u32, pid: u32): void {
  follow(pid);
  if (op == IFETCH) {
    const inToken = size < 16;
    const sequential = address == next;
    putByte(TOKENS, IFETCH | (sequential ? SEQUENTIAL : 0) | (inToken ? size << SIZE_SHIFT : 0));
    if (!inToken) putVarint(EXTENTS, size);
    if (!sequential) putVarint(JUMPS, zigzag(address - next));
    fetch = address;
    next = address + size;
    place = 0;
    return;
  }
  const known = history + historyOf(fetch, place);
  if (place < LAST_PLACE) place++;
  const again = zigzag(address - load<u64>(known));
  const near = zigzag(address - data);
  const way = again == 0 ? SAME : again <= near ? AGAIN : NEAR;
  const sizeCode = codeOf(size);
  putByte(TOKENS, op | (way << 2) | (sizeCode << SIZE_SHIFT));
  if (sizeCode == 0) putVarint(EXTENTS, size);
  if (way != SAME) putVarint(ADDRESSES, way == AGAIN ? again : near);
  store<u64>(known, address);
  data = address;
}

export function foldedInWhole(address: u64, count: u32, op: u32, pid: u32): void {
  follow(pid);
  putByte(TOKENS, OTHER | ((OTHER_FOLDED + op) << 2));
  putVarint(EXTENTS, count);
  putVarint(ADDRESSES, zigzag(address - data));
  data = address;
}

function follow(pid: u32): void {
  if (pid == process) return;
  putByte(TOKENS, OTHER | (OTHER_PID << 2));
  putVarint(PIDS, pid);
  process = pid;
}

function codeOf(size: u32): u32 {
  for (let code: u32 = 1; code < 16; code++) {
    if (load<u16>(SIZES + ((<usize>code) << 1)) == size) return code;
  }
  return 0;
}
