/**
 * Part of the pages of a trace, and every access to them: spatial sampling after Waldspurger, Park, Garthwaite and Ahmad, "Efficient MRC
 * Construction with SHARDS", FAST '15. A page is kept if hash(pid, page) mod P < T, with P = 2^24 and T = P / R, whenever it is
 * touched: so the kept pages are seen exactly as they would be in the whole trace, and a memory of 1/R of the frames behaves to them as the whole
 * memory to all. Operations are all kept.
 */
import { CHUNK_RECORDS, FOLDED, isOperation, PID_SHIFT, RECORD_BYTES, recordWords } from './record-layout.ts';
import { type Chunk, type Recognition, TraceError, type TraceInfo, type TraceSource } from './source.ts';

const P = 2 ** 24;
export const MOST_SAMPLE = 65_536;
const PAGE_BYTES = 2 ** 30;

/** The finalizer of MurmurHash3: every bit of the input changes each bit of the output with probability one half. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 0 … 2^32-1. `low` and `high` are the halves of the page's number. */
export function pageHash(low: number, high: number, pid: number): number {
  return mix(low ^ mix(high ^ mix(pid + 0x9e3779b9))) >>> 0;
}

/** Whether 1/`sample` of all pages includes this one. */
export function isSampled(low: number, high: number, pid: number, sample: number): boolean {
  return pageHash(low, high, pid) % P < Math.floor(P / sample);
}

/**
 * `sample` R keeps about 1/R of the pages. Of an access to several pages, what is in kept ones stays: each stretch of neighbouring kept
 * pages is an access.
 *
 * @throws RangeError if `sample` is no whole number from 1 to 65536, or `page` no power of two.
 */
export function sampled(source: TraceSource, sample: number, page = 4096): TraceSource {
  if (!Number.isInteger(sample) || sample < 1 || sample > MOST_SAMPLE) {
    throw new RangeError(`sample ${sample}: expected a whole number from 1 to ${MOST_SAMPLE}`);
  }
  if (!Number.isInteger(Math.log2(page)) || page < 1 || page > PAGE_BYTES) {
    throw new RangeError(`page ${page}: expected a power of two from 1 to ${PAGE_BYTES}`);
  }
  return new Sampled(source, sample, page);
}

class Sampled implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly source: TraceSource;
  private readonly sample: number;
  private readonly page: number;
  private readonly out = new Uint32Array(CHUNK_RECORDS * 4);
  private at = 0;
  private words: Uint32Array | null = null;
  private record = 0;
  private readonly access = new Stretches();
  private accesses = 0;
  private records = 0;
  private operations_ = 0;

  constructor(source: TraceSource, sample: number, page: number) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
    this.sample = sample;
    this.page = page;
  }

  get recognition(): Recognition | null {
    return this.source.recognition ?? null;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  /** A folded record must lie in one page. */
  private get pageBytes(): number {
    return Math.max(this.page, this.source.foldedPage ?? 0);
  }

  async next(): Promise<Chunk | null> {
    while (this.at === 0) {
      if (this.words === null) {
        const chunk = await this.source.next();
        if (chunk === null) {
          if (this.accesses === 0) throw this.nothing();
          return null;
        }
        this.words = recordWords(chunk);
        this.record = 0;
      }
      if (this.take(this.words)) this.words = null;
    }
    const records = this.at / 4;
    this.at = 0;
    this.records += records;
    return { bytes: new Uint8Array(this.out.buffer, 0, records * RECORD_BYTES), records };
  }

  info(): TraceInfo {
    const info = this.source.info();
    return {
      ...info,
      accesses: this.accesses,
      records: this.records,
      operations: this.operations_,
      settings: { ...info.settings, sample: `1/${this.sample}`, sample_page: this.pageBytes },
      notes: [...info.notes, `a sample of 1/${this.sample} of the pages by their hash (SHARDS)`],
    };
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** Copies what is kept, as much as there is room for; false if the words are not used up. */
  private take(words: Uint32Array): boolean {
    const { out, access, sample, pageBytes } = this;
    const shift = Math.log2(pageBytes);
    const threshold = Math.floor(P / sample);
    const end = words.length / 4;
    let [low, high, pid, kept] = [0, 0, -1, false];
    for (; this.at < out.length; this.record++) {
      if (access.isOpen && !this.drain()) return false;
      if (this.record >= end) return true;
      const from = this.record * 4;
      const meta = words[from + 3]!;
      const extent = words[from + 2]!;
      if (isOperation(meta)) {
        this.copy(words, from, extent);
        if ((meta & 0xf) === 3) this.operations_++;
        continue;
      }
      const isFolded = (meta & FOLDED) !== 0;
      if (!isFolded && (words[from]! & (pageBytes - 1)) + extent > pageBytes) {
        access.begin(words, from, shift, threshold);
        continue;
      }
      const pageLow = lowOf(words[from]!, words[from + 1]!, shift);
      const pageHigh = words[from + 1]! >>> shift;
      if (pageLow !== low || pageHigh !== high || meta >>> PID_SHIFT !== pid) {
        low = pageLow;
        high = pageHigh;
        pid = meta >>> PID_SHIFT;
        kept = pageHash(low, high, pid) % P < threshold;
      }
      if (!kept) continue;
      this.accesses += isFolded ? extent : 1;
      this.copy(words, from, extent);
    }
    return this.record >= end && !access.isOpen;
  }

  private copy(words: Uint32Array, from: number, extent: number): void {
    const { out, at } = this;
    out[at] = words[from]!;
    out[at + 1] = words[from + 1]!;
    out[at + 2] = extent;
    out[at + 3] = words[from + 3]!;
    this.at = at + 4;
  }

  /** Writes the stretches of the access that is open; false if there is no more room. */
  private drain(): boolean {
    while (this.at < this.out.length) {
      if (!this.access.next()) return true;
      this.copy(this.access.record, 0, this.access.record[2]!);
      this.accesses++;
    }
    return !this.access.isOpen;
  }

  private nothing(): TraceError {
    return new TraceError({
      file: this.name,
      problem: `no page of the trace is in the sample of 1/${this.sample}`,
      expected: 'a larger sample',
    });
  }
}

const lowOf = (low: number, high: number, shift: number): number =>
  shift === 0 ? low : ((low >>> shift) | (high << (32 - shift))) >>> 0;

/** An access to several pages, cut into stretches of kept ones. */
class Stretches {
  isOpen = false;
  /** The stretch that `next` found. */
  readonly record = new Uint32Array(4);
  private address = 0n;
  private left = 0;
  private meta = 0;
  private shift = 0;
  private threshold = 0;

  begin(words: Uint32Array, from: number, shift: number, threshold: number): void {
    this.isOpen = true;
    this.address = (BigInt(words[from + 1]!) << 32n) | BigInt(words[from]!);
    this.left = words[from + 2]!;
    this.meta = words[from + 3]!;
    this.shift = shift;
    this.threshold = threshold;
  }

  /** False if there is none: the access is done. */
  next(): boolean {
    const { record } = this;
    let bytes = 0;
    let start = this.address;
    while (this.left > 0) {
      const part = this.part();
      const isKept = this.isKept(this.address);
      if (!isKept && bytes > 0) break;
      if (isKept && bytes === 0) start = this.address;
      if (isKept) bytes += part;
      this.address += BigInt(part);
      this.left -= part;
    }
    this.isOpen = this.left > 0;
    if (bytes === 0) return false;
    record[0] = Number(start & 0xffff_ffffn);
    record[1] = Number(start >> 32n);
    record[2] = bytes;
    record[3] = this.meta;
    return true;
  }

  /** Bytes of the access in the page it stands at; behind the last page there is none, so there it is all that is left. */
  private part(): number {
    const pageBytes = 2 ** this.shift;
    const inPage = Math.min(this.left, pageBytes - Number(this.address & BigInt(pageBytes - 1)));
    return (this.address + BigInt(inPage)) >> 64n === 0n ? inPage : this.left;
  }

  private isKept(address: bigint): boolean {
    const page = address >> BigInt(this.shift);
    const hash = pageHash(Number(page & 0xffff_ffffn), Number(page >> 32n), this.meta >>> PID_SHIFT);
    return hash % P < this.threshold;
  }
}
