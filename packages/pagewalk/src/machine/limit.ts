/** The first accesses of a trace, exactly: a folded record at the end is shortened, a run is written out. What follows is not read. */
import { FOLDED, isOperation, OP_MASK, OP_RUN, RECORD_BYTES, recordWords } from '../trace/record.ts';
import { chunkOf, recordsAt, stepsAt, stepsOf } from '../trace/run-groups.ts';
import type { Chunk, TraceSource } from '../trace/source.ts';

const WORDS = RECORD_BYTES / 4;

export interface LimitedSource extends TraceSource {
  /** Whether the limit came before the end of the trace. */
  readonly reached: boolean;
}

export function limited(source: TraceSource, maxAccesses: number): LimitedSource {
  let left = maxAccesses;
  let rest: Chunk | null = null;
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
      if (rest) {
        const last = rest;
        rest = null;
        return last;
      }
      if (left === 0) return null;
      const chunk = await source.next();
      if (!chunk) return null;
      if (left === Number.POSITIVE_INFINITY) return chunk;
      const words = recordWords(chunk);
      const even = source.foldedPage === null && (source.operations?.count ?? 0) === 0;
      const [records, accesses] = reach(words, 0, chunk.records, even, left);
      const over = accesses - left;
      left = Math.max(0, -over);
      if (over <= 0) return { bytes: chunk.bytes.subarray(0, records * RECORD_BYTES), records };
      const [before, last] = shortened(words, records, over);
      if (!before) return last;
      rest = last;
      return before;
    },
    info: () => source.info(),
    position: () => source.position(),
    close: () => source.close(),
  };
}

/** The first `records`, less `over` accesses of the last one, which if it is a run makes a chunk of its own. */
function shortened(words: Uint32Array, records: number, over: number): [Chunk | null, Chunk] {
  let last = 0;
  for (let at = 0; at < records; at += recordsAt(words, at)) last = at;
  if (!isRun(words, last)) {
    const part = words.slice(0, records * WORDS);
    part[last * WORDS + 2] = (part[last * WORDS + 2] as number) - over;
    return [null, chunkOf(part)];
  }
  const accesses = (words[last * WORDS + 2] as number) - over;
  const steps = stepsOf(words, last);
  const [stop, reached] = reach(steps, 0, steps.length / WORDS, false, accesses);
  const part = steps.slice(0, stop * WORDS);
  part[(stop - 1) * WORDS + 2] = (part[(stop - 1) * WORDS + 2] as number) - (reached - accesses);
  return [last === 0 ? null : chunkOf(words.slice(0, last * WORDS)), chunkOf(part)];
}

const isRun = (words: Uint32Array, at: number): boolean => ((words[at * WORDS + 3] as number) & OP_MASK) === OP_RUN;

/**
 * The place behind the record that brings the accesses from `at` on to `target`, at most `end`; how many accesses that makes; and how many plain
 * records. `even`: each record is one access. A run is one record here: it is not begun if it ends behind `end`, unless it is the first.
 */
export function reach(
  words: Uint32Array,
  at: number,
  end: number,
  even: boolean,
  target: number,
): [place: number, accesses: number, plain: number] {
  if (even) {
    const stop = Math.min(end, at + target);
    return [stop, stop - at, stop - at];
  }
  let accesses = 0;
  let plain = 0;
  let place = at;
  for (; place < end && accesses < target; place++) {
    const meta = words[place * WORDS + 3] as number;
    plain++;
    if ((meta & FOLDED) !== 0) accesses += words[place * WORDS + 2] as number;
    else if (isRun(words, place)) {
      const records = recordsAt(words, place);
      if (place + records > end && place > at) return [place, accesses, plain - 1];
      accesses += words[place * WORDS + 2] as number;
      plain += stepsAt(words, place) - 1;
      place += records - 1;
    } else if (!isOperation(meta)) accesses++;
  }
  return [place, accesses, plain];
}
