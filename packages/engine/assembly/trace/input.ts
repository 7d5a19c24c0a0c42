/**
 * The bytes being read: a window on the stream that the host fills and the readers empty, line by line. A line that the
 * window cuts in two moves to its front before the next filling, so a reader only ever sees whole lines.
 */
export const INPUT_BYTES: u32 = 1 << 20;
/** A longer line is an error: no trace line is a tenth as long, and a file without line ends must not fill the window. */
export const LINE_BYTES: u32 = 4096;
/** Readers may load 16 bytes at any place of the window. */
export const INPUT: usize = memory.data((1 << 20) + 64);

const NEWLINE: u8 = 0x0a;
const RETURN: u8 = 0x0d;

class Input {
  /** The first byte not yet read, and the end of the bytes that are there. */
  at: usize = INPUT;
  end: usize = INPUT;
  /** Place in the stream of the window's first byte. */
  origin: u64 = 0;
  /** Number of the line at `at`, from 1. */
  line: u64 = 1;
  /** No more bytes will come. */
  last: bool = false;
  /** In the rest of a line that was too long and is skipped. */
  dropping: bool = false;
  /** Set by `takeLine`: end of the line without its line end, start of the next, and whether it has a line end. */
  lineEnd: usize = 0;
  next: usize = 0;
  terminated: bool = false;
  /** What `cut` left of the line is still to be read. */
  private isCut: bool = false;

  /** Moves the unread bytes to the front; the host writes from the returned address up to INPUT + INPUT_BYTES. */
  makeRoom(): usize {
    const rest = this.end - this.at;
    if (this.at > INPUT) {
      this.origin += this.at - INPUT;
      memory.copy(INPUT, this.at, rest);
      this.at = INPUT;
      this.end = INPUT + rest;
    }
    return this.end;
  }

  offsetOf(place: usize): u64 {
    return this.origin + (place - INPUT);
  }

  /** False if the window holds no whole line: more bytes are needed, or the stream has ended, or the line is too long. */
  takeLine(): bool {
    if (this.dropping && !this.dropLine()) return false;
    if (this.at >= this.end) return false;
    const newline = find(NEWLINE, this.at, this.end);
    this.terminated = newline < this.end;
    this.isCut = false;
    if (!this.terminated && !this.last) return false;
    this.next = this.terminated ? newline + 1 : newline;
    this.lineEnd = newline > this.at && load<u8>(newline - 1) == RETURN ? newline - 1 : newline;
    return newline - this.at <= LINE_BYTES;
  }

  /** After a `takeLine` that answered false: is it because of the line's length? */
  tooLong(): bool {
    if (this.dropping || this.at >= this.end) return false;
    return find(NEWLINE, this.at, this.end) - this.at > LINE_BYTES;
  }

  /** Goes behind the line that `takeLine` found. */
  pass(): void {
    this.at = this.next;
    if (!this.isCut) this.line++;
  }

  /** The line that `takeLine` found is two: one that ends at `end`, and one that begins at `next`. */
  cut(end: usize, next: usize): void {
    this.lineEnd = end;
    this.next = next;
    this.isCut = true;
  }

  /** Skips the line at `at` up to its line end, wherever that is. True if the window still has bytes. */
  dropLine(): bool {
    const newline = find(NEWLINE, this.at, this.end);
    this.dropping = newline >= this.end;
    this.at = this.dropping ? this.end : newline + 1;
    if (!this.dropping) this.line++;
    return this.at < this.end;
  }
}

export const input = new Input();

/** First place of the byte from `from` on, or `end`. */
export function find(byte: u8, from: usize, end: usize): usize {
  const wanted = i8x16.splat(byte);
  for (let p = from; p < end; p += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (mask != 0) return min<usize>(p + ctz(mask), end);
  }
  return end;
}
