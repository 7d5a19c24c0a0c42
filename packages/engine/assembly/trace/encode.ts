import { INPUT } from './input';
import { FOLDED, OP_MASK, OPERATION, PID_SHIFT, RECORD_BYTES } from './records';

/** Records to lines of the text format: "pid op 0xaddress", then the size if it is not 1, or xN of a folded record. */

/** "16777215 W 0xffffffffffffffff x4294967295\n" has 42 bytes; stores of 16 may run over. */
export const LINES: usize = memory.data(8_192 * 42 + 64);
/** Bytes that each op is written as, by its number. */
const OPS: usize = memory.data<u8>([
  0x52, 0x57, 0x49, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
]);

/** The record that `encodeText` stopped at. */
export let encoded: u32 = 0;

/** Writes records `first` … `end` - 1 at INPUT as lines to LINES, up to the first that is no access; returns the number of bytes. */
export function encodeText(first: u32, end: u32): u32 {
  const stop = INPUT + <usize>end * RECORD_BYTES;
  let out = LINES;
  let at = INPUT + <usize>first * RECORD_BYTES;
  for (; at < stop; at += RECORD_BYTES) {
    const extent = load<u32>(at, 8);
    const meta = load<u32>(at, 12);
    if ((meta & OP_MASK) >= OPERATION) break;
    out = decimal(out, meta >> PID_SHIFT);
    // " R 0x" in one store of which the last three bytes are overwritten.
    store<u64>(out, 0x78_30_20_00_20 | ((<u64>load<u8>(OPS + (meta & OP_MASK))) << 8));
    out = hex(out + 5, load<u64>(at));
    const folded = (meta & FOLDED) != 0;
    if (folded) {
      store<u16>(out, 0x7820);
      out = decimal(out + 2, extent);
    } else if (extent != 1) {
      store<u8>(out, 0x20);
      out = decimal(out + 1, extent);
    }
    store<u8>(out, 0x0a);
    out++;
  }
  encoded = <u32>((at - INPUT) / RECORD_BYTES);
  return <u32>(out - LINES);
}

function decimal(out: usize, number: u32): usize {
  let digits: usize = 1;
  for (let rest = number; rest >= 10; rest /= 10) digits++;
  let rest = number;
  for (let p = out + digits; p > out; rest /= 10) {
    p--;
    store<u8>(p, 0x30 + (rest % 10));
  }
  return out + digits;
}

/** The bytes are doubled, last first, and cut into nibbles that pick their digits; leading zeros are shifted out. */
function hex(out: usize, number: u64): usize {
  const bytes = i64x2.splat(number);
  const doubled = i8x16.swizzle(bytes, i8x16(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0));
  const high = v128.and(i16x8.shr_u(doubled, 4), i16x8.splat(0x000f));
  const low = v128.and(doubled, i16x8.splat(0x0f00));
  const alphabet = i8x16(
    0x30,
    0x31,
    0x32,
    0x33,
    0x34,
    0x35,
    0x36,
    0x37,
    0x38,
    0x39,
    0x61,
    0x62,
    0x63,
    0x64,
    0x65,
    0x66,
  );
  const digits = i8x16.swizzle(alphabet, v128.or(high, low));
  const zeros = min<u32>(<u32>clz(number) >> 2, 15);
  const places = i8x16.add(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>zeros));
  v128.store(out, i8x16.swizzle(digits, places));
  return out + 16 - zeros;
}
