/** What follows from the table of pages. */
import type { PageTable } from './page-table.ts';
import type { Inspection } from './schema.ts';

const OPS = 3;
const FETCH = 2;

export function pageFacts(table: PageTable, pageBytes: number): Inspection['pages'] {
  const { counts } = table;
  let [code, data, both, written] = [0, 0, 0, 0];
  for (let id = 0; id < table.size; id++) {
    const weight = table.weightOf(id);
    const fetched = counts[id * OPS + FETCH]! > 0;
    const used = counts[id * OPS]! + counts[id * OPS + 1]! > 0;
    if (fetched && used) both += weight;
    else if (fetched) code += weight;
    else data += weight;
    if (counts[id * OPS + 1]! > 0) written += weight;
  }
  const distinct = table.pages;
  const [half = 0, nineTenths = 0, ninetyNine = 0] = shares(table, [0.5, 0.9, 0.99]);
  return {
    distinct,
    exact: table.isExact,
    bytes: distinct * pageBytes,
    code,
    data,
    code_and_data: both,
    written,
    half,
    nine_tenths: nineTenths,
    ninety_nine_hundredths: ninetyNine,
  };
}

/** How many of the pages touched most make up each share of all touches. */
function shares(table: PageTable, wanted: readonly number[]): number[] {
  const { weight } = table;
  const pinned = sortedTouches(table, (id) => table.weightOf(id) !== weight);
  const others = sortedTouches(table, (id) => table.weightOf(id) === weight);
  const all = sum(pinned) + sum(others) * weight;
  const found: number[] = [];
  let [touches, pages, at, place] = [0, 0, pinned.length - 1, others.length - 1];
  while (found.length < wanted.length && (at >= 0 || place >= 0)) {
    const isPinned = (pinned[at] ?? -1) >= (others[place] ?? -1);
    touches += isPinned ? pinned[at--]! : others[place--]! * weight;
    pages += isPinned ? 1 : weight;
    while (found.length < wanted.length && touches >= wanted[found.length]! * all) found.push(pages);
  }
  return found;
}

const sum = (numbers: Float64Array): number => numbers.reduce((all, each) => all + each, 0);

/** Touches of some of the pages, the fewest first. */
function sortedTouches(table: PageTable, isWanted: (id: number) => boolean): Float64Array {
  const touches = new Float64Array(table.size);
  let size = 0;
  for (let id = 0; id < table.size; id++) if (isWanted(id)) touches[size++] = table.touches(id);
  return touches.subarray(0, size).sort();
}

/** The pages touched most, at most `top`. */
export function hotPages(table: PageTable, top: number, pageBytes: number, touches: number): Inspection['hot_pages'] {
  return hottest(table, top).map((id) => {
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

/** Of pages that are touched equally often, those that were touched first. */
function hottest(table: PageTable, top: number): number[] {
  if (top === 0) return [];
  const least = sortedTouches(table, () => true).at(-top) ?? 0;
  const more: number[] = [];
  const equal: number[] = [];
  for (let id = 0; id < table.size; id++) {
    const touches = table.touches(id);
    if (touches > least) more.push(id);
    else if (touches === least && equal.length < top) equal.push(id);
  }
  more.sort((a, b) => table.touches(b) - table.touches(a) || a - b);
  return [...more, ...equal].slice(0, top);
}

/** Distinct pages by process. */
export function processPages(table: PageTable): Map<number, number> {
  const pages = new Map<number, number>();
  for (let id = 0; id < table.size; id++) {
    const pid = table.pid[id]!;
    pages.set(pid, (pages.get(pid) ?? 0) + table.weightOf(id));
  }
  return pages;
}
