import { fault } from './fault';
import { decimal, digitAt, isBlank, skipBlanks, value } from './scan';

/** Fields of lines: words between blanks, columns between separators. */

/** Value of the number that `digits` recognised. */
export let count: u64 = 0;

/** Blank, or a comment from its first visible byte on. */
export function isEmpty(from: usize, end: usize): bool {
  const p = skipBlanks(from, end);
  return p >= end || load<u8>(p) == 0x23;
}

/** End of the word at `from`: a blank or the end of the line. */
export function blankAt(from: usize, end: usize): usize {
  let p = from;
  while (p < end && !isBlank(load<u8>(p))) p++;
  return p;
}

/** End of the column at `from`: a separator or the end of the line. */
export function columnEnd(from: usize, end: usize, separator: u8): usize {
  let p = from;
  while (p < end && load<u8>(p) != separator) p++;
  return p;
}

/** Are the bytes a decimal number of at most `most`? As `decimal`, without a division for each digit. */
export function digits(from: usize, end: usize, most: u64): bool {
  if (from >= end) return false;
  if (end - from > 19) {
    const is = decimal(from, end, most);
    count = value;
    return is;
  }
  let v: u64 = 0;
  for (let p = from; p < end; p++) {
    const digit = digitAt(p);
    if (digit > 9) return false;
    v = v * 10 + digit;
  }
  count = v;
  return v <= most;
}

/** Are the bytes this word, in upper or lower case? `word` is in lower case. */
export function isWord(from: usize, end: usize, word: string): bool {
  if (<i32>(end - from) != word.length) return false;
  for (let i = 0; i < word.length; i++) {
    let byte = <u32>load<u8>(from + i);
    if (byte - 0x41 < 26) byte |= 0x20;
    if (byte != <u32>word.charCodeAt(i)) return false;
  }
  return true;
}

/** Describes a fault of the bytes from … to. Always 0, the place that no record has. */
export function bad(from: usize, to: usize, what: string, expected: string): usize {
  fault.at(from, to, what, expected);
  return 0;
}
