/** Policies side by side: a table for each size of memory, then all of them against OPT, and the miss ratio as a plot. */
import type { PolicyComparison, PolicyRun, RunFigures } from 'pagewalk/node';
import { counted, exactDuration, exactPercent, grouped, percent, size } from './numbers.ts';
import { type Curve, plot } from './plot.ts';
import type { Style } from './style.ts';
import { type Align, table, wrapped } from './table.ts';

const COLUMNS = 100;
const PLOT_ROWS = 16;
const PLOT_COLUMNS = 84;
/** As many curves as can be told apart. */
const MOST_CURVES = 7;
const BEST = '*';
/** Ratio of the largest to the smallest value from which on a plot is logarithmic. */
const STEEP = 10;

const NOTES = `
faults: page faults, the misses. to OPT: faults over those of OPT, which knows the future, in the same memory. write-backs: pages written to swap
and files. time: simulated. ${BEST}: the best of those that do not know the future.
`.trim();
const MEAN_NOTE = 'in use: frames in use, averaged over the touches.';

type Memory = PolicyComparison['memories'][number];

/** The runs in one memory. */
interface Part {
  readonly memory: Memory;
  readonly runs: readonly PolicyRun[];
}

export function comparisonLines(comparison: PolicyComparison, style: Style): string[] {
  const parts = partsOf(comparison);
  const means = comparison.policies.some(({ releases }) => releases);
  const notes = `${NOTES}${means ? ` ${MEAN_NOTE}` : ''}`;
  return [
    titleOf(comparison, style),
    ...parts.flatMap((part) => ['', ...partLines(part, comparison, means, style)]),
    ...(parts.length > 1 ? ['', ...overviewLines(parts, comparison, style)] : []),
    ...(new Set(parts.map(({ memory }) => memory.frames)).size > 1
      ? ['', ...curveLines(parts, comparison, style)]
      : []),
    '',
    ...wrapped(notes.split(/\s+/), ' ', COLUMNS, '').map(style.faint),
  ];
}

function titleOf({ trace, accesses, pages, config }: PolicyComparison, style: Style): string {
  const known = pages === null ? '' : `, ${counted(pages, 'page')} of ${size(config.page_size)}`;
  return `${style.strong(trace)}  ${counted(accesses, 'access', 'accesses')}${known}`;
}

function partsOf({ memories, policies, runs }: PolicyComparison): Part[] {
  return memories.map((memory, place) => ({
    memory,
    runs: runs.slice(place * policies.length, (place + 1) * policies.length),
  }));
}

const misses = ({ figures }: PolicyRun): number => figures?.misses ?? Number.POSITIVE_INFINITY;

/** Runs that did not come to the end, those of one memory for one reason together: `lru, fifo in 10 frames: …`. */
export function failures(runs: readonly PolicyRun[]): string[] {
  const failed = runs.filter(({ failure }) => failure !== null);
  const groups = Map.groupBy(failed, ({ frames, failure }) => `in ${counted(frames, 'frame')}: ${failure}`);
  return [...groups].map(([reason, each]) => `${each.map(({ policy }) => policy).join(', ')} ${reason}`);
}

/** Fewest faults first. */
function partLines({ memory, runs }: Part, comparison: PolicyComparison, means: boolean, style: Style): string[] {
  const { policies } = comparison;
  const order = runs.filter(({ figures }) => figures !== null).toSorted((a, b) => misses(a) - misses(b));
  const eligible = runs.filter((_, place) => policies[place]?.future === false);
  const least = (pick: (figures: RunFigures) => number): number =>
    Math.min(...eligible.map(({ figures }) => (figures ? pick(figures) : Number.POSITIVE_INFINITY)));
  const best = {
    misses: least((figures) => figures.misses),
    write_backs: least((figures) => figures.write_backs),
    total_ns: least((figures) => figures.total_ns),
  };
  const head = [
    'policy',
    'faults',
    '',
    'to OPT',
    'miss ratio',
    'write-backs',
    '',
    'time',
    '',
    ...(means ? ['in use'] : []),
  ];
  const rows = order.map((run) => {
    const { policy } = run;
    const figures = run.figures as RunFigures;
    const star = (name: keyof typeof best): string =>
      eligible.includes(run) && figures[name] === best[name] ? BEST : '';
    return [
      policy,
      grouped(figures.misses),
      star('misses'),
      figures.opt_ratio === null ? '' : figures.opt_ratio.toFixed(3),
      exactPercent(figures.miss_ratio),
      grouped(figures.write_backs),
      star('write_backs'),
      exactDuration(figures.total_ns),
      star('total_ns'),
      ...(means ? [figures.mean_frames.toFixed(1)] : []),
    ];
  });
  const align = head.map((_, column): Align => (column === 0 || head[column] === '' ? 'left' : 'right'));
  const [top = '', ...body] = table([head, ...rows], align, 1);
  return [
    style.strong(memoryText(memory, comparison)),
    ...(order.length > 0 ? [style.faint(top)] : []),
    ...body.map((line, at) => (order[at]?.figures?.fewest === true ? style.good(line) : line)),
    ...failures(runs).flatMap((text) => wrapped(text.split(' '), ' ', COLUMNS, '  ').map(style.warn)),
  ];
}

function memoryText({ text, frames, bytes }: Memory, { pages }: PolicyComparison): string {
  const share = text.endsWith('%') ? `${text.replace('%', ' %')} of the pages: ` : '';
  const part = pages === null || share !== '' ? Number.NaN : frames / pages;
  const room = part >= 1 ? ', room for all pages' : part > 0 ? `, ${percent(part)} of the pages` : '';
  return `${share}${counted(frames, 'frame')}, ${size(bytes)}${room}`;
}

/** Faults over those of OPT in every memory, or plain faults where there is no OPT; the best of each column is marked. */
function overviewLines(parts: readonly Part[], { policies }: PolicyComparison, style: Style): string[] {
  const ratios = parts.some(({ runs }) => runs.some(({ figures }) => (figures?.opt_ratio ?? null) !== null));
  const valueIn = (run: PolicyRun | undefined): number | null =>
    run?.figures ? (ratios ? run.figures.opt_ratio : run.figures.misses) : null;
  const finished = parts.filter(({ runs }) => runs.some(({ figures }) => figures !== null));
  const lines = policies
    .map(({ name }, place) => ({
      name,
      runs: parts.map(({ runs }) => runs[place]),
      mean: geometricMean(finished.map(({ runs }) => valueIn(runs[place]))),
    }))
    .toSorted((a, b) => ascending(a.mean ?? Number.POSITIVE_INFINITY, b.mean ?? Number.POSITIVE_INFINITY));
  const text = (value: number | null): string => {
    if (value === null) return '-';
    return ratios ? (value < 1000 ? value.toFixed(3) : grouped(value)) : grouped(value);
  };
  const head = ['policy', ...parts.flatMap(({ memory }) => [memory.text, '']), 'mean'];
  const rows = lines.map(({ name, runs, mean }) => [
    name,
    ...runs.flatMap((run) => [text(valueIn(run)), run?.figures?.fewest === true ? BEST : '']),
    text(mean),
  ]);
  const align = head.map((title, column): Align => (column === 0 || title === '' ? 'left' : 'right'));
  const [top = '', ...body] = table([head, ...rows], align, 1);
  const title = ratios ? 'Faults over those of OPT; mean: geometric' : 'Faults; mean: geometric';
  return [style.strong(title), style.faint(top), ...body];
}

const ascending = (a: number, b: number): number => (a === b ? 0 : a - b);

/** Null if a value is missing; a zero makes it zero. */
function geometricMean(values: readonly (number | null)[]): number | null {
  if (values.some((value) => value === null)) return null;
  const logs = values.map((value) => Math.log(value ?? 0));
  return Math.exp(logs.reduce((sum, each) => sum + each, 0) / logs.length);
}

/** Whether most of it would lie on the axis of a linear plot. */
function isSteep(curves: readonly Curve[]): boolean {
  const values = curves.flatMap(({ points }) => points.map(([, y]) => y));
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) > STEEP * least;
}

/** OPT, LRU and the policies with the fewest faults over all; all of them where they are few. */
function curveLines(parts: readonly Part[], { policies }: PolicyComparison, style: Style): string[] {
  const bySize = parts.toSorted((a, b) => a.memory.frames - b.memory.frames);
  const all = policies
    .map(({ name, future }, place) => {
      const runs = bySize.map(({ runs }) => runs[place]);
      const points = runs.flatMap((run, at): [number, number][] =>
        run?.figures ? [[bySize[at]?.memory.frames ?? 0, run.figures.miss_ratio]] : [],
      );
      return { name, future, points, mean: geometricMean(runs.map((run) => run?.figures?.misses ?? null)) };
    })
    .filter(({ points }) => points.length > 0);
  const rank = ({ name, mean }: (typeof all)[number]): number =>
    name === 'opt' || name === 'lru' ? -1 : (mean ?? Number.POSITIVE_INFINITY);
  const shown = all.toSorted((a, b) => ascending(rank(a), rank(b))).slice(0, MOST_CURVES);
  const curves: Curve[] = shown.map(({ points }, at) => ({ letter: String.fromCharCode(65 + at), points }));
  const key = shown.map(({ name }, at) => `${curves[at]?.letter} ${name}`);
  return [
    style.strong(`Miss ratio over the size of memory${isSteep(curves) ? ', logarithmic' : ''}`),
    ...plot(curves, PLOT_COLUMNS, PLOT_ROWS, {
      logarithmic: isSteep(curves),
      y: exactPercent,
      x: bySize.map(({ memory }) => [memory.frames, memory.text]),
    }),
    ...wrapped(
      [...key, ...(all.length > shown.length ? [`not drawn: ${all.length - shown.length}`] : [])],
      '   ',
      COLUMNS,
      '',
    ),
  ];
}
