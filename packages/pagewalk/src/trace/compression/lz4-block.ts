/**
 * One block of lz4 (block format 1.6.3): literals and matches in turn, until the input ends behind literals. Written here because the
 * packages on offer either want a whole frame in memory (wasm-lz4) or read past a damaged block and make zeroes of it (lz4js).
 */
import { Damaged } from './intake.ts';

const MIN_MATCH = 4;

/**
 * Decodes `source` into `target` from `at` on, of which matches reach back to `oldest`, and answers where it ends.
 *
 * @throws Damaged if a length or a distance leads outside.
 */
export function decodeBlock(source: Uint8Array, target: Uint8Array, at: number, oldest: number): number {
  const end = source.length;
  const room = target.length;
  let from = 0;
  let to = at;
  while (from < end) {
    const token = source[from++]!;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) throw new Damaged('a block that ends in a length');
        more = source[from++]!;
        literals += more;
      }
    }
    if (literals > end - from || literals > room - to) throw new Damaged('a block that is too short or too long');
    if (literals <= 32) for (const last = from + literals; from < last; ) target[to++] = source[from++]!;
    else {
      target.set(source.subarray(from, from + literals), to);
      from += literals;
      to += literals;
    }
    if (from === end) return to;
    if (end - from < 2) throw new Damaged('a block that ends in a distance');
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    if (distance === 0 || distance > to - oldest) throw new Damaged('a match before the start');
    let length = (token & 15) + MIN_MATCH;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) throw new Damaged('a block that ends in a length');
        more = source[from++]!;
        length += more;
      }
    }
    if (length > room - to) throw new Damaged('a block that is too long');
    if (distance >= length && length > 32) {
      target.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else for (const last = to + length; to < last; to++) target[to] = target[to - distance]!;
  }
  throw new Damaged('a block without an end');
}
