import { input } from './input';

export const FOUND_TEXT: u32 = 0;
export const FOUND_DECIMAL: u32 = 1;
export const FOUND_HEX: u32 = 2;

/**
 * What is wrong with the input, in words beside the code that found it: the host reads the strings out of memory and adds the file's name.
 * Strict reading stops at the first fault. Lenient reading skips the line, counts it, and keeps the first fault for the report.
 */
class Fault {
  lenient: bool = false;
  /** Strict reading has stopped. */
  raised: bool = false;
  skipped: u64 = 0;
  /** Bytes of a last line without line end that was skipped: most likely a cut file. */
  tail: u64 = 0;
  /** The first fault: "bad `what` 'found': expected `expected`", or `what` alone if it is `isPlain`. */
  isPlain: bool = false;
  /** What was found are the bytes of a number: FOUND_TEXT, FOUND_DECIMAL or FOUND_HEX. */
  foundIs: u32 = FOUND_TEXT;
  what: string = '';
  expected: string = '';
  line: u64 = 0;
  byte: u64 = 0;
  found: usize = 0;
  foundBytes: u32 = 0;

  /** Describes the bytes from … to of the line being read. Always false, for `return fault.at(…)`. */
  at(from: usize, to: usize, what: string, expected: string): bool {
    if (this.skipped > 0) return false;
    this.what = what;
    this.expected = expected;
    this.line = input.line;
    this.byte = input.offsetOf(from);
    this.found = from;
    this.foundBytes = <u32>(to - from);
    this.isPlain = false;
    this.foundIs = FOUND_TEXT;
    return false;
  }

  /** A fault at this place that is said with words alone. Always false. */
  plain(from: usize, what: string, expected: string): bool {
    if (this.skipped > 0) return false;
    this.at(from, from, what, expected);
    this.isPlain = true;
    return false;
  }

  /** The bytes are a little-endian number, told in decimal. Always false. */
  number(from: usize, to: usize, what: string, expected: string): bool {
    if (this.skipped > 0) return false;
    this.at(from, to, what, expected);
    this.foundIs = FOUND_DECIMAL;
    return false;
  }

  /** The same in hex, for addresses. */
  hex(from: usize, to: usize, what: string, expected: string): bool {
    if (this.skipped > 0) return false;
    this.at(from, to, what, expected);
    this.foundIs = FOUND_HEX;
    return false;
  }

  /** True if reading goes on behind the line. */
  skip(): bool {
    if (!this.lenient) {
      this.raised = true;
      return false;
    }
    this.skipped++;
    return true;
  }
}

export const fault = new Fault();
