/** The first accesses of a trace, exactly: a folded record at the end is shortened. What follows is not read. */
import { FOLDED, isOperation, RECORD_BYTES } from '../trace/record.ts';
import type { Chunk, TraceSource } from '../trace/source.ts';

const WORDS = RECORD_BYTES / 4;

export interface LimitedSource extends TraceSource {
  /** Whether the limit came before the end of the trace. */
  readonly reached: boolean;
}

export function limited(source: TraceSource, maxAccesses: number): LimitedSource {
  let left = maxAccesses;
  return {
    name: source.name,
    format: source.format,
    sizeHint: source.sizeHint,
    get foldedPage() {
      return source.foldedPage;
    },
    get operations() {
      return source.operations;
    },
    get reached() {
      return left === 0;
    },
    async next() {
      if (left === 0) return null;
      const chunk = await source.next();
      if (!chunk) return null;
      const words = wordsOf(chunk);
      const even = source.foldedPage === null && (source.operations?.count ?? 0) === 0;
      const [records, accesses] = reach(words, 0, chunk.records, even, left);
      const over = accesses - left;
      left = Math.max(0, -over);
      if (over <= 0) return { bytes: chunk.bytes.subarray(0, records * RECORD_BYTES), records };
      const bytes = chunk.bytes.slice(0, records * RECORD_BYTES);
      const extent = (records - 1) * WORDS + 2;
      wordsOf({ bytes, records })[extent] = (words[extent] as number) - over;
      return { bytes, records };
    },
    info: () => source.info(),
    position: () => source.position(),
    close: () => source.close(),
  };
}

/**
 * The place behind the record that brings the accesses from `at` on to `target`, at most `end`, and how many accesses that makes. `even`:
 * each record is one access.
 */
export function reach(words: Uint32Array, at: number, end: number, even: boolean, target: number): [number, number] {
  if (even) {
    const stop = Math.min(end, at + target);
    return [stop, stop - at];
  }
  let accesses = 0;
  let place = at;
  for (; place < end && accesses < target; place++) {
    const meta = words[place * WORDS + 3] as number;
    if ((meta & FOLDED) !== 0) accesses += words[place * WORDS + 2] as number;
    else if (!isOperation(meta)) accesses++;
  }
  return [place, accesses];
}

function wordsOf({ bytes, records }: Chunk): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, records * WORDS);
}
