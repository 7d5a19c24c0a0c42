/**
 * Distinct (process, page) pairs, exact, in memory that follows what was touched and not how long the trace is: a hash table of regions
 * of 512 pages with a bit for each page, 72 bytes a region. Only valid pages of served or failed touches count, so the page tables of
 * the same run bound it; beyond `limit` bytes it gives up and `count` is null.
 */
const REGION_SHIFT = 9;
const REGION_WORDS = 16;
const REGION_BYTES = REGION_WORDS * 4 + 8;
const EMPTY = 0xffffffff;

/** Words of a trace record: address low and high, extent, meta. */
const WORDS = 4;
const FOLDED = 0x10;
const PID_SHIFT = 8;

export class PageSet {
  private capacity = 1024;
  private used = 0;
  private pages: number | null = 0;
  /** Region number, low; process and region number, high. */
  private low = new Uint32Array(this.capacity);
  private high = new Uint32Array(this.capacity).fill(EMPTY);
  private bits = new Uint32Array(this.capacity * REGION_WORDS);
  private readonly processes = new Map<number, number>();
  private readonly shift: number;
  private readonly valid: (page: bigint) => boolean;
  private readonly limit: number;

  constructor(shift: number, valid: (page: bigint) => boolean, limit: number = 256 * 2 ** 20) {
    this.shift = shift;
    this.valid = valid;
    this.limit = limit;
  }

  get count(): number | null {
    return this.pages;
  }

  /** Takes in the pages of records `first` … `end` - 1. */
  add(words: Uint32Array, first: number, end: number): void {
    if (this.pages === null) return;
    const { shift } = this;
    const up = 32 - shift;
    const offsetMask = (1 << shift) - 1;
    let pid = -1;
    let process = 0;
    for (let at = first * WORDS; at < end * WORDS; at += WORDS) {
      const low = words[at] as number;
      const high = words[at + 1] as number;
      const extent = words[at + 2] as number;
      const meta = words[at + 3] as number;
      if (meta >>> PID_SHIFT !== pid) {
        pid = meta >>> PID_SHIFT;
        process = this.processOf(pid);
      }
      const pageLow = ((low >>> shift) | (high << up)) >>> 0;
      const pageHigh = high >>> shift;
      this.touch(pageLow, pageHigh, process);
      if ((meta & FOLDED) === 0 && (low & offsetMask) + extent > offsetMask + 1) {
        this.touchRest(pageLow, pageHigh, process, Math.ceil(((low & offsetMask) + extent) / (offsetMask + 1)) - 1);
      }
    }
  }

  /** The pages behind the first of an access that spans several. */
  private touchRest(pageLow: number, pageHigh: number, process: number, more: number): void {
    const page = pageHigh * 2 ** 32 + pageLow;
    for (let p = page + 1; p <= page + more; p++) this.touch(p >>> 0, Math.floor(p / 2 ** 32), process);
  }

  private touch(pageLow: number, pageHigh: number, process: number): void {
    const low = ((pageLow >>> REGION_SHIFT) | (pageHigh << (32 - REGION_SHIFT))) >>> 0;
    const high = ((process << 15) | (pageHigh >>> REGION_SHIFT)) >>> 0;
    const mask = this.capacity - 1;
    let place = hash(low, high) & mask;
    while (this.low[place] !== low || this.high[place] !== high) {
      if (this.high[place] === EMPTY) {
        this.newPage(pageLow, pageHigh, place, low, high);
        return;
      }
      place = (place + 1) & mask;
    }
    const word = place * REGION_WORDS + ((pageLow >>> 5) & (REGION_WORDS - 1));
    const bit = 1 << (pageLow & 31);
    if (((this.bits[word] as number) & bit) === 0 && this.isValid(pageLow, pageHigh)) this.set(word, bit);
  }

  private newPage(pageLow: number, pageHigh: number, place: number, low: number, high: number): void {
    if (!this.isValid(pageLow, pageHigh) || this.pages === null) return;
    this.low[place] = low;
    this.high[place] = high;
    this.used += 1;
    this.set(place * REGION_WORDS + ((pageLow >>> 5) & (REGION_WORDS - 1)), 1 << (pageLow & 31));
    if (this.used * 2 > this.capacity) this.grow();
  }

  private set(word: number, bit: number): void {
    this.bits[word] = (this.bits[word] as number) | bit;
    if (this.pages !== null) this.pages += 1;
  }

  private isValid(pageLow: number, pageHigh: number): boolean {
    return this.valid((BigInt(pageHigh) << 32n) | BigInt(pageLow));
  }

  private processOf(pid: number): number {
    const known = this.processes.get(pid) ?? this.processes.size;
    this.processes.set(pid, known);
    return known;
  }

  private grow(): void {
    if (this.capacity * 2 * REGION_BYTES > this.limit) {
      this.pages = null;
      this.low = this.high = this.bits = new Uint32Array(0);
      return;
    }
    const { low, high, bits } = this;
    this.capacity *= 2;
    this.low = new Uint32Array(this.capacity);
    this.high = new Uint32Array(this.capacity).fill(EMPTY);
    this.bits = new Uint32Array(this.capacity * REGION_WORDS);
    for (let old = 0; old < low.length; old++) {
      if (high[old] === EMPTY) continue;
      let place = hash(low[old] as number, high[old] as number) & (this.capacity - 1);
      while (this.high[place] !== EMPTY) place = (place + 1) & (this.capacity - 1);
      this.low[place] = low[old] as number;
      this.high[place] = high[old] as number;
      this.bits.set(bits.subarray(old * REGION_WORDS, (old + 1) * REGION_WORDS), place * REGION_WORDS);
    }
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
