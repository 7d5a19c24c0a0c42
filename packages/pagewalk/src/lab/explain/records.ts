/** Records of a trace as 32-bit words, and an access taken apart into its touches. */
import { FOLDED, OP_IFETCH, OP_MASK, RECORD_BYTES } from '../../trace/record.ts';
import { recordTouches } from '../../trace/touches.ts';

const WORDS = RECORD_BYTES / 4;
const USE_BYTES = 8;
/** In no address space of up to 57 bits: what lies behind the last address. */
const NOWHERE = 1n << 62n;

/** Accesses that a record stands for: none if it is an operation. */
export function accessesOf(words: Uint32Array, place: number): number {
  const meta = words[place * WORDS + 3]!;
  if ((meta & OP_MASK) > OP_IFETCH) return 0;
  return (meta & FOLDED) !== 0 ? words[place * WORDS + 2]! : 1;
}

/** A copy of records as words: a chunk may not be aligned, and goes away. */
export const wordsOf = (bytes: Uint8Array): Uint32Array<ArrayBuffer> => new Uint32Array(bytes.slice().buffer);

export const addressOf = (words: Uint32Array, place = 0): bigint =>
  (BigInt(words[place * WORDS + 1]!) << 32n) | BigInt(words[place * WORDS]!);

/** An access or a touch by itself: one record and, with OPT, the next uses of its touches. */
export interface Single {
  readonly record: Uint8Array;
  readonly nextUses: Uint8Array | null;
}

/** The touches of an access, a record for each page. Together they do to a machine what the access does. */
export function touchesOf({ record, nextUses }: Single, pageBytes: number): Single[] {
  const words = wordsOf(record);
  const count = recordTouches(words, 0, pageBytes);
  if (count === 1) return [{ record, nextUses }];
  const page = BigInt(pageBytes);
  const address = addressOf(words);
  const end = address + BigInt(words[2]!);
  return Array.from({ length: count }, (_, touch) => {
    const start = touch === 0 ? address : (address / page + BigInt(touch)) * page;
    const stop = (address / page + BigInt(touch) + 1n) * page;
    const one = words.slice();
    const from = start >> 64n === 0n ? start : NOWHERE;
    one[0] = Number(from & 0xffff_ffffn);
    one[1] = Number(from >> 32n);
    one[2] = Number((stop < end ? stop : end) - start);
    const uses = nextUses?.slice(touch * USE_BYTES, (touch + 1) * USE_BYTES) ?? null;
    return { record: new Uint8Array(one.buffer), nextUses: uses };
  });
}
