/**
 * One block of snappy (format description of 2011): its length, then literals and copies in turn. Written here because snappyjs takes a literal's length of 2^31 and
 * above for a negative one, and goes round in circles in a damaged block.
 */
import { Damaged } from './intake.ts';

/** Lengths of literals up to here stand in the tag, others in 1 to 4 bytes behind it. */
const SHORT_LITERAL = 60;

/** @throws Damaged at a block of more than `most` bytes, or if a length or a distance leads outside. */
export function decodeBlock(source: Uint8Array, most: number): Uint8Array {
  const end = source.length;
  let from = 0;
  /** The next `bytes` as a number. */
  const number = (bytes: number): number => {
    if (bytes > end - from) throw new Damaged('a block that is too short');
    let value = 0;
    for (let byte = 0; byte < bytes; byte++) value += source[from++]! * 2 ** (8 * byte);
    return value;
  };
  const length = blockLength();
  const target = new Uint8Array(length);
  let to = 0;
  while (from < end) {
    const tag = source[from++]!;
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >>> 2;
      const bytes = 1 + (short < SHORT_LITERAL ? short : number(short - SHORT_LITERAL + 1));
      if (bytes > end - from || bytes > length - to) throw new Damaged('a literal that leads outside');
      target.set(source.subarray(from, from + bytes), to);
      from += bytes;
      to += bytes;
      continue;
    }
    const bytes = kind === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
    const distance = kind === 1 ? ((tag >>> 5) << 8) + number(1) : number(kind === 2 ? 2 : 4);
    if (distance === 0 || distance > to || bytes > length - to) throw new Damaged('a copy that leads outside');
    if (distance >= bytes) target.copyWithin(to, to - distance, to - distance + bytes);
    else for (let byte = 0; byte < bytes; byte++) target[to + byte] = target[to + byte - distance]!;
    to += bytes;
  }
  if (to !== length) throw new Damaged(`a block of ${to} bytes instead of ${length}`);
  return target;

  /** Seven bits a byte, the lowest first. */
  function blockLength(): number {
    let value = 0;
    for (let place = 0; place < 5; place++) {
      const byte = number(1);
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte >= 0x80) continue;
      if (value > most) throw new Damaged(`a block of ${value} bytes, more than ${most}`);
      return value;
    }
    throw new Damaged('a block of unknown length');
  }
}
