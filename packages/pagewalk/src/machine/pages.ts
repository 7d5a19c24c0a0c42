/**
 * Distinct (process, page) pairs, exact, in memory that follows what was touched and not how long the trace is: a hash table of regions
 * of 512 pages with a bit for each page, 72 bytes a region. Only valid pages count, so the page tables of the same run bound it; beyond
 * `limit` bytes it gives up and `count` is null.
 *
 *   a place of the table, 18 words:  region number, low | process, region number, high; FREE | 512 bits
 *
 * All words are signed: V8 keeps those in registers as they are.
 */
const REGION_SHIFT = 9;
const PLACE_WORDS = 18;
const FIRST_BITS = 2;
const FREE = -1;
const LEAST_PLACES = 1024;

/** Words of a trace record: address low and high, extent, meta. */
const WORDS = 4;
const OP_MASK = 0xf;
const OPERATION = 3;
const RUN = 5;
const MEMBER = 6;
const FOLDED = 0x10;
const PID_SHIFT = 8;

export class PageSet {
  private pages: number | null = 0;
  private used = 0;
  private places = LEAST_PLACES;
  private table = emptyTable(LEAST_PLACES);
  /** Where the steps of the run begin whose members are next, and where they end, in words. */
  private stepsAt = -1;
  private stepsEnd = -1;
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

  /** Takes in the pages of records `first` … `end` - 1; of a run those of its members. */
  add(words: Int32Array, first: number, end: number): void {
    this.stepsAt = -1;
    let at = first * WORDS;
    const stop = end * WORDS;
    while (at < stop && this.pages !== null) at = this.skipKnown(words, at, stop);
  }

  /** Goes on until a record with a page that may be new, takes that in, and returns the place behind it. */
  private skipKnown(words: Int32Array, from: number, stop: number): number {
    const { shift, table } = this;
    const mask = this.places - 1;
    const up = 32 - shift;
    const pageBytes = 1 << shift;
    let pid = -1;
    let process = 0;
    for (let at = from; at < stop; at += WORDS) {
      if (at === this.stepsAt) {
        at = this.stepsEnd;
        if (at >= stop) break;
      }
      const addressLow = words[at] as number;
      const addressHigh = words[at + 1] as number;
      const meta = words[at + 3] as number;
      const op = meta & OP_MASK;
      if (op >= OPERATION && op !== MEMBER) {
        if (op === RUN) this.beginRun(at, meta);
        continue;
      }
      if (meta >>> PID_SHIFT !== pid) {
        pid = meta >>> PID_SHIFT;
        process = this.processOf(pid);
      }
      const pageLow = (addressLow >>> shift) | (addressHigh << up);
      const pageHigh = addressHigh >>> shift;
      const regionLow = (pageLow >>> REGION_SHIFT) | (pageHigh << (32 - REGION_SHIFT));
      const regionHigh = (process << 15) | (pageHigh >>> REGION_SHIFT);
      let place = (hash(regionLow, regionHigh) & mask) * PLACE_WORDS;
      if (table[place] !== regionLow || table[place + 1] !== regionHigh) {
        place = placeOf(table, mask, regionLow, regionHigh);
      }
      const known = (table[place + FIRST_BITS + ((pageLow >>> 5) & 15)] as number) & (1 << (pageLow & 31));
      const last = (addressLow & (pageBytes - 1)) + ((words[at + 2] as number) >>> 0) - 1;
      const spans = last >= pageBytes && (meta & FOLDED) === 0 && op !== MEMBER;
      if (known !== 0 && !spans) continue;
      this.meet(pageLow, pageHigh, process);
      if (spans) this.meetRest(pageLow, pageHigh, process, Math.floor(last / pageBytes));
      return at + WORDS;
    }
    return stop;
  }

  private beginRun(at: number, meta: number): void {
    this.stepsAt = at + (1 + ((meta >>> 8) & 0xff)) * WORDS;
    this.stepsEnd = this.stepsAt + (meta >>> 16) * WORDS;
  }

  /** The pages behind the first of an access that spans several. */
  private meetRest(pageLow: number, pageHigh: number, process: number, more: number): void {
    for (let i = 1; i <= more; i++) {
      const next = (pageLow >>> 0) + i;
      this.meet(next | 0, pageHigh + (next >= 2 ** 32 ? 1 : 0), process);
    }
  }

  /** A page that may be new. */
  private meet(pageLow: number, pageHigh: number, process: number): void {
    if (this.pages === null || !this.valid((BigInt(pageHigh) << 32n) | BigInt(pageLow >>> 0))) return;
    const { table } = this;
    const regionLow = (pageLow >>> REGION_SHIFT) | (pageHigh << (32 - REGION_SHIFT));
    const regionHigh = (process << 15) | (pageHigh >>> REGION_SHIFT);
    const place = placeOf(table, this.places - 1, regionLow, regionHigh);
    const word = place + FIRST_BITS + ((pageLow >>> 5) & 15);
    const bit = 1 << (pageLow & 31);
    if (((table[word] as number) & bit) !== 0) return;
    table[word] = (table[word] as number) | bit;
    this.pages += 1;
    if (table[place + 1] !== FREE) return;
    table[place] = regionLow;
    table[place + 1] = regionHigh;
    this.used += 1;
    if (this.used * 2 > this.places) this.grow();
  }

  private processOf(pid: number): number {
    const known = this.processes.get(pid) ?? this.processes.size;
    this.processes.set(pid, known);
    return known;
  }

  private grow(): void {
    const old = this.table;
    this.places *= 2;
    if (this.places * PLACE_WORDS * 4 > this.limit) {
      this.pages = null;
      this.table = emptyTable(0);
      return;
    }
    this.table = emptyTable(this.places);
    for (let from = 0; from < old.length; from += PLACE_WORDS) {
      if (old[from + 1] === FREE) continue;
      const place = placeOf(this.table, this.places - 1, old[from] as number, old[from + 1] as number);
      this.table.set(old.subarray(from, from + PLACE_WORDS), place);
    }
  }
}

function emptyTable(places: number): Int32Array {
  const table = new Int32Array(places * PLACE_WORDS);
  for (let place = 0; place < table.length; place += PLACE_WORDS) table[place + 1] = FREE;
  return table;
}

/** The place of a region, or the free one where it belongs. */
function placeOf(table: Int32Array, mask: number, regionLow: number, regionHigh: number): number {
  for (let i = hash(regionLow, regionHigh) & mask; ; i = (i + 1) & mask) {
    const place = i * PLACE_WORDS;
    const high = table[place + 1];
    if (high === FREE || (high === regionHigh && table[place] === regionLow)) return place;
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
