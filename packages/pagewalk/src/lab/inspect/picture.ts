/**
 * Addresses over time as an SVG document: the number of the access from left to right, pages from bottom to top. Only pages that are touched
 * have a place, so the gaps between regions are cut. The points are images inside the document, because a million of them
 * would be too many elements: so it is small for any trace, and needs nothing else to be shown.
 */
import { bytesText } from '../../machine/config/quantity.ts';
import { type Band, bandsOf, COLOURS, INKS, LEVELS, mostOf, pixelsOf, shade, touchesOf } from './bands.ts';
import type { Grid } from './grid.ts';
import { pngUrl } from './png.ts';
import type { Region } from './regions.ts';
import type { Inspection } from './schema.ts';
import type { Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';

const LEFT = 310;
const WIDTH = 840;
const RIGHT = 160;
const TOP = 86;
/** Of all bands together, if that is enough for their labels. */
const HEIGHT = 520;
const LEAST_BAND = 14;
/** A page is no higher than this. */
const MOST_ROW = 14;
const GAP = 5;
const LANE = 13;
const LANES = 6;
const CHART = 90;
const CHART_GAP = 34;
const BOTTOM = 56;
/** Characters of a label. */
const NAME = 32;
/** Columns of points: two pixels each or nearly, so that a single access can be seen. */
const MOST_COLUMNS = 512;

interface Place {
  readonly band: Band;
  readonly y: number;
  readonly height: number;
}

export async function picture(
  found: Inspection,
  { grid, timeline }: Tally,
  regions: readonly Region[],
): Promise<string> {
  if (!grid) throw new Error('a picture without a grid');
  const lanes = lanesOf(timeline);
  const top = TOP + lanes.length * LANE + (lanes.length > 0 ? 6 : 0);
  const places = placed(bandsOf(grid, regions), top);
  const last = places.at(-1);
  const end = last ? last.y + last.height : top;
  const chart = end + CHART_GAP;
  const height = chart + CHART + BOTTOM;
  const axis = new Axis(found.accesses, timeline);
  const bands = await drawn(places, grid, timeline, axis);
  const body = [
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...heading(found, grid, timeline),
    ...lanes.flatMap((name, index) => lane(name, index, timeline, axis)),
    ...axis.grid(top, chart + CHART),
    `<clipPath id="points"><rect x="${LEFT}" y="${top}" width="${WIDTH}" height="${end - top}"/></clipPath>`,
    '<g clip-path="url(#points)">',
    ...bands,
    '</g>',
    ...places.flatMap((place) => labels(place, found, grid.byProcess)),
    ...pagesChart(found, timeline, axis, chart),
    ...axis.ticks(chart + CHART),
  ];
  const all = LEFT + WIDTH + RIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${height}" width="${all}" height="${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11" fill="#222">`,
    `<title>${escaped(found.trace.name)}: addresses over time</title>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** Bands share the height by their pages, but each has room for its label. */
function placed(bands: readonly Band[], top: number): Place[] {
  const rows = bands.reduce((sum, band) => sum + band.rows.length, 0);
  const each = Math.min(MOST_ROW, HEIGHT / Math.max(1, rows));
  const heights = bands.map((band) => Math.max(LEAST_BAND, Math.round(band.rows.length * each)));
  const over = heights.reduce((sum, height) => sum + height, 0) - HEIGHT;
  const spare = heights.reduce((sum, height) => sum + height - LEAST_BAND, 0);
  let y = top;
  return bands.map((band, index) => {
    const full = heights[index]!;
    const height =
      over > 0 && spare > 0 ? Math.round(full - ((full - LEAST_BAND) * Math.min(over, spare)) / spare) : full;
    const place = { band, y, height };
    const next = bands[index + 1];
    y += height + (next && next.region?.pid !== band.region?.pid ? 2 * GAP : GAP);
    return place;
  });
}

async function drawn(places: readonly Place[], grid: Grid, timeline: Timeline, axis: Axis): Promise<string[]> {
  const { columns } = timeline;
  if (columns === 0) return [];
  const join = joinOf(columns);
  const width = Math.ceil(columns / join);
  const images = places.map(({ band, height }) => {
    const rows = Math.min(band.rows.length, height);
    return { rows, touches: touchesOf(band, grid, columns, join, rows) };
  });
  const most = images.reduce((sum, { touches }) => Math.max(sum, mostOf(touches)), 0);
  const lines: string[] = [];
  for (const [index, { y, height }] of places.entries()) {
    const { rows, touches } = images[index]!;
    const url = await pngUrl(pixelsOf(touches, most), width, rows, COLOURS);
    lines.push(
      `<rect x="${LEFT}" y="${y}" width="${WIDTH}" height="${height}" fill="#f4f4f2"/>`,
      `<image x="${LEFT}" y="${y}" width="${round(axis.length(width * join * timeline.width))}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${url}"/>`,
    );
  }
  return lines;
}

/** How many columns of the timeline make one of points. */
const joinOf = (columns: number): number => (columns > MOST_COLUMNS ? 2 : 1);

/** What a region is, at its left; how much it is used, at its right. */
function labels(
  { band: { region, rows }, y, height }: Place,
  { page_size, processes_total, touches }: Inspection,
  byProcess: boolean,
): string[] {
  const middle = y + height / 2 + 4;
  if (!region) {
    const processes = new Set(rows.map(({ pid }) => pid)).size;
    return [
      text(LEFT - 8, middle, byProcess ? count(processes, 'other process', 'other processes') : 'all processes', 'end'),
    ];
  }
  const process = processes_total > 1 ? `${region.pid}: ` : '';
  // What is done there shows in the colours.
  const label = clipped(`${process}${region.name?.split('/').at(-1) ?? region.kind}`);
  const sum = region.ops[0] + region.ops[1] + region.ops[2];
  const share = `${((100 * sum) / Math.max(1, touches)).toFixed(1)} %`;
  const from = `0x${(BigInt(region.first) * BigInt(page_size)).toString(16)}`;
  const to = `0x${((BigInt(region.last) + 1n) * BigInt(page_size) - 1n).toString(16)}`;
  const isHigh = height >= 30;
  const title = `<title>${escaped(`process ${region.pid}, ${from} to ${to}: ${region.kind}, ${grouped(region.pages)} pages, ${grouped(region.ops[0])} reads, ${grouped(region.ops[1])} writes, ${grouped(region.ops[2])} fetches`)}</title>`;
  return [
    `<g>${title}`,
    text(LEFT - 8, middle, label, 'end'),
    text(10, middle, from, 'start', 'font-family="monospace" font-size="10" fill="#666"'),
    text(
      LEFT + WIDTH + 8,
      isHigh ? middle - 6 : middle,
      isHigh ? count(region.pages, 'page') : `${count(region.pages, 'page')}, ${share}`,
    ),
    ...(isHigh ? [text(LEFT + WIDTH + 8, middle + 8, `${share} of touches`, 'start', 'fill="#666"')] : []),
    '</g>',
  ];
}

function heading(found: Inspection, { shift, byProcess }: Grid, { width, columns }: Timeline): string[] {
  const { trace, accesses, pages, page_size, processes_total } = found;
  const row = `a row is ${count(2 ** shift, 'page')}${byProcess ? '' : ' of all processes together'}`;
  const facts = [
    count(accesses, 'access', 'accesses'),
    `${pages.exact ? '' : 'about '}${count(pages.distinct, 'page')} of ${bytesText(page_size).replace(/(?=[A-Z])/, ' ')}`,
    count(processes_total, 'process', 'processes'),
    `a column is ${count(width * joinOf(columns), 'access', 'accesses')}`,
    row,
    'addresses grow upwards, gaps between regions are cut',
  ];
  const names = ['read', 'write', 'both', 'fetch', 'fetch and data'];
  const inks = names.map((_, index) => {
    const ink = index + 1;
    const x = LEFT + index * 66;
    return `<rect x="${x}" y="58" width="12" height="12" fill="${css(shade(INKS[ink]!, 0.7))}"/>${text(x + 17, 68, names[index]!)}`;
  });
  const scale = Array.from(
    { length: LEVELS },
    (_, level) =>
      `<rect x="${LEFT + 400 + level * 12}" y="58" width="12" height="12" fill="${css(shade([84, 84, 84], (level + 1) / LEVELS))}"/>`,
  );
  return [
    text(10, 26, clipped(trace.name, 90), 'start', 'font-size="17" font-weight="600"'),
    text(10, 44, facts.join(' · '), 'start', 'fill="#555"'),
    ...inks,
    ...scale,
    text(LEFT + 400 + LEVELS * 12 + 6, 68, 'few to many accesses, logarithmic', 'start', 'fill="#555"'),
  ];
}

/** Names of operations, the most frequent first; `others` for the rest. */
function lanesOf({ operations }: Timeline): string[] {
  const total = (counts: Float64Array): number => counts.reduce((sum, each) => sum + each, 0);
  const names = [...operations].sort((a, b) => total(b[1]) - total(a[1])).map(([name]) => name);
  return names.length <= LANES ? names : [...names.slice(0, LANES - 1), 'others'];
}

function lane(name: string, index: number, timeline: Timeline, axis: Axis): string[] {
  const lanes = lanesOf(timeline);
  const members = name === 'others' ? [...timeline.operations.keys()].filter((each) => !lanes.includes(each)) : [name];
  const y = TOP + index * LANE;
  let path = '';
  let total = 0;
  for (let column = 0; column < timeline.ops.length / 3; column++) {
    const here = members.reduce((sum, each) => sum + (timeline.operations.get(each)?.[column] ?? 0), 0);
    total += here;
    if (here > 0) path += `M${round(axis.at(column * timeline.width))} ${y}v9`;
  }
  const words = `${name === 'others' ? 'other operations' : name} (${grouped(total)})`;
  return [
    text(LEFT - 8, y + 9, words, 'end', 'font-size="10" fill="#444"'),
    `<path class="operations" d="${path}" stroke="#222" stroke-width="1.2" fill="none"><title>${escaped(words)}</title></path>`,
  ];
}

function pagesChart({ pages }: Inspection, timeline: Timeline, axis: Axis, y: number): string[] {
  const { columns, firsts, width } = timeline;
  let sum = 0;
  const sums = Array.from(firsts.subarray(0, columns), (more) => {
    sum += more;
    return sum;
  });
  const most = Math.max(1, pages.distinct, sum);
  const up = (value: number): number => y + CHART - (value / most) * CHART;
  const line = sums.map((value, column) => `${round(axis.at((column + 1) * width))},${round(up(value))}`);
  const ticks = [0, most / 2, most].map((value) => [
    `<path d="M${LEFT} ${round(up(value))}h${WIDTH}" stroke="#ddd"/>`,
    text(LEFT - 8, up(value) + 4, grouped(value), 'end', 'fill="#555"'),
  ]);
  return [
    text(LEFT, y - 8, 'distinct pages touched so far', 'start', 'fill="#555"'),
    ...ticks.flat(),
    `<polyline class="pages" points="${LEFT},${y + CHART} ${line.join(' ')}" fill="none" stroke="#222" stroke-width="1.6"/>`,
  ];
}

/** The number of the access, from left to right. */
class Axis {
  private readonly accesses: number;
  private readonly step: number;

  constructor(accesses: number, { columns, width }: Timeline) {
    this.accesses = Math.max(1, accesses, columns > 0 && accesses < width ? width : 1);
    const rough = this.accesses / 6;
    const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
    this.step = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power * 10);
  }

  at(access: number): number {
    return LEFT + Math.min(WIDTH, this.length(access));
  }

  length(accesses: number): number {
    return (accesses / this.accesses) * WIDTH;
  }

  grid(from: number, to: number): string[] {
    const path = this.values().map((value) => `M${round(this.at(value))} ${from}V${to}`);
    return [`<path d="${path.join('')}" stroke="#e4e4e4" fill="none"/>`];
  }

  ticks(y: number): string[] {
    return [
      `<path d="M${LEFT} ${y}h${WIDTH}" stroke="#222"/>`,
      ...this.values().map((value) => text(this.at(value), y + 16, metric(value), 'middle')),
      text(LEFT + WIDTH / 2, y + 36, 'number of the access', 'middle', 'fill="#555"'),
    ];
  }

  private values(): number[] {
    const values: number[] = [];
    for (let value = 0; value <= this.accesses; value += this.step) values.push(value);
    return values;
  }
}

function text(x: number, y: number, words: string, anchor = 'start', more = ''): string {
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}"${anchored}${more === '' ? '' : ` ${more}`}>${escaped(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const css = (colour: readonly number[]): string => `rgb(${colour.join(',')})`;
const clipped = (words: string, most = NAME): string => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/** Characters that XML does not have are left out. */
const escaped = (words: string): string =>
  words
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const grouped = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

const count = (value: number, one: string, many = `${one}s`): string => `${grouped(value)} ${value === 1 ? one : many}`;

function metric(value: number): string {
  const [unit, scale] = value >= 1e9 ? [' G', 1e9] : value >= 1e6 ? [' M', 1e6] : value >= 1e4 ? [' k', 1e3] : ['', 1];
  return `${Number((value / Number(scale)).toPrecision(6))}${unit}`;
}
