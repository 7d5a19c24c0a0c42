/**
 * Distinct (process, page) pairs, exact, in memory that follows what was touched and not how long the trace is: a hash table of regions
 * of 512 pages with a bit for each page, 72 bytes a region. Only valid pages count, so the page tables of the same run bound it; beyond
 * `limit` bytes it gives up and `count` is null. All words are signed: V8 keeps those in registers as they are.
 */
const REGION_SHIFT = 9;
const REGION_WORDS = 16;
const REGION_BYTES = REGION_WORDS * 4 + 8;
const FREE = -1;

/** Words of a trace record: address low and high, extent, meta. */
const WORDS = 4;
const FOLDED = 0x10;
const PID_SHIFT = 8;

export class PageSet {
  private pages: number | null = 0;
  private used = 0;
  /** Of each place: region number, low; process and region number, high, or FREE; a bit for each page. */
  private low = new Int32Array(1024);
  private high = new Int32Array(1024).fill(FREE);
  private bits = new Int32Array(1024 * REGION_WORDS);
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

  addPage(page: bigint, pid: number): void {
    this.meet(Number(page & 0xffff_ffffn) | 0, Number(page >> 32n), this.processOf(pid));
  }

  /** Takes in the pages of records `first` … `end` - 1. */
  add(words: Int32Array, first: number, end: number): void {
    if (this.pages === null) return;
    const shift = this.shift;
    const up = 32 - shift;
    const pageBytes = 1 << shift;
    let { low, high, bits } = this;
    let pid = -1;
    let process = 0;
    for (let at = first * WORDS; at < end * WORDS; at += WORDS) {
      const addressLow = words[at] as number;
      const addressHigh = words[at + 1] as number;
      const meta = words[at + 3] as number;
      if (meta >>> PID_SHIFT !== pid) {
        pid = meta >>> PID_SHIFT;
        process = this.processOf(pid);
      }
      const pageLow = (addressLow >>> shift) | (addressHigh << up);
      const pageHigh = addressHigh >>> shift;
      const regionLow = (pageLow >>> REGION_SHIFT) | (pageHigh << (32 - REGION_SHIFT));
      const regionHigh = (process << 15) | (pageHigh >>> REGION_SHIFT);
      const mask = low.length - 1;
      let place = hash(regionLow, regionHigh) & mask;
      while ((low[place] !== regionLow || high[place] !== regionHigh) && high[place] !== FREE)
        place = (place + 1) & mask;
      const word = place * REGION_WORDS + ((pageLow >>> 5) & (REGION_WORDS - 1));
      if (((bits[word] as number) & (1 << (pageLow & 31))) === 0) {
        this.meet(pageLow, pageHigh, process);
        if (this.pages === null) return;
        ({ low, high, bits } = this);
      }
      const last = (addressLow & (pageBytes - 1)) + ((words[at + 2] as number) >>> 0) - 1;
      if (last < pageBytes || (meta & FOLDED) !== 0) continue;
      for (let more = 1; more <= Math.floor(last / pageBytes); more++) {
        const next = (pageLow >>> 0) + more;
        this.meet(next | 0, pageHigh + (next >= 2 ** 32 ? 1 : 0), process);
      }
      ({ low, high, bits } = this);
    }
  }

  /** A page that may be new. */
  private meet(pageLow: number, pageHigh: number, process: number): void {
    if (this.pages === null || !this.valid((BigInt(pageHigh) << 32n) | BigInt(pageLow >>> 0))) return;
    const { low, high, bits } = this;
    const regionLow = (pageLow >>> REGION_SHIFT) | (pageHigh << (32 - REGION_SHIFT));
    const regionHigh = (process << 15) | (pageHigh >>> REGION_SHIFT);
    const place = placeOf(low, high, regionLow, regionHigh);
    const word = place * REGION_WORDS + ((pageLow >>> 5) & (REGION_WORDS - 1));
    const bit = 1 << (pageLow & 31);
    if (((bits[word] as number) & bit) !== 0) return;
    bits[word] = (bits[word] as number) | bit;
    this.pages += 1;
    if (high[place] !== FREE) return;
    low[place] = regionLow;
    high[place] = regionHigh;
    this.used += 1;
    if (this.used * 2 > low.length) this.grow();
  }

  private processOf(pid: number): number {
    const known = this.processes.get(pid) ?? this.processes.size;
    this.processes.set(pid, known);
    return known;
  }

  private grow(): void {
    const { low, high, bits } = this;
    const capacity = low.length * 2;
    if (capacity * REGION_BYTES > this.limit) {
      this.pages = null;
      this.low = this.high = this.bits = new Int32Array(0);
      return;
    }
    this.low = new Int32Array(capacity);
    this.high = new Int32Array(capacity).fill(FREE);
    this.bits = new Int32Array(capacity * REGION_WORDS);
    for (let old = 0; old < low.length; old++) {
      if (high[old] === FREE) continue;
      const place = placeOf(this.low, this.high, low[old] as number, high[old] as number);
      this.low[place] = low[old] as number;
      this.high[place] = high[old] as number;
      this.bits.set(bits.subarray(old * REGION_WORDS, (old + 1) * REGION_WORDS), place * REGION_WORDS);
    }
  }
}

/** The place of a region, or the free one where it belongs. */
function placeOf(low: Int32Array, high: Int32Array, regionLow: number, regionHigh: number): number {
  const mask = low.length - 1;
  let place = hash(regionLow, regionHigh) & mask;
  while ((low[place] !== regionLow || high[place] !== regionHigh) && high[place] !== FREE) place = (place + 1) & mask;
  return place;
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
