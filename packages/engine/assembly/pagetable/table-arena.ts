import { Column, column } from '../ds/column';

/** Growth asked of the host at a time: an eighth of what there is, at least this many 64 KiB pages. */
const LEAST_GROWTH: i32 = 16;

/** Returned pieces are kept by the power of two that is their size. */
const SIZES: u32 = 32;

/**
 * Host memory for page tables and for whatever else grows while the machine runs. It is the last thing in the engine's memory, so it can grow in place while the tables of a long run
 * spread: all other arrays keep their addresses, and nothing else is ever allocated after construction.
 */
export class TableArena {
  private next: usize;
  private end: usize;
  /** Per power of two the pieces that were given back, linked through their first word. */
  private returned: Column<usize>;

  constructor() {
    this.next = 0;
    this.end = 0;
    this.returned = column<usize>(SIZES);
  }

  /** Called once, when everything else is allocated. */
  open(): void {
    const size = memory.size();
    if (memory.grow(LEAST_GROWTH) < 0) return;
    this.next = (<usize>size) << 16;
    this.end = this.next + ((<usize>LEAST_GROWTH) << 16);
  }

  /** Makes sure that `bytes` can be taken; false when the host gives no more memory. */
  reserve(bytes: u32): bool {
    return this.next + bytes <= this.end || this.grow(bytes);
  }

  /** `bytes` zeroed bytes that were reserved. */
  take(bytes: u32): usize {
    const at = this.next;
    this.next += bytes;
    return at;
  }

  /** `bytes` zeroed bytes, from a piece of that size that was given back if there is one. Traps when the host gives no more memory. */
  need(bytes: u32): usize {
    const size = 31 - <u32>clz(bytes);
    if ((bytes & (bytes - 1)) == 0) {
      const at = this.returned.get(size);
      if (at != 0) {
        this.returned.set(size, load<usize>(at));
        memory.fill(at, 0, bytes);
        return at;
      }
    }
    // Tables stay aligned, whatever is taken between them: the page-walk caches hold their addresses / 8.
    const whole = (bytes + 7) & ~7;
    if (!this.reserve(whole)) unreachable();
    return this.take(whole);
  }

  /** Takes back a piece; only powers of two of at least 8 bytes are used again. */
  give(at: usize, bytes: u32): void {
    if ((bytes & (bytes - 1)) != 0) return;
    const size = 31 - <u32>clz(bytes);
    store<usize>(at, this.returned.get(size));
    this.returned.set(size, at);
  }

  private grow(bytes: u32): bool {
    const least = <i32>((bytes + 0xffff) >> 16);
    let pages = memory.size() >> 3;
    if (pages < LEAST_GROWTH) pages = LEAST_GROWTH;
    if (pages < least) pages = least;
    if (memory.grow(pages) < 0) {
      pages = least;
      if (memory.grow(pages) < 0) return false;
    }
    this.end += (<usize>pages) << 16;
    return true;
  }
}
