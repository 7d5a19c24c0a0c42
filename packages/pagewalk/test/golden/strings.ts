/**
 * Reference strings of real programs, dense enough that a slow model gets through them: the start of a recorded trace without the references to the
 * 16 pages used last. Such stack deletion changes little for memories that are larger than what it deletes: Smith 1977, Two methods for the
 * efficient analysis of memory address trace data, doi 10.1109/TSE.1977.233838. A reference is a write if its page was written to before it was deleted.
 */
import { fileURLToPath } from 'node:url';
import { openTrace } from '../../src/node/index.ts';
import type { Access } from '../oracle/trace.ts';

export const TRACES = ['sort', 'sqlite3', 'perl'] as const;
export type TraceName = (typeof TRACES)[number];

const REFERENCES = 10_000;
const DELETED = 16;
const RECORD_BYTES = 16;
const PAGE_BITS = 12n;
const WRITE = 1;
const OP = 0xf;

export async function stringOf(name: TraceName): Promise<Access[]> {
  const trace = await openTrace(fileURLToPath(new URL(`../../../../traces/${name}.trace.zst`, import.meta.url)));
  const string: { page: bigint; op: Access['op'] }[] = [];
  // The last reference to each of the pages used last, the latest at the end.
  const recent: { page: bigint; op: Access['op'] }[] = [];
  for (let chunk = await trace.next(); chunk !== null && string.length <= REFERENCES; chunk = await trace.next()) {
    const view = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.records * RECORD_BYTES);
    for (let at = 0; at < view.byteLength && string.length <= REFERENCES; at += RECORD_BYTES) {
      const page = view.getBigUint64(at, true) >> PAGE_BITS;
      const place = recent.findLastIndex((other) => other.page === page);
      const reference = recent[place] ?? { page, op: 'R' };
      if (place === -1) string.push(reference);
      else recent.splice(place, 1);
      if ((view.getUint32(at + 12, true) & OP) === WRITE) reference.op = 'W';
      recent.push(reference);
      if (recent.length > DELETED) recent.shift();
    }
  }
  await trace.close();
  return string
    .slice(0, REFERENCES)
    .map(({ page, op }) => ({ pid: 1, op, address: page << PAGE_BITS, extent: 1, folded: false }));
}

/** Eight memories, from little to nearly enough. */
export function sizesFor(string: readonly Access[]): number[] {
  const pages = new Set(string.map(({ address }) => address)).size;
  return [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9].map((share) => Math.round(pages * share));
}
