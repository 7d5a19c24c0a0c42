/**
 * Where the pages of a trace are: clusters of pages with wide gaps between them. A trace does not say what it has mapped, unless it holds
 * operations; but code, heap, libraries and stack lie far apart.
 */
import type { ObjectNames } from '../../trace/operations/names.ts';
import { MMAP, type OperationRecord, objectPlace, operationRow } from '../../trace/operations/operation.ts';
import type { PageTable } from './page-table.ts';

const OPS = 3;
/** Pages closer than this are of one region. */
const GAP_BYTES = 2 ** 20;
/** In all, and of one process when there are several. */
const MOST_REGIONS = 24;
export const MOST_PROCESSES = 8;

export type RegionKind = 'code' | 'code and data' | 'data' | 'read only' | 'stack';

export interface Region {
  readonly pid: number;
  /** Numbers of its first and last page. */
  readonly first: number;
  readonly last: number;
  /** Distinct pages touched in it; estimated where the table is. */
  pages: number;
  /** Touches by op. */
  readonly ops: [number, number, number];
  kind: RegionKind;
  /** Of the file or object that is mapped there, if the trace tells; `heap` for what brk made. */
  name: string | null;
}

export interface Regions {
  /** By process and address. */
  readonly regions: readonly Region[];
  /** Processes whose pages are not in regions, because there are too many. */
  readonly leftOut: number;
}

export function regionsOf(
  table: PageTable,
  pageBytes: number,
  mappings: readonly OperationRecord[],
  names: ObjectNames | undefined,
): Regions {
  const touched = new Map<number, number>();
  for (let id = 0; id < table.size; id++) {
    const pid = table.pid[id]!;
    touched.set(pid, (touched.get(pid) ?? 0) + table.touches(id) * table.weightOf(id));
  }
  const busiest = [...touched].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_PROCESSES);
  const pids = busiest.map(([pid]) => pid).sort((a, b) => a - b);
  const most = Math.max(4, Math.floor(MOST_REGIONS / pids.length));
  const regions = pids.flatMap((pid) => clusters(pagesOf(table, pid), pid, pageBytes, most));
  fill(table, regions);
  for (const region of regions) {
    region.kind = kindOf(region, pageBytes);
    region.name = nameOf(region, pageBytes, mappings, names);
  }
  return { regions, leftOut: touched.size - pids.length };
}

/** Numbers of pages, exact below 2^53. */
const numberOf = ({ low, high }: PageTable, id: number): number => high[id]! * 2 ** 32 + low[id]!;

function pagesOf(table: PageTable, pid: number): Float64Array {
  let count = 0;
  for (let id = 0; id < table.size; id++) if (table.pid[id] === pid) count++;
  const pages = new Float64Array(count);
  for (let id = table.size - 1; id >= 0; id--) if (table.pid[id] === pid) pages[--count] = numberOf(table, id);
  return pages.sort();
}

/** Cuts at gaps of a MiB, or at wider ones if that makes too many regions. */
function clusters(pages: Float64Array, pid: number, pageBytes: number, most: number): Region[] {
  for (let gap = Math.max(2, GAP_BYTES / pageBytes); ; gap *= 2) {
    const starts = [0];
    for (let at = 1; at < pages.length && starts.length <= most; at++) {
      if (pages[at]! - pages[at - 1]! > gap) starts.push(at);
    }
    if (starts.length > most) continue;
    return starts.map((start, index) => ({
      pid,
      first: pages[start]!,
      last: pages[(starts[index + 1] ?? pages.length) - 1]!,
      pages: 0,
      ops: [0, 0, 0],
      kind: 'data',
      name: null,
    }));
  }
}

function fill(table: PageTable, regions: readonly Region[]): void {
  const byPid = Map.groupBy(regions, ({ pid }) => pid);
  for (let id = 0; id < table.size; id++) {
    const region = containing(byPid.get(table.pid[id]!) ?? [], numberOf(table, id));
    if (!region) continue;
    const weight = table.weightOf(id);
    region.pages += weight;
    for (let op = 0; op < OPS; op++) region.ops[op]! += table.counts[id * OPS + op]! * weight;
  }
}

/** The region of a page, among those of one process by address. */
export function containing(regions: readonly Region[], page: number): Region | undefined {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (regions[middle]!.last < page) low = middle + 1;
    else high = middle;
  }
  const found = regions[low];
  return found && found.first <= page ? found : undefined;
}

/** Where Linux on x86-64 puts stacks, and where valgrind does. */
const STACKS = [
  [0x7ff0_0000_0000, 0x7fff_ffff_ffff],
  [0x1f_e000_0000, 0x1f_ff10_0000],
] as const;

function kindOf({ ops: [reads, writes, fetches], first, last }: Region, pageBytes: number): RegionKind {
  const isStack = STACKS.some(([from, to]) => first * pageBytes >= from && (last + 1) * pageBytes - 1 <= to);
  const total = reads + writes + fetches;
  if (isStack && writes > 0 && fetches < total / 2) return 'stack';
  if (fetches === total) return 'code';
  if (fetches > 0) return 'code and data';
  return writes > 0 ? 'data' : 'read only';
}

/** What covers the most of the region. */
function nameOf(
  region: Region,
  pageBytes: number,
  mappings: readonly OperationRecord[],
  names: ObjectNames | undefined,
): string | null {
  const from = region.first * pageBytes;
  const to = (region.last + 1) * pageBytes;
  const covered = new Map<string, number>();
  const cover = (name: string, start: number, end: number): void => {
    const bytes = Math.min(to, end) - Math.max(from, start);
    if (bytes > 0) covered.set(name, (covered.get(name) ?? 0) + bytes);
  };
  const heaps = new Map<number, number>();
  for (const { pid, operation, words } of mappings) {
    if (operation === 'brk') {
      const end = Number(words[0]);
      const start = heaps.get(pid);
      if (start === undefined) heaps.set(pid, end);
      else if (pid === region.pid) cover('heap', start, end);
      continue;
    }
    const place = objectPlace(operationRow(operation)!, words);
    if (place < 0) continue;
    const address = Number(words[operation === 'mmap' ? MMAP.address : 1]);
    const length = operation === 'mmap' ? Number(words[MMAP.length]) : pageBytes;
    cover(names?.name(words[place]!) ?? 'object', address, address + length);
  }
  const [best] = [...covered].sort((a, b) => b[1] - a[1]);
  if (!best) return null;
  return covered.size === 1 ? best[0] : `${best[0]} and ${covered.size - 1} more`;
}
