/** What follows from the table of pages. */
import type { PageTable } from './page-table.ts';
import type { Inspection } from './schema.ts';

const OPS = 3;
const FETCH = 2;

/** Touches of each page, the fewest first; those of the pages that stand for all. */
function totalsOf(table: PageTable): Float64Array {
  const totals = new Float64Array(table.size);
  let size = 0;
  for (let id = 0; id < table.size; id++) if (table.stands(id)) totals[size++] = touchesOf(table, id);
  return totals.subarray(0, size).sort();
}

const touchesOf = ({ counts }: PageTable, id: number): number =>
  counts[id * OPS]! + counts[id * OPS + 1]! + counts[id * OPS + FETCH]!;

export function pageFacts(table: PageTable, pageBytes: number): Inspection['pages'] {
  const { counts, weight } = table;
  let [code, data, both, written] = [0, 0, 0, 0];
  for (let id = 0; id < table.size; id++) {
    if (!table.stands(id)) continue;
    const fetched = counts[id * OPS + FETCH]! > 0;
    const used = counts[id * OPS]! + counts[id * OPS + 1]! > 0;
    if (fetched && used) both += weight;
    else if (fetched) code += weight;
    else data += weight;
    if (counts[id * OPS + 1]! > 0) written += weight;
  }
  const distinct = table.pages;
  const [half, nine, ninetyNine] = shares(totalsOf(table), [0.5, 0.9, 0.99]);
  return {
    distinct,
    exact: table.isExact,
    bytes: distinct * pageBytes,
    code,
    data,
    code_and_data: both,
    written,
    half: half! * weight,
    nine_tenths: nine! * weight,
    ninety_nine_hundredths: ninetyNine! * weight,
  };
}

/** How many of the largest numbers make up each share of the sum. */
function shares(totals: Float64Array, wanted: readonly number[]): number[] {
  const sum = totals.reduce((all, each) => all + each, 0);
  const found: number[] = [];
  let seen = 0;
  for (let at = totals.length - 1; at >= 0; at--) {
    seen += totals[at]!;
    while (found.length < wanted.length && seen >= wanted[found.length]! * sum) found.push(totals.length - at);
  }
  return wanted.map((_, index) => found[index] ?? totals.length);
}

/** The pages touched most, at most `top`. */
export function hotPages(table: PageTable, top: number, pageBytes: number, touches: number): Inspection['hot_pages'] {
  const totals = Float64Array.from({ length: table.size }, (_, id) => touchesOf(table, id)).sort();
  const least = totals[Math.max(0, totals.length - top)] ?? 0;
  const ids: number[] = [];
  for (let id = 0; id < table.size; id++) if (touchesOf(table, id) >= least) ids.push(id);
  ids.sort((a, b) => touchesOf(table, b) - touchesOf(table, a) || a - b);
  return ids.slice(0, top).map((id) => {
    const [reads, writes, fetches] = [0, 1, 2].map((op) => table.counts[id * OPS + op]!) as [number, number, number];
    const page = (BigInt(table.high[id]!) << 32n) | BigInt(table.low[id]!);
    return {
      pid: table.pid[id]!,
      page: `0x${(page * BigInt(pageBytes)).toString(16)}`,
      touches: reads + writes + fetches,
      share: touches === 0 ? 0 : (reads + writes + fetches) / touches,
      reads,
      writes,
      fetches,
    };
  });
}

/** Distinct pages by process. */
export function processPages(table: PageTable): Map<number, number> {
  const pages = new Map<number, number>();
  for (let id = 0; id < table.size; id++) {
    if (!table.stands(id)) continue;
    const pid = table.pid[id]!;
    pages.set(pid, (pages.get(pid) ?? 0) + table.weight);
  }
  return pages;
}
