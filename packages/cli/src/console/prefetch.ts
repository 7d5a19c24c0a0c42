/** How prefetching fared: prefetchers side by side, and the rows that the summary of a run has for it. */
import { type PrefetchComparison, type PrefetchRun, prefetchRatios, type RunResult } from 'pagewalk/node';
import { duration, grouped, percent } from './numbers.ts';
import type { Style } from './style.ts';
import { table, wrapped } from './table.ts';

const COLUMNS = 120;

const HEAD = [
  'prefetcher',
  'faults',
  'major',
  'issued',
  'accuracy',
  'coverage',
  'in time',
  'useless',
  'dropped',
  'pollution',
  'total',
  'saved',
];

const NOTES = `
accuracy: pages touched of those issued. coverage: pages touched of those and the demand faults that were left. in time: of the pages touched,
those that had been read by then. useless: gone before they were touched. dropped: no frame was to be had. pollution: demand faults
at touches that are none without prefetching. saved: simulated time against none.
`.trim();

export function prefetchLines({ trace, accesses, runs }: PrefetchComparison, style: Style): string[] {
  const align = HEAD.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  const best = Math.max(...runs.map((run) => run.saved_ns));
  const [head = '', ...body] = table([HEAD, ...runs.map(cells)], align);
  return [
    `${style.strong(trace)}  ${grouped(accesses)} accesses`,
    '',
    style.strong(head),
    ...body.map((line, at) => (best > 0 && runs[at]?.saved_ns === best ? style.good(line) : line)),
    '',
    ...runs.flatMap(({ prefetcher, text }) => (prefetcher === text ? [] : [style.faint(text)])),
    ...wrapped(NOTES.split(/\s+/), ' ', COLUMNS, '').map(style.faint),
  ];
}

function cells(run: PrefetchRun): string[] {
  const faults = [run.prefetcher, grouped(run.page_faults), grouped(run.major_faults)];
  if (run.prefetcher === 'none') return [...faults, '', '', '', '', '', '', '', duration(run.total_ns), ''];
  return [
    ...faults,
    grouped(run.issued),
    ratio(run.accuracy_ratio),
    ratio(run.coverage_ratio),
    ratio(run.timeliness_ratio),
    grouped(run.useless),
    grouped(run.dropped),
    run.pollution === null ? '' : grouped(run.pollution),
    duration(run.total_ns),
    signed(run.saved_ns),
  ];
}

/** What the summary of a run says of prefetching; nothing if there was none. */
export function prefetchRows({ config, counters }: RunResult, style: Style): string[][] {
  if (config.prefetch.id === 'none') return [];
  const { accuracy_ratio, coverage_ratio, timeliness_ratio } = prefetchRatios(counters);
  const facts = [
    `by ${config.prefetch.id}: ${grouped(counters.prefetch_useful)} useful`,
    `accuracy ${ratio(accuracy_ratio)}`,
    `coverage ${ratio(coverage_ratio)}`,
    `in time ${ratio(timeliness_ratio)}`,
    ...(counters.prefetch_dropped > 0 ? [`${grouped(counters.prefetch_dropped)} dropped`] : []),
  ];
  return [[style.strong('prefetched'), grouped(counters.prefetch_issued), facts.join(', ')]];
}

const ratio = (value: number | null): string => (value === null ? '-' : percent(value));
const signed = (ns: number): string => (ns < 0 ? `-${duration(-ns)}` : duration(ns));
