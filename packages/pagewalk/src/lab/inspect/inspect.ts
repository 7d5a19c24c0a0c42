/** Looks at a trace in one pass and bounded memory, whatever its length: what is in it, and what is odd about it. */
import { Attendant, attended, type Progress } from '../../machine/attended.ts';
import { bytesText } from '../../machine/config/quantity.ts';
import { MismatchError } from '../../machine/errors.ts';
import type { Sha256 } from '../../trace/bytes.ts';
import { EventHasher } from '../../trace/event-hash.ts';
import { standardSha256 } from '../../trace/sha256.ts';
import type { TraceInfo, TraceSource } from '../../trace/source.ts';
import { findingsOf } from './findings.ts';
import { hotPages, pageFacts, processPages } from './page-facts.ts';
import { picture } from './picture.ts';
import { type Region, regionsOf } from './regions.ts';
import { INSPECTION_SCHEMA, type Inspection } from './schema.ts';
import { ALIGNMENTS, MOST_SIZE, Tally } from './tally.ts';
import type { Timeline } from './timeline.ts';

export interface InspectOptions {
  /** Bytes of a page, a power of two; by default 4096, or what the trace is folded on if that is more. */
  readonly page?: number | undefined;
  /** Hot pages and processes to name; 10 by default. */
  readonly top?: number | undefined;
  /** False: without the hash of the events, which takes a third of the time. */
  readonly eventHash?: boolean | undefined;
  /** A fresh SHA-256; by default that of the host, or a slow one. */
  readonly newHash?: (() => Sha256) | undefined;
  /** Whether to draw the accesses over time. */
  readonly picture?: boolean | undefined;
  /** Pages that are kept; of more, a sample is. By default two million. */
  readonly mostPages?: number | undefined;
  readonly onProgress?: ((progress: Progress & { readonly accesses: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Inspected {
  readonly inspection: Inspection;
  /** An SVG document; null if it was not asked for. */
  readonly picture: string | null;
}

const USUAL_PAGE = 4096;
const MOST_PAGE = 2 ** 30;
const TOP = 10;
/** Rows of the time series. */
const STEPS = 128;
const OPS = 3;

/**
 * Reads the trace to its end and closes it.
 *
 * @throws TraceError at bad input; MismatchError if the trace does not tell pages of that size; RangeError at a bad option; `signal.reason`.
 */
export async function inspect(trace: TraceSource, options: InspectOptions = {}): Promise<Inspected> {
  const { page, top = TOP } = options;
  if (page !== undefined && !(page >= 1 && page <= MOST_PAGE && Number.isInteger(Math.log2(page)))) {
    throw new RangeError(`page ${page}: expected a power of two from 1 to ${MOST_PAGE}`);
  }
  const hasher = options.eventHash === false ? null : new EventHasher((options.newHash ?? standardSha256)());
  let tally: Tally | undefined;
  let pageBytes = page ?? USUAL_PAGE;
  const attendant = new Attendant(() => {
    options.onProgress?.({ accesses: tally?.accesses ?? 0, position: trace.position(), size: trace.sizeHint });
  }, options.signal);
  const source = attended(trace, attendant);
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      if (!tally) {
        pageBytes = pageOf(trace, page);
        const { mostPages, picture: isDrawn = false } = options;
        tally = new Tally({ pageShift: Math.log2(pageBytes), picture: isDrawn, mostPages });
      }
      tally.add(chunk);
      hasher?.add(chunk, trace);
    }
    tally ??= new Tally({ pageShift: Math.log2(pageBytes), picture: false });
    tally.finish();
    return await report(tally, trace, pageBytes, hasher?.hex() ?? null, top);
  } finally {
    await source.close();
  }
}

function pageOf({ name, foldedPage }: TraceSource, wanted: number | undefined): number {
  const fold = foldedPage ?? 1;
  if (wanted === undefined) return Math.max(USUAL_PAGE, fold);
  if (wanted >= fold) return wanted;
  throw new MismatchError(
    `${name} was folded with pages of ${bytesText(fold)} and does not say where inside them its accesses are; ` +
      `page ${bytesText(wanted)} is too small: give ${bytesText(fold)} or a larger power of two`,
  );
}

async function report(
  tally: Tally,
  source: TraceSource,
  pageBytes: number,
  hash: string | null,
  top: number,
): Promise<Inspected> {
  const info = source.info();
  const { pages: table, timeline, runs } = tally;
  const { regions, leftOut } = regionsOf(table, pageBytes, tally.mappings, source.operations?.names);
  const ops = [0, 1, 2].map((op) => sumOf(timeline.ops, op)) as [number, number, number];
  const some = tally.accesses > 0;
  const draft = {
    schema: INSPECTION_SCHEMA,
    trace: traceFacts(source, info, hash),
    page_size: pageBytes,
    addresses: addressesOf(info),
    accesses: tally.accesses,
    touches: tally.touches,
    ...named(ops),
    cross_page_accesses: tally.crossings,
    records: tally.records,
    folded_records: tally.foldedRecords,
    accesses_per_record: tally.records === 0 ? 0 : tally.accesses / tally.records,
    operations: Object.fromEntries([...tally.operations].sort((a, b) => b[1] - a[1])),
    operations_total: [...tally.operations.values()].reduce((sum, each) => sum + each, 0),
    lowest: some ? hex(tally.lowest) : null,
    highest: some ? hex(tally.highest) : null,
    pages: pageFacts(table, pageBytes),
    ...processesOf(tally, top),
    timeline: seriesOf(timeline),
    regions: regions.map((region) => regionFacts(region, pageBytes)),
    regions_left_out: leftOut,
    sizes: sizesOf(tally),
    alignment: alignmentOf(tally),
    runs: {
      count: runs.count,
      mean: runs.mean,
      p50: runs.quantile(0.5),
      p90: runs.quantile(0.9),
      p99: runs.quantile(0.99),
      longest: runs.most,
      lengths: runs.doublings().map(({ from, to, count }) => ({ from, to, runs: count })),
    },
    hot_pages: hotPages(table, top, pageBytes, tally.touches),
  } satisfies Omit<Inspection, 'findings'>;
  const inspection = { ...draft, findings: findingsOf(draft, tally) };
  return { inspection, picture: tally.grid && (await picture(inspection, tally, regions)) };
}

function traceFacts(source: TraceSource, info: TraceInfo, hash: string | null): Inspection['trace'] {
  const { recognition = null } = source;
  const runnerUp = recognition?.runnerUp;
  return {
    name: source.name,
    format: info.format,
    recognition: recognition && { likeness: recognition.likeness, runner_up: runnerUp ? { ...runnerUp } : null },
    compression: info.compression,
    bytes: info.bytes,
    sha256: info.sha256,
    event_sha256: hash,
    folded_page: info.foldedPage,
    skipped: info.skipped,
    first_skipped: info.firstSkipped,
    truncated_tail: info.truncatedTail,
    left_out: { ...info.leftOut },
    facts: { ...info.facts },
    settings: { ...info.settings },
    notes: [...info.notes],
  };
}

/** By what the reader says of its format. */
function addressesOf({ notes, settings }: TraceInfo): Inspection['addresses'] {
  const says = (words: RegExp): boolean => notes.some((note) => words.test(note));
  if (says(/block I\/O/i)) return 'block';
  if (says(/requests of objects/i)) return 'object';
  const isPhysical = settings['addresses'] === 'physical' || says(/physical|port of a simulated/i);
  return isPhysical ? 'physical' : 'virtual';
}

const hex = ([low = 0, high = 0]: readonly number[]): string =>
  `0x${((BigInt(high) << 32n) | BigInt(low)).toString(16)}`;

const named = ([reads, writes, fetches]: readonly [number, number, number]) => ({ reads, writes, fetches });

function sumOf(numbers: Float64Array, op: number): number {
  let sum = 0;
  for (let at = op; at < numbers.length; at += OPS) sum += numbers[at]!;
  return sum;
}

function processesOf(
  { processes, pages: table }: Tally,
  top: number,
): Pick<Inspection, 'processes' | 'processes_total'> {
  const pages = processPages(table);
  const total = (ops: Float64Array): number => ops.reduce((sum, each) => sum + each, 0);
  const rows = [...processes.values()].sort((a, b) => total(b.ops) - total(a.ops) || a.pid - b.pid);
  return {
    processes_total: rows.length,
    processes: rows.slice(0, top).map(({ pid, ops, operations, first, last }) => ({
      pid,
      accesses: total(ops),
      ...named([ops[0]!, ops[1]!, ops[2]!]),
      operations,
      pages: pages.get(pid) ?? 0,
      first,
      last,
    })),
  };
}

/** As many columns of the timeline as make at most 128 rows become one. */
function seriesOf(timeline: Timeline): Inspection['timeline'] {
  const { columns, width } = timeline;
  let each = 1;
  while (columns / each > STEPS) each *= 2;
  const rows = Math.ceil(columns / each);
  const joined = (numbers: Float64Array, per: number, place: number): number[] =>
    Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let column = row * each; column < Math.min(columns, (row + 1) * each); column++) {
        sum += numbers[column * per + place]!;
      }
      return sum;
    });
  const [reads, writes, fetches] = [0, 1, 2].map((op) => joined(timeline.ops, OPS, op)) as [
    number[],
    number[],
    number[],
  ];
  const firsts = joined(timeline.firsts, 1, 0);
  let pages = 0;
  const soFar = firsts.map((more) => {
    pages += more;
    return pages;
  });
  return { step: width * each, reads, writes, fetches, new_pages: firsts, pages: soFar };
}

function regionFacts(
  { pid, first, last, kind, name, pages, ops }: Region,
  pageBytes: number,
): Inspection['regions'][number] {
  const from = BigInt(first) * BigInt(pageBytes);
  const to = (BigInt(last) + 1n) * BigInt(pageBytes) - 1n;
  const touches = ops[0] + ops[1] + ops[2];
  return { pid, from: `0x${from.toString(16)}`, to: `0x${to.toString(16)}`, kind, name, pages, touches, ...named(ops) };
}

function sizesOf({ sizes }: Tally): Inspection['sizes'] {
  const rows: Inspection['sizes'] = [];
  for (let bytes = 1; bytes <= MOST_SIZE + 1; bytes++) {
    const [reads, writes, fetches] = [0, 1, 2].map((op) => sizes[bytes * OPS + op]!) as [number, number, number];
    if (reads + writes + fetches > 0) rows.push({ bytes, more: bytes > MOST_SIZE, reads, writes, fetches });
  }
  return rows;
}

function alignmentOf({ alignments, sized, natural }: Tally): Inspection['alignment'] {
  return {
    data: [...alignments.subarray(0, ALIGNMENTS)],
    fetches: [...alignments.subarray(ALIGNMENTS)],
    natural_ratio: sized === 0 ? null : natural / sized,
  };
}
