/** What is still to come: the next use of some pages after an access, and how long the trace is. */
import type { Attendant } from '../../machine/attended.ts';
import { PID_SHIFT, RECORD_BYTES } from '../../trace/record.ts';
import type { TraceSource } from '../../trace/source.ts';
import { recordTouches } from '../../trace/touches.ts';
import { PageColumn } from './page-column.ts';
import type { PageIds } from './page-ids.ts';
import { accessesOf, wordsOf } from './records.ts';

const WORDS = RECORD_BYTES / 4;

export interface Future {
  /** Accesses of the whole trace. */
  readonly accesses: number;
  /** By page id: the first access after `access` that uses the page; 0 if none does. */
  readonly nextUse: PageColumn;
}

/** Reads the trace to its end and closes it. `pages` are those to look for. */
export async function lookAhead(
  source: TraceSource,
  access: number,
  pages: PageIds,
  pageBytes: number,
  attendant?: Attendant,
): Promise<Future> {
  const nextUse = new PageColumn();
  let accesses = 0;
  let missing = pages.count;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      await attendant?.look();
      const words = wordsOf(chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      for (let place = 0; place < chunk.records; place++) {
        const first = accesses + 1;
        const count = accessesOf(words, place);
        accesses += count;
        if (accesses <= access || missing === 0 || count === 0) continue;
        missing -= meet(words, place, Math.max(first, access + 1), pages, pageBytes, nextUse);
      }
    }
  } finally {
    await source.close();
  }
  return { accesses, nextUse };
}

/** Notes the first use of each page of a record; returns for how many of them it is. */
function meet(
  words: Uint32Array,
  place: number,
  access: number,
  pages: PageIds,
  pageBytes: number,
  nextUse: PageColumn,
): number {
  const at = place * WORDS;
  const shift = Math.log2(pageBytes);
  const low = ((words[at]! >>> shift) | (words[at + 1]! << (32 - shift))) >>> 0;
  const high = words[at + 1]! >>> shift;
  const pid = words[at + 3]! >>> PID_SHIFT;
  let found = 0;
  for (let touch = recordTouches(words, place, pageBytes) - 1; touch >= 0; touch--) {
    const sum = low + touch;
    const id = pages.known(sum >>> 0, high + (sum > 0xffff_ffff ? 1 : 0), pid);
    if (id < 0 || nextUse.get(id) !== 0) continue;
    nextUse.set(id, access);
    found++;
  }
  return found;
}
