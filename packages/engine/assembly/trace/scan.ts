/** Blanks, words and numbers. Hex digits are classified and converted sixteen at a time. */

/** Value of the number that `decimal` or `hex` recognised. */
export let value: u64 = 0;

export function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}

/** Value of the decimal digit at `p`; above 9 if it is none. */
export function digitAt(p: usize): u32 {
  return <u32>load<u8>(p) - 0x30;
}

export function skipBlanks(from: usize, end: usize): usize {
  let p = from;
  while (p < end && isBlank(load<u8>(p))) p++;
  return p;
}

/** End of the word at `from`: a blank, a comment or the end of the line. */
export function wordEnd(from: usize, end: usize): usize {
  let p = from;
  while (p < end) {
    const byte = load<u8>(p);
    if (isBlank(byte) || byte == 0x23) break;
    p++;
  }
  return p;
}

/** Are the bytes a decimal number of at most `most`? */
export function decimal(from: usize, end: usize, most: u64): bool {
  if (from >= end) return false;
  let v: u64 = 0;
  for (let p = from; p < end; p++) {
    const digit = <u64>digitAt(p);
    if (digit > 9 || v > (u64.MAX_VALUE - digit) / 10) return false;
    v = v * 10 + digit;
  }
  value = v;
  return v <= most;
}

/** Are the bytes a hex number below 2^64, without prefix? */
export function hex(from: usize, end: usize): bool {
  let p = from;
  while (p < end - 1 && load<u8>(p) == 0x30) p++;
  const digits = <u32>(end - p);
  if (from >= end || digits > 16 || hexDigits(p) < digits) return false;
  value = hexValue(p, digits);
  return true;
}

/** Decimal, or hex behind 0x or 0X. */
export function number(from: usize, end: usize): bool {
  const prefixed = end - from >= 2 && (load<u16>(from) | 0x2000) == 0x7830;
  return prefixed ? hex(from + 2, end) : decimal(from, end, u64.MAX_VALUE);
}

/** How many of the 16 bytes at `p` are hex digits, from the first on. */
export function hexDigits(p: usize): u32 {
  const bytes = v128.load(p);
  const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(6));
  return ctz(~i8x16.bitmask(v128.or(digits, letters)));
}

/**
 * Value of the first `digits` (1 … 16) of the hex digits at `p`. A digit's value is its low four bits, plus 9 for a letter (bit 6 set);
 * the swizzle puts the last digit first and zeros behind the first, then neighbours are joined to bytes.
 */
export function hexValue(p: usize, digits: u32): u64 {
  const bytes = v128.load(p);
  const letter = v128.and(bytes, i8x16.splat(0x40));
  const nine = v128.or(i16x8.shr_u(letter, 3), i16x8.shr_u(letter, 6));
  const nibbles = i8x16.add(v128.and(bytes, i8x16.splat(0x0f)), nine);
  const backwards = i8x16.sub(
    i8x16.splat(<i8>(digits - 1)),
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
  );
  const low = i8x16.swizzle(nibbles, backwards);
  const joined = v128.and(v128.or(low, i16x8.shr_u(low, 4)), i16x8.splat(0xff));
  return i64x2.extract_lane(i8x16.narrow_i16x8_u(joined, joined), 0);
}
