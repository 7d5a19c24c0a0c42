/**
 * oracleGeneral: 24 bytes a request, with the request that asks for the object next, numbered from 1. Objects are pages of 4096 bytes, and an access is a request for
 * each page that it touches, or objects are addresses. The time is the number of the request: nothing else is known, and it may not fall.
 */
import { withNextUse } from '../next-use.ts';
import {
  CHUNK_RECORDS,
  FOLDED,
  isOperation,
  OP_MASK,
  OP_OPERATION,
  OP_READ,
  PID_SHIFT,
  RECORD_BYTES,
  recordWords,
} from '../record-layout.ts';
import type { Chunk, TraceSource } from '../source.ts';
import type { Losses } from './losses.ts';
import { noteFolds, pageStart, type TraceWriterRow, Words, type WriterParts } from './writer.ts';

const WORDS = 6;
const PAGE_SHIFT = 12;
const LAST_TIME = 0xffff_ffff;

export const oracleGeneral: TraceWriterRow = {
  name: 'oracle_general',
  suffixes: ['.oracleGeneral', '.oracleGeneral.bin'],
  summary: 'libCacheSim’s requests with their next use; pages or addresses of one process',
  loses: ['operations', 'processes', 'ops', 'sizes', 'offsets', 'crossings'],
  folds: false,
  write,
};

async function* write(parts: WriterParts): AsyncGenerator<Uint8Array, void, void> {
  const { source, options, losses } = parts;
  const shift = options.ids === 'byte' ? 0 : PAGE_SHIFT;
  const requests = withNextUse(new Requests(source, shift, losses), shift);
  const out = new Words();
  let folds = 0;
  let number = 0;
  try {
    for (let chunk = await requests.next(); chunk !== null; chunk = await requests.next()) {
      const words = recordWords(chunk);
      const uses = new Uint32Array(chunk.nextUses.buffer, chunk.nextUses.byteOffset, chunk.touches * 2);
      let touch = 0;
      for (let at = 0; at < words.length; at += 4) {
        const isFolded = (words[at + 3]! & FOLDED) !== 0;
        const extent = words[at + 2]!;
        if (isFolded) folds += extent;
        // The first page; a folded record has one, asked for `extent` times.
        const low = shift === 0 ? words[at]! : ((words[at]! >>> shift) | (words[at + 1]! << (32 - shift))) >>> 0;
        const high = words[at + 1]! >>> shift;
        const pages = isFolded ? 1 : pagesOf(words[at]!, extent, shift);
        for (let page = 0; page < pages; page++, touch++) {
          for (let rest = isFolded ? extent : 1; rest > 0; rest--) {
            if (out.full(WORDS)) yield out.take();
            number++;
            const sum = low + page;
            out.words[out.at] = Math.min(number, LAST_TIME);
            out.words[out.at + 1] = sum;
            out.words[out.at + 2] = high + (sum > 0xffff_ffff ? 1 : 0);
            out.words[out.at + 3] = shift === 0 ? 1 : 1 << shift;
            // NEVER is -1: all ones.
            out.words[out.at + 4] = rest > 1 ? number + 1 : uses[touch * 2]!;
            out.words[out.at + 5] = rest > 1 ? Math.floor((number + 1) / 2 ** 32) : uses[touch * 2 + 1]!;
            out.at += WORDS;
          }
        }
      }
    }
    yield out.take();
  } finally {
    // The source itself stays open.
    await requests.close();
  }
  noteFolds(parts, folds);
}

function pagesOf(low: number, extent: number, shift: number): number {
  const within = shift === 0 ? 0 : low & (2 ** shift - 1);
  return Math.floor((within + extent - 1) / 2 ** shift) + 1;
}

/** The accesses as what the format tells of them: reads of one process. */
class Requests implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  private readonly source: TraceSource;
  private readonly shift: number;
  private readonly losses: Losses;
  private readonly words = new Uint32Array(CHUNK_RECORDS * 4);

  constructor(source: TraceSource, shift: number, losses: Losses) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
    this.shift = shift;
    this.losses = losses;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  async next(): Promise<Chunk | null> {
    for (let chunk = await this.source.next(); chunk !== null; chunk = await this.source.next()) {
      const records = this.take(recordWords(chunk));
      if (records > 0) return { bytes: new Uint8Array(this.words.buffer, 0, records * RECORD_BYTES), records };
    }
    return null;
  }

  info(): ReturnType<TraceSource['info']> {
    return this.source.info();
  }

  position(): number {
    return this.source.position();
  }

  async close(): Promise<void> {}

  /** Returns how many records there are of it. */
  private take(words: Uint32Array): number {
    const { words: out, losses, shift } = this;
    const within = 2 ** shift - 1;
    let to = 0;
    for (let at = 0; at < words.length; at += 4) {
      const meta = words[at + 3]!;
      if (isOperation(meta)) {
        if ((meta & OP_MASK) === OP_OPERATION) losses.add('operations');
        continue;
      }
      const isFolded = (meta & FOLDED) !== 0;
      const extent = words[at + 2]!;
      const count = isFolded ? extent : 1;
      if (meta >>> PID_SHIFT !== 1) losses.add('processes', count);
      if ((meta & OP_MASK) !== OP_READ) losses.add('ops', count);
      if (!isFolded && extent !== 1) losses.add('sizes');
      if (!isFolded && (words[at]! & within) !== 0) losses.add('offsets');
      if (!isFolded && shift > 0 && (words[at]! & within) + extent > within + 1) losses.add('crossings');
      out[to] = isFolded ? pageStart(words[at]!, this.source) : words[at]!;
      out[to + 1] = words[at + 1]!;
      out[to + 2] = isFolded || shift > 0 ? extent : 1;
      out[to + 3] = OP_READ | (meta & FOLDED) | (1 << PID_SHIFT);
      to += 4;
    }
    return to / 4;
  }
}
