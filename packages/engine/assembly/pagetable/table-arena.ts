/** Growth asked of the host at a time: an eighth of what there is, at least this many 64 KiB pages. */
const LEAST_GROWTH: i32 = 16;

/**
 * Host memory for page tables. It is the last thing in the engine's memory, so it can grow in place while the tables of a long run
 * spread: all other arrays keep their addresses, and nothing else is ever allocated after construction.
 */
export class TableArena {
  private next: usize;
  private end: usize;

  constructor() {
    this.next = 0;
    this.end = 0;
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
