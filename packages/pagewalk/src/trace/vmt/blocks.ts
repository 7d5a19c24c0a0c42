import { TraceError, type TraceProblem } from '../source.ts';
import { readFacts } from './head.ts';
import { vmtHost } from './host.ts';
import {
  BLOCK_EVENTS,
  BLOCK_HEAD,
  type BlockHead,
  CRC_BYTES,
  FRAME_END,
  FRAME_STARTS,
  INDEX_HEAD,
  MOST_BLOCK,
  MOST_FRAME,
  MOST_HEAD,
  MOST_PAYLOAD,
  PAGES,
  readBlockHead,
  SECTION_HEAD,
  STORED,
  TAGS,
  WHOLE,
  ZSTD,
} from './layout.ts';
import type { Bytes, Crc } from './sections.ts';
import { BadBytes } from './varints.ts';

interface Found extends BlockHead {
  /** Byte of the file where its section begins. */
  readonly place: number;
  readonly payload: Uint8Array;
}

export interface Block extends Found {
  /** The payload before compression. Rejects if it cannot be had. */
  raw(): Promise<Uint8Array>;
}

/** Blocks that are decompressed together. */
type Group = Block[];

/** What lenient reading leaves out. */
export interface Losses {
  readonly lenient: boolean;
  /** Blocks. */
  skipped: number;
  first: string | null;
  /** Bytes at the end. */
  tail: number;
  /** There is no index at the end: whatever wrote the file did not come to finish it. */
  unfinished: boolean;
}

export interface Start {
  /** The first block that comes, and the accesses before it. */
  readonly number: number;
  readonly firstAccess: number;
}

/** Frames that are read and being decompressed while the one before them is decoded. */
const AHEAD = 2;
const PIECE = 1 << 16;

/** The blocks of a file, one after the other. Sections are checked and lengths bounded before anything is done with them. */
export class BlockStream {
  /** What sections on the way say of the trace. */
  readonly facts: Record<string, string | number> = {};
  private readonly file: string;
  private readonly bytes: Bytes;
  private readonly crc: Crc;
  private readonly losses: Losses;
  private readonly groups: (Group | Error)[] = [];
  /** Blocks of the group before that are still to come. */
  private ready: Block[] = [];
  private reading: Promise<void> | null = null;
  private done = false;
  private number: number;
  private accesses: number;
  private events = 0;
  /** Was the stream read from its first block on? Only then can the totals be compared. */
  private readonly isWhole: boolean;
  private isInFrame = false;
  /** The first block of the next group, and what comes behind the groups so far. */
  private held: Found | null = null;
  private failure: Error | null = null;
  private ended = false;
  private indexPlace = -1;

  constructor(file: string, bytes: Bytes, crc: Crc, losses: Losses, start: Start = { number: 0, firstAccess: 0 }) {
    this.file = file;
    this.bytes = bytes;
    this.crc = crc;
    this.losses = losses;
    this.number = start.number;
    this.accesses = start.firstAccess;
    this.isWhole = start.number === 0;
  }

  /** Null at the end. @throws TraceError */
  async next(): Promise<Block | null> {
    if (this.ready.length === 0) {
      this.readAhead();
      while (this.groups.length === 0 && this.reading) await this.reading;
      const next = this.groups.shift() ?? [];
      this.readAhead();
      if (next instanceof Error) throw next;
      this.ready = next;
    }
    return this.ready.shift() ?? null;
  }

  close(): void {
    this.done = true;
  }

  private readAhead(): void {
    if (this.reading || this.done || this.groups.length >= AHEAD) return;
    this.reading = this.group()
      .then(
        (blocks) => {
          if (blocks.length > 0) this.groups.push(blocks);
          else this.done = true;
        },
        (error: Error) => {
          this.groups.push(error);
          this.done = true;
        },
      )
      .then(() => {
        this.reading = null;
        this.readAhead();
      });
  }

  /** The blocks of a frame, or one that is stored; none at the end. */
  private async group(): Promise<Group> {
    if (this.failure) throw this.failure;
    const found: Found[] = [];
    let rawBytes = 0;
    try {
      for (;;) {
        const next = this.held ?? (this.ended ? null : await this.read());
        this.held = null;
        this.ended = next === null;
        if (next === null) break;
        const isOther = found.length > 0 && (next.codec === STORED || (next.flags & FRAME_STARTS) !== 0);
        if (isOther) {
          this.held = next;
          break;
        }
        rawBytes += next.rawBytes;
        if (rawBytes > MOST_FRAME) {
          const problem = `a frame of more than ${MOST_FRAME} bytes`;
          this.skip({ record: next.number + 1, byte: next.place, problem });
          continue;
        }
        found.push(next);
        if (next.codec === STORED) break;
      }
    } catch (error) {
      // What came before is handed out first.
      if (found.length === 0) throw error;
      this.failure = error as Error;
    }
    return unpacked(found);
  }

  /** The next block, past whatever other sections there are. */
  private async read(): Promise<Found | null> {
    const { bytes } = this;
    while (!this.done) {
      const place = bytes.at;
      const head = await bytes.take(SECTION_HEAD);
      if (head.length < SECTION_HEAD) return this.cut(place, head.length);
      const tag = String.fromCharCode(...head.subarray(0, 4));
      const length = new DataView(head.buffer).getUint32(4, true);
      if (!/^[A-Za-z]{4}$/.test(tag))
        return this.lost(place, { problem: 'no section', expected: 'a tag of 4 letters' });
      if (tag === TAGS.block) {
        const block = await this.block(place, head, length);
        if (block !== 'skipped') return block;
      } else if (tag === TAGS.end) return this.end(place, head, length);
      else {
        const isOptional = tag.charCodeAt(0) >= 0x61;
        if (tag !== TAGS.index && !isOptional) {
          const problem = `section ${tag}`;
          return this.lost(place, { problem, expected: 'one that this version knows; a newer vmm may read it' });
        }
        const isKept = tag === TAGS.facts && length <= MOST_HEAD;
        const first = await this.pass(place, head, length, isKept ? length : INDEX_HEAD);
        if (first === null) return null;
        if (tag === TAGS.index) this.checkTotals(place, first);
        if (isKept) this.keepFacts(place, first);
      }
    }
    return null;
  }

  private async block(place: number, head: Uint8Array, length: number): Promise<Found | 'skipped' | null> {
    if (length < BLOCK_HEAD || length > MOST_BLOCK) {
      const problem = `a block of ${length} bytes`;
      return this.lost(place, { problem, expected: `${BLOCK_HEAD} to ${MOST_BLOCK}` });
    }
    const body = await this.bytes.take(length + CRC_BYTES);
    if (body.length < length + CRC_BYTES) return this.cut(place, SECTION_HEAD + body.length);
    const record = this.number + 1;
    const view = new DataView(body.buffer, body.byteOffset);
    if (this.crc.of(body.subarray(0, length), this.crc.of(head)) !== view.getUint32(length, true)) {
      return this.skip({ record, byte: place, problem: 'damaged block', expected: 'bytes that fit their checksum' });
    }
    const found = readBlockHead(view, 0);
    const problem = this.problemOf(found, length - BLOCK_HEAD);
    if (problem !== null) return this.skip({ record, byte: place, problem: `damaged block (${problem})` });
    if (this.indexPlace >= 0) return this.skip({ record, byte: place, problem: 'a block behind the index' });
    if (found.codec === ZSTD) {
      this.isInFrame ||= (found.flags & FRAME_STARTS) !== 0;
      if (!this.isInFrame)
        return this.skip({ record, byte: place, problem: 'damaged block (its frame did not begin)' });
    }
    this.number = found.number + 1;
    this.accesses = found.firstAccess + found.accesses;
    this.events += found.events;
    return { ...found, place, payload: body.subarray(BLOCK_HEAD, length) };
  }

  private problemOf(head: BlockHead, bytes: number): string | null {
    const { number, firstAccess, codec, kind, events, rawBytes, accesses } = head;
    const { lenient } = this.losses;
    if (number !== this.number && !(lenient && number > this.number)) return `number ${number}, not ${this.number}`;
    if (firstAccess !== this.accesses && !lenient) return `first access ${firstAccess}, not ${this.accesses}`;
    if (!Number.isSafeInteger(firstAccess + accesses)) return `${accesses} accesses`;
    if (codec !== STORED && codec !== ZSTD) return `codec ${codec}, which this version does not know`;
    if (kind !== WHOLE && kind !== PAGES) return `kind ${kind}, which this version does not know`;
    if (events < 1 || events > BLOCK_EVENTS) return `${events} events`;
    if (rawBytes < 1 || rawBytes > MOST_PAYLOAD) return `${rawBytes} bytes`;
    if (codec === STORED && rawBytes !== bytes) return `${bytes} bytes, not ${rawBytes}`;
    return null;
  }

  /** Reads over a section of any length; its first `most` bytes, or null if the file is cut there. */
  private async pass(place: number, head: Uint8Array, length: number, most: number): Promise<Uint8Array | null> {
    let crc = this.crc.of(head);
    const first = await this.bytes.take(Math.min(length, most));
    crc = this.crc.of(first, crc);
    for (let left = length - first.length; left > 0; ) {
      const piece = await this.bytes.some(Math.min(left, PIECE));
      if (piece === null) break;
      crc = this.crc.of(piece, crc);
      left -= piece.length;
    }
    const found = await this.bytes.take(CRC_BYTES);
    if (found.length < CRC_BYTES) return this.cut(place, this.bytes.at - place);
    if (new DataView(found.buffer).getUint32(0, true) === crc) return first;
    const tag = String.fromCharCode(...head.subarray(0, 4));
    this.lose({ byte: place, problem: `damaged section ${tag}`, expected: 'bytes that fit their checksum' });
    return first;
  }

  private keepFacts(place: number, body: Uint8Array): void {
    try {
      Object.assign(this.facts, readFacts(body));
    } catch (error) {
      if (!(error instanceof BadBytes)) throw error;
      this.lose({ byte: place + SECTION_HEAD + error.at, problem: `damaged section fact (${error.message})` });
    }
  }

  private checkTotals(place: number, first: Uint8Array): void {
    this.indexPlace = place;
    if (!this.isWhole || this.losses.skipped > 0) return;
    const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
    const [blocks, events, accesses] = [0, 8, 16].map((at) =>
      first.length < INDEX_HEAD ? -1n : view.getBigUint64(at, true),
    );
    if (blocks === BigInt(this.number) && events === BigInt(this.events) && accesses === BigInt(this.accesses)) return;
    const problem = `an index of ${blocks} blocks, ${events} events and ${accesses} accesses`;
    this.lose({ byte: place, problem, expected: `${this.number}, ${this.events} and ${this.accesses}` });
  }

  private async end(place: number, head: Uint8Array, length: number): Promise<null> {
    if (length !== 8) return this.lost(place, { problem: `an end of ${length} bytes`, expected: '8' });
    const body = await this.bytes.take(length + CRC_BYTES);
    if (body.length < length + CRC_BYTES) return this.cut(place, SECTION_HEAD + body.length);
    const view = new DataView(body.buffer);
    const isRight =
      view.getUint32(length, true) === this.crc.of(body.subarray(0, length), this.crc.of(head)) &&
      view.getBigUint64(0, true) === BigInt(this.indexPlace);
    if (!isRight) this.lose({ byte: place, problem: 'damaged end', expected: `the place of the index` });
    const behind = this.bytes.at;
    if ((await this.bytes.take(1)).length > 0) {
      return this.lost(behind, { problem: 'data behind the end', expected: 'the end of the file' });
    }
    return null;
  }

  /** The file ends in a section, or between two and without an end. */
  private cut(place: number, bytes: number): null {
    const { losses } = this;
    if (!losses.lenient) {
      const problem = `truncated: the file ends ${bytes > 0 ? 'in a section' : 'without its index'}`;
      const expected = 'a whole file; lenient reading takes what there is';
      throw this.error({ byte: place + bytes, problem, expected });
    }
    losses.tail += bytes;
    losses.unfinished = true;
    return null;
  }

  /** From here on nothing can be told. Lenient reading leaves the rest out. */
  private async lost(place: number, problem: Omit<TraceProblem, 'file'>): Promise<null> {
    this.lose({ byte: place, ...problem });
    while ((await this.bytes.some(PIECE)) !== null);
    this.losses.tail += this.bytes.at - place;
    return null;
  }

  private skip(problem: Omit<TraceProblem, 'file'>): 'skipped' {
    this.lose(problem);
    this.losses.skipped++;
    // What follows in the frame cannot be decompressed without it.
    this.isInFrame = false;
    return 'skipped';
  }

  /** @throws TraceError if reading is strict. */
  private lose(problem: Omit<TraceProblem, 'file'>): void {
    const error = this.error(problem);
    if (!this.losses.lenient) throw error;
    this.losses.first ??= error.message;
  }

  private error(problem: Omit<TraceProblem, 'file'>): TraceError {
    return new TraceError({ file: this.file, ...problem });
  }
}

/** Decompresses them together. */
function unpacked(found: readonly Found[]): Group {
  const rawBytes = found.reduce((sum, block) => sum + block.rawBytes, 0);
  const whole =
    found[0]?.codec === ZSTD ? unpack(found, rawBytes) : Promise.resolve(found[0]?.payload ?? new Uint8Array());
  // Whoever awaits a block gets the failure.
  whole.catch(() => {});
  let at = 0;
  return found.map((block) => {
    const from = at;
    at += block.rawBytes;
    return { ...block, raw: () => whole.then((bytes) => bytes.subarray(from, from + block.rawBytes)) };
  });
}

async function unpack(found: readonly Found[], rawBytes: number): Promise<Uint8Array> {
  const host = vmtHost();
  if (!host.unpack) throw new Error('zstd, which this host cannot read');
  const frame = new Uint8Array(found.reduce((sum, { payload }) => sum + payload.length, 0) + FRAME_END.length);
  let at = 0;
  for (const { payload } of found) {
    frame.set(payload, at);
    at += payload.length;
  }
  frame.set(FRAME_END, at);
  const raw = await host.unpack(frame, rawBytes);
  if (raw.length !== rawBytes) throw new Error(`${raw.length} bytes, not ${rawBytes}`);
  return raw;
}
