import { FOLDED, isOperation } from './record.ts';

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
