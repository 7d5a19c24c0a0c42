/** The rows of the grid as bands of the picture, one for each region, with the highest addresses on top; and their pixels. */
import type { Grid, GridRow } from './grid.ts';
import type { Colour } from './png.ts';
import type { Region } from './regions.ts';
import { COLUMNS } from './timeline.ts';

const OPS = 3;

export interface Band {
  /** Null: pages of processes without a region of their own. */
  readonly region: Region | null;
  /** From the top down. */
  readonly rows: readonly GridRow[];
}

export function bandsOf(grid: Grid, regions: readonly Region[]): Band[] {
  const pages = 2 ** grid.shift;
  const byPid = Map.groupBy(regions, ({ pid }) => pid);
  const found = new Map<Region | null, GridRow[]>();
  for (const region of regions) found.set(region, []);
  for (const row of grid.sorted()) {
    const first = row.group * pages;
    const inside = (byPid.get(row.pid) ?? []).find((each) => each.first < first + pages && each.last >= first);
    const rows = found.get(inside ?? null);
    if (rows) rows.push(row);
    else found.set(null, [row]);
  }
  const bands = [...found].filter(([, rows]) => rows.length > 0);
  const order = (region: Region | null): number => region?.pid ?? Number.POSITIVE_INFINITY;
  return bands
    .sort(([a], [b]) => order(a) - order(b) || (b?.first ?? 0) - (a?.first ?? 0))
    .map(([region, rows]) => ({ region, rows: rows.toReversed() }));
}

const FETCH_AND_DATA: Colour = [0, 134, 150];
/** Colours of what is read, written, both, fetched, and so on: a bit for each op. */
export const INKS: readonly Colour[] = [
  [255, 255, 255],
  [31, 98, 196],
  [222, 78, 24],
  [138, 58, 166],
  [24, 138, 72],
  FETCH_AND_DATA,
  FETCH_AND_DATA,
  FETCH_AND_DATA,
];
export const LEVELS = 8;
/** An op shows in the colour if it makes up this share of the accesses. */
const VISIBLE = 0.1;
const PALEST = 0.35;

/** Colour 0 is none; then each ink in all its levels. */
export const COLOURS: readonly Colour[] = [
  [255, 255, 255],
  ...INKS.slice(1).flatMap((ink) => Array.from({ length: LEVELS }, (_, level) => shade(ink, (level + 1) / LEVELS))),
];

export function shade(ink: Colour, depth: number): Colour {
  const strength = PALEST + (1 - PALEST) * depth;
  const dark = depth > 0.75 ? 1 - (depth - 0.75) * 0.8 : 1;
  return ink.map((part) => Math.round((255 - (255 - part) * strength) * dark)) as unknown as Colour;
}

/** Touches by op of each pixel of a band, three numbers each: `height` rows, and one column for each `join` of the first `columns`. */
export function touchesOf(band: Band, grid: Grid, columns: number, join: number, height: number): Float64Array {
  const width = Math.ceil(columns / join);
  const sums = new Float64Array(width * height * OPS);
  for (const [index, { row }] of band.rows.entries()) {
    const y = Math.floor((index * height) / band.rows.length);
    const from = row * COLUMNS * OPS;
    for (let column = 0; column < columns; column++) {
      const to = (y * width + Math.floor(column / join)) * OPS;
      for (let op = 0; op < OPS; op++) sums[to + op]! += grid.cells[from + column * OPS + op]!;
    }
  }
  return sums;
}

/** `most`: touches of the darkest pixel. */
export function pixelsOf(touches: Float64Array, most: number): Uint8Array {
  const pixels = new Uint8Array(touches.length / OPS);
  const scale = LEVELS / Math.log1p(most);
  for (let at = 0; at < pixels.length; at++) {
    const [reads, writes, fetches] = [touches[at * OPS]!, touches[at * OPS + 1]!, touches[at * OPS + 2]!];
    const sum = reads + writes + fetches;
    if (sum === 0) continue;
    const least = sum * VISIBLE;
    const ink = (reads > least ? 1 : 0) + (writes > least ? 2 : 0) + (fetches > least ? 4 : 0);
    const level = Math.min(LEVELS, Math.max(1, Math.ceil(Math.log1p(sum) * scale)));
    pixels[at] = 1 + (ink - 1) * LEVELS + level - 1;
  }
  return pixels;
}

export function mostOf(touches: Float64Array): number {
  let most = 0;
  for (let at = 0; at < touches.length; at += OPS) {
    most = Math.max(most, touches[at]! + touches[at + 1]! + touches[at + 2]!);
  }
  return most;
}
