import { FOLDED, isOperation, OP_MASK, OP_RUN } from './record.ts';
import { recordsAt } from './run-groups.ts';

/**
 * The record touches of record `index`: one for each page that an access reaches into, one in all for a folded record, none for
 * an operation. `words` are the
 * records as 32-bit words.
 */
export function recordTouches(words: Uint32Array, index: number, pageBytes: number): number {
  const at = index * 4;
  const meta = words[at + 3]!;
  if ((meta & FOLDED) !== 0) return 1;
  if (isOperation(meta)) return 0;
  const last = (words[at]! & (pageBytes - 1)) + words[at + 2]! - 1;
  return last < pageBytes ? 1 : Math.floor(last / pageBytes) + 1;
}

/** The access, from 1, that touch number `touch` belongs to, both counted from the first of the records; that of the last if there are fewer. */
export function accessOfTouch(words: Uint32Array, touch: number, pageBytes: number): number {
  let accesses = 0;
  let left = touch;
  for (let index = 0; index < words.length / 4 && left > 0; index += recordsAt(words, index)) {
    const meta = words[index * 4 + 3]!;
    const isFolded = (meta & FOLDED) !== 0 || (meta & OP_MASK) === OP_RUN;
    const touches = isFolded ? words[index * 4 + 2]! : recordTouches(words, index, pageBytes);
    accesses += isFolded ? Math.min(left, touches) : Number(!isOperation(meta));
    left -= touches;
  }
  return accesses;
}
