import { INPUT } from './input';
import { FOLDED, OP_MASK, OPERATION, put, RECORD_BYTES, RECORDS } from './records';

/**
 * Joins neighbours: consecutive accesses of one pid with one op to one page become a single folded record that counts them, its address
 * the page's. Nothing changes its place, so a machine whose pages are no smaller sees the same touches in the same order. An access
 * that crosses a page boundary stays as it is, and so does an operation. A run may go on in the next chunk, so one is held back until `foldEnd`.
 */
class Fold {
  shift: u64 = 12;
  /** The run held back; no run while `count` is 0. */
  page: u64 = 0;
  meta: u32 = 0;
  count: u32 = 0;

  flush(out: usize): usize {
    if (this.count == 0) return out;
    put(out, this.page << this.shift, this.count, this.meta);
    this.count = 0;
    return out + RECORD_BYTES;
  }
}

export const fold = new Fold();

/** Folds the `records` (at most 65 535) at INPUT; returns how many come out at RECORDS. */
export function foldChunk(records: u32): u32 {
  const end = INPUT + <usize>records * RECORD_BYTES;
  const shift = fold.shift;
  let out = RECORDS;
  for (let at = INPUT; at < end; at += RECORD_BYTES) {
    const address = load<u64>(at);
    const extent = load<u32>(at, 8);
    const meta = load<u32>(at, 12);
    const page = address >> shift;
    const folded = (meta & FOLDED) != 0;
    const last = folded ? address : address + extent - 1;
    if (last >> shift != page || last < address || (meta & OP_MASK) >= OPERATION) {
      out = fold.flush(out);
      put(out, address, extent, meta);
      out += RECORD_BYTES;
      continue;
    }
    const count = folded ? extent : 1;
    const key = meta | FOLDED;
    if (fold.count > 0 && page == fold.page && key == fold.meta && count <= u32.MAX_VALUE - fold.count) {
      fold.count += count;
    } else {
      out = fold.flush(out);
      fold.page = page;
      fold.meta = key;
      fold.count = count;
    }
  }
  return <u32>((out - RECORDS) / RECORD_BYTES);
}
