import { PageMap } from './page-map.ts';
import { CHUNK_RECORDS, FOLDED, PID_SHIFT, RECORD_BYTES } from './record.ts';
import { type Chunk, TraceError, type TraceInfo, type TraceSource } from './source.ts';
import { type Spool, type SpoolFactory, standardSpool } from './spool.ts';
import { recordTouches } from './touches.ts';

/**
 * What OPT must know beforehand: for each record touch, when the same page is touched next. The trace is put aside in a spool, then read
 * backwards block by block while a map holds for each page the place of the touch seen last; then it is played with what was found.
 * Memory grows with the number of distinct pages, not with the length of the trace.
 */
export interface NextUseChunk extends Chunk {
  /** Record touches of the chunk, at most 131 072. */
  readonly touches: number;
  /**
   * For each record touch the number of the next touch of its page, the first touch of the trace being 1 and a folded record counting for all that
   * it stands for; NEVER if there is none. For a folded record it is the next use after its last touch.
   */
  readonly nextUses: BigUint64Array;
}

export interface NextUseSource extends TraceSource {
  next(): Promise<NextUseChunk | null>;
}

export const NEVER = 0xffff_ffff_ffff_ffffn;
/** What the engine takes at a time. */
export const CHUNK_TOUCHES = 131_072;

const MAX_PAGE_SHIFT = 30;
const USE_BYTES = 8;
const NEVER_HALF = 0xffff_ffff;

/** Pages have 2^`pageShift` bytes. The source is closed with the result. */
export function withNextUse(
  source: TraceSource,
  pageShift: number,
  spools: SpoolFactory = standardSpool,
): NextUseSource {
  if (!Number.isInteger(pageShift) || pageShift < 0 || pageShift > MAX_PAGE_SHIFT) {
    throw new RangeError(`page shift ${pageShift}: expected 0 to ${MAX_PAGE_SHIFT}`);
  }
  return new Indexed(source, pageShift, spools);
}

/** Records that go out as one chunk: as many as fit with their touches. */
interface Block {
  readonly firstRecord: number;
  readonly firstTouch: number;
  /** Touches before it, those of folded records all counted. */
  readonly firstTime: number;
  records: number;
  touches: number;
  time: number;
}

class Indexed implements NextUseSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly source: TraceSource;
  private readonly shift: number;
  private readonly spools: SpoolFactory;
  private recordSpool: Spool | null = null;
  private useSpool: Spool | null = null;
  private readonly blocks: Block[] = [];
  private played = -1;
  private readonly recordBytes = new Uint8Array(CHUNK_RECORDS * RECORD_BYTES);
  private readonly words = new Uint32Array(this.recordBytes.buffer);
  private readonly uses = new BigUint64Array(CHUNK_TOUCHES);
  private readonly useHalves = new Uint32Array(this.uses.buffer);

  constructor(source: TraceSource, shift: number, spools: SpoolFactory) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint === null ? null : source.sizeHint * 2;
    this.shift = shift;
    this.spools = spools;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  async next(): Promise<NextUseChunk | null> {
    if (this.played < 0) await this.index();
    const block = this.blocks[this.played];
    if (block === undefined) return null;
    this.played++;
    await this.load(block);
    await this.useSpool!.read(block.firstTouch * USE_BYTES, this.useBytes(block));
    return {
      bytes: this.recordBytes.subarray(0, block.records * RECORD_BYTES),
      records: block.records,
      touches: block.touches,
      nextUses: this.uses.subarray(0, block.touches),
    };
  }

  info(): TraceInfo {
    return this.source.info();
  }

  /** Reading is the first half, playing the second. */
  position(): number {
    if (this.played < 0 || this.source.sizeHint === null) return this.source.position();
    return this.source.sizeHint * (1 + this.played / Math.max(1, this.blocks.length));
  }

  async close(): Promise<void> {
    await this.recordSpool?.close();
    await this.useSpool?.close();
    await this.source.close();
  }

  private async index(): Promise<void> {
    this.recordSpool = await this.spools();
    this.useSpool = await this.spools();
    await this.putAside();
    const last = new PageMap();
    for (const block of this.blocks.toReversed()) {
      await this.load(block);
      this.findUses(block, last);
      await this.useSpool.write(block.firstTouch * USE_BYTES, this.useBytes(block));
    }
    this.played = 0;
  }

  private async putAside(): Promise<void> {
    let block: Block = { firstRecord: 0, firstTouch: 0, firstTime: 0, records: 0, touches: 0, time: 0 };
    const close = async () => {
      if (block.records === 0) return;
      await this.recordSpool!.write(block.firstRecord * RECORD_BYTES, this.blockBytes(block));
      this.blocks.push(block);
      const { firstRecord, firstTouch, firstTime, records, touches, time } = block;
      block = {
        firstRecord: firstRecord + records,
        firstTouch: firstTouch + touches,
        firstTime: firstTime + time,
        records: 0,
        touches: 0,
        time: 0,
      };
    };
    for (let chunk = await this.source.next(); chunk !== null; chunk = await this.source.next()) {
      for (let taken = 0; taken < chunk.records; ) {
        taken += this.take(chunk, taken, block);
        if (taken < chunk.records) await close();
      }
    }
    await close();
  }

  /** Copies records of the chunk to the block's end, as many as fit with their touches; returns how many. */
  private take(chunk: Chunk, from: number, block: Block): number {
    const { words } = this;
    const start = block.records;
    const limit = Math.min(chunk.records - from, CHUNK_RECORDS - start);
    this.recordBytes.set(
      chunk.bytes.subarray(from * RECORD_BYTES, (from + limit) * RECORD_BYTES),
      start * RECORD_BYTES,
    );
    const pageBytes = 2 ** this.shift;
    let { records, touches, time } = block;
    for (const end = start + limit; records < end; records++) {
      const more = recordTouches(words, records, pageBytes);
      if (more > CHUNK_TOUCHES) throw this.tooWide(more);
      if (touches + more > CHUNK_TOUCHES) break;
      touches += more;
      time += timeOf(words, records, more);
    }
    block.time = time;
    block.records = records;
    block.touches = touches;
    return records - start;
  }

  private async load(block: Block): Promise<void> {
    await this.recordSpool!.read(block.firstRecord * RECORD_BYTES, this.blockBytes(block));
  }

  /** Fills `uses` for the block whose records are in `words`; `last` knows the touches behind it. */
  private findUses(block: Block, last: PageMap): void {
    const { words, useHalves, shift } = this;
    const pageBytes = 2 ** shift;
    let touch = block.touches;
    let time = block.firstTime + block.time;
    for (let record = block.records - 1; record >= 0; record--) {
      const at = record * 4;
      const pid = words[at + 3]! >>> PID_SHIFT;
      const firstLow = shift === 0 ? words[at]! : ((words[at]! >>> shift) | (words[at + 1]! << (32 - shift))) >>> 0;
      const firstHigh = words[at + 1]! >>> shift;
      const touches = recordTouches(words, record, pageBytes);
      const inOne = timeOf(words, record, touches) / touches;
      for (let page = touches - 1; page >= 0; page--) {
        const sum = firstLow + page;
        const low = sum >>> 0;
        const high = firstHigh + (sum === low ? 0 : 1);
        touch--;
        time -= inOne;
        // Past the last address there is no page: the touch fails, and is no use of any.
        const exists = high <= 0xffff_ffff >>> shift;
        const next = exists ? last.exchange(low, high, pid, time + 1) : -1;
        useHalves[touch * 2] = next < 0 ? NEVER_HALF : next >>> 0;
        useHalves[touch * 2 + 1] = next < 0 ? NEVER_HALF : Math.floor(next / 2 ** 32);
      }
    }
  }

  private blockBytes(block: Block): Uint8Array {
    return this.recordBytes.subarray(0, block.records * RECORD_BYTES);
  }

  private useBytes(block: Block): Uint8Array {
    return new Uint8Array(this.uses.buffer, 0, block.touches * USE_BYTES);
  }

  private tooWide(touches: number): TraceError {
    return new TraceError({
      file: this.name,
      problem: `an access that touches ${touches} pages`,
      expected: `at most ${CHUNK_TOUCHES} for OPT; larger pages make fewer`,
    });
  }
}

/** Touches that a record of so many record touches stands for. */
function timeOf(words: Uint32Array, index: number, touches: number): number {
  return (words[index * 4 + 3]! & FOLDED) === 0 ? touches : words[index * 4 + 2]!;
}
