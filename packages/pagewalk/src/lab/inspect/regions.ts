/**
 * Where the pages of a trace are: clusters of pages with wide gaps between them. A trace does not say what it has mapped, unless it holds
 * operations; but code, heap, libraries and stack lie far apart.
 */
import type { ObjectNames } from '../../trace/operations/names.ts';
import type { OperationRecord } from '../../trace/operations/operation.ts';
import { mappedNames, type NamedPages } from './mapped-names.ts';
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
  readonly name: string | null;
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
  const namesOf = mappedNames(mappings, names, pageBytes);
  const regions = pids.flatMap((pid) => clusters(pagesOf(table, pid), pid, pageBytes, most, namesOf(pid)));
  fill(table, regions);
  for (const region of regions) region.kind = kindOf(region, pageBytes);
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

/** Cuts at gaps of a MiB and where the name changes, or only at gaps, and at wider ones, if that makes too many regions. */
function clusters(
  pages: Float64Array,
  pid: number,
  pageBytes: number,
  most: number,
  named: readonly NamedPages[],
): Region[] {
  const least = Math.max(2, GAP_BYTES / pageBytes);
  let starts = startsOf(pages, least, most, nameOf(named));
  for (let gap = least; starts.length > most; gap *= 2) starts = startsOf(pages, gap, most, () => null);
  return starts.map((start, index) => {
    const first = pages[start]!;
    const last = pages[(starts[index + 1] ?? pages.length) - 1]!;
    return { pid, first, last, pages: 0, ops: [0, 0, 0], kind: 'data', name: nameWithin(named, first, last + 1) };
  });
}

/** Places where regions begin; no more than one too many. */
function startsOf(pages: Float64Array, gap: number, most: number, nameAt: (page: number) => string | null): number[] {
  const starts = [0];
  let name = nameAt(pages[0] ?? 0);
  for (let at = 1; at < pages.length && starts.length <= most; at++) {
    const here = nameAt(pages[at]!);
    if (pages[at]! - pages[at - 1]! > gap || here !== name) starts.push(at);
    name = here;
  }
  return starts;
}

/** For pages that are asked for in order. */
function nameOf(named: readonly NamedPages[]): (page: number) => string | null {
  let at = 0;
  return (page) => {
    while (at < named.length && named[at]!.to <= page) at++;
    const here = named[at];
    return here && here.from <= page ? here.name : null;
  };
}

/** What covers the most of pages `from` … `to` - 1. */
function nameWithin(named: readonly NamedPages[], from: number, to: number): string | null {
  const covered = new Map<string, number>();
  for (const each of named) {
    const pages = Math.min(to, each.to) - Math.max(from, each.from);
    if (pages > 0) covered.set(each.name, (covered.get(each.name) ?? 0) + pages);
  }
  const [best] = [...covered].sort((a, b) => b[1] - a[1]);
  if (!best) return null;
  return covered.size === 1 ? best[0] : `${best[0]} and ${covered.size - 1} more`;
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
