/** What is in a trace, for a person: facts line by line, where its pages are, and what to know before using it. */
import type { Inspection } from 'pagewalk/node';
import { counted, grouped, metric, percent, size } from './numbers.ts';
import { plot } from './plot.ts';
import type { Style } from './style.ts';
import { type Align, table, wrapped } from './table.ts';

const COLUMNS = 100;
const HEADING = 12;
/** Columns of the dot behind a line that goes on. */
const SEPARATOR = 2;
const PLOT_COLUMNS = 64;
const PLOT_ROWS = 7;
/** Sizes that are told one by one. */
const MOST_SIZES = 6;

export function inspectionLines(found: Inspection, style: Style): string[] {
  const rows: [string, string[]][] = [
    ['trace', traceParts(found, style)],
    ['says', saysParts(found)],
    ['left out', leftOutParts(found)],
    ['accesses', accessParts(found)],
    ['operations', operationParts(found)],
    ['processes', processParts(found)],
    ['addresses', addressParts(found)],
    ['pages', pageParts(found)],
    ['', useParts(found)],
    ['in a row', runParts(found)],
    ['sizes', sizeParts(found)],
    ['alignment', alignmentParts(found)],
    ['sha256', hashParts(found)],
  ];
  return [
    ...rows.flatMap(([heading, parts]) => paragraph(heading, parts, style)),
    ...series(found, style),
    ...processTable(found, style),
    ...regionTable(found, style),
    ...hotTable(found, style),
    ...findings(found, style),
  ];
}

function paragraph(heading: string, parts: readonly string[], style: Style): string[] {
  if (parts.length === 0) return [];
  const lines = parts.flatMap((part) => wrapped(part.split(' · '), ' · ', COLUMNS - HEADING - SEPARATOR, ''));
  return lines.map((line, index) =>
    index === 0 ? style.strong(heading) + ' '.repeat(HEADING - heading.length) + line : ' '.repeat(HEADING) + line,
  );
}

function traceParts({ trace }: Inspection, style: Style): string[] {
  const { recognition, format, compression, bytes, settings } = trace;
  const parts = [format, ...(compression === null ? [] : [compression]), ...(bytes > 0 ? [size(bytes)] : [])];
  const chosen = Object.entries(settings).map(([name, value]) => `${words(name)} ${value}`);
  const first = `${style.accent(trace.name)} (${parts.join(', ')})`;
  const runnerUp = recognition?.runner_up;
  const second = runnerUp ? `; next best: ${runnerUp.format}, ${likeness(runnerUp.likeness)}` : '';
  return [
    first,
    ...(recognition ? [`looks like ${format}: ${likeness(recognition.likeness)}${second}`] : []),
    ...(chosen.length > 0 ? [`read with ${chosen.join(' · ')}`] : []),
  ];
}

const words = (name: string): string => name.replaceAll('_', ' ');
const likeness = (ratio: number): string => `${Math.round(ratio * 100)} %`;

function saysParts({ trace }: Inspection): string[] {
  const facts = Object.entries(trace.facts).map(([name, value]) => `${words(name)}: ${value}`);
  return [...(facts.length > 0 ? [facts.join(' · ')] : []), ...trace.notes];
}

function leftOutParts({ trace }: Inspection): string[] {
  const parts = Object.entries(trace.left_out).map(([name, count]) => `${grouped(count)} ${words(name)}`);
  const bad = trace.skipped > 0 ? [`${grouped(trace.skipped)} that could not be read`] : [];
  const tail = trace.truncated_tail > 0 ? [`${counted(trace.truncated_tail, 'byte')} of a cut end`] : [];
  const all = [...parts, ...bad, ...tail];
  return all.length > 0 ? [all.join(' · ')] : [];
}

function accessParts(found: Inspection): string[] {
  const { accesses, reads, writes, fetches, records, folded_records, touches, cross_page_accesses, trace } = found;
  const share = (part: number): string => percent(accesses === 0 ? 0 : part / accesses);
  const folded =
    folded_records > 0
      ? `, folded on pages of ${size(trace.folded_page ?? 0)}: ${found.accesses_per_record.toFixed(2)} in each`
      : '';
  return [
    `${grouped(accesses)} · ${share(reads)} reads · ${share(writes)} writes · ${share(fetches)} instruction fetches`,
    `in ${counted(records, 'record')}${folded}`,
    `${grouped(touches)} touches of pages: ${grouped(cross_page_accesses)} accesses cross a page boundary`,
  ];
}

function operationParts({ operations, operations_total }: Inspection): string[] {
  if (operations_total === 0) return [];
  const parts = Object.entries(operations).map(([name, count]) => `${grouped(count)} ${name}`);
  return [[grouped(operations_total), ...parts].join(' · ')];
}

function processParts({ processes, processes_total, trace }: Inspection): string[] {
  const threads = trace.facts['threads'] === undefined ? '' : ` · ${trace.facts['threads']} threads`;
  const [only] = processes;
  return [processes_total === 1 && only ? `1, pid ${only.pid}${threads}` : `${grouped(processes_total)}${threads}`];
}

function addressParts({ addresses, lowest, highest }: Inspection): string[] {
  return [`${addresses} · ${lowest ?? 'none'} to ${highest ?? 'none'}`];
}

function pageParts({ pages, page_size }: Inspection): string[] {
  const about = pages.exact ? '' : 'about ';
  const kinds = [
    [pages.code, 'code'],
    [pages.data, 'data'],
    [pages.code_and_data, 'both'],
  ] as const;
  const used = kinds.filter(([count]) => count > 0).map(([count, kind]) => `${grouped(count)} ${kind}`);
  return [
    `${about}${grouped(pages.distinct)} of ${size(page_size)} = ${size(pages.bytes)} · ${used.join(', ')} · ${grouped(pages.written)} written to`,
  ];
}

function useParts({ pages, touches }: Inspection): string[] {
  if (touches === 0) return [];
  const { half, nine_tenths, ninety_nine_hundredths, distinct } = pages;
  const each = touches / Math.max(1, distinct);
  return [
    `half of all touches are of ${counted(half, 'page')}, 90 % of ${grouped(nine_tenths)}, 99 % of ${grouped(ninety_nine_hundredths)} · ${each >= 100 ? grouped(each) : each.toFixed(1)} touches a page`,
  ];
}

function runParts({ runs }: Inspection): string[] {
  if (runs.count === 0) return [];
  return [
    `${runs.mean.toFixed(2)} touches of one page on average · median ${grouped(runs.p50)} · 90 % at most ${grouped(runs.p90)} · 99 % at most ${grouped(runs.p99)} · longest ${grouped(runs.longest)}`,
  ];
}

function sizeParts({ sizes, folded_records }: Inspection): string[] {
  if (folded_records > 0) return ['not kept in folded records'];
  const data = sizes.filter(({ reads, writes }) => reads + writes > 0);
  if (data.length === 0) return [];
  const total = data.reduce((sum, { reads, writes }) => sum + reads + writes, 0);
  const rows = data
    .map(({ bytes, more, reads, writes }) => ({
      name: `${bytes} B${more ? ' or more' : ''}`,
      share: (reads + writes) / total,
    }))
    .sort((a, b) => b.share - a.share);
  const told = rows.slice(0, MOST_SIZES).map(({ name, share }) => `${name} ${percent(share)}`);
  const rest = rows.length > MOST_SIZES ? [`${rows.length - MOST_SIZES} more`] : [];
  return [[...told, ...rest].join(' · ')];
}

function alignmentParts({ alignment, folded_records }: Inspection): string[] {
  if (folded_records > 0) return [];
  const { data, natural_ratio } = alignment;
  const total = data.reduce((sum, each) => sum + each, 0);
  if (total === 0) return [];
  const from = (power: number): number => data.slice(power).reduce((sum, each) => sum + each, 0) / total;
  const parts = [2, 3, 4, 6].map((power) => `${2 ** power} B ${percent(from(power))}`);
  const natural = natural_ratio === null ? [] : [`at a multiple of their own size ${percent(natural_ratio)}`];
  return [[`data at multiples of ${parts[0]}`, ...parts.slice(1), ...natural].join(' · ')];
}

function hashParts({ trace }: Inspection): string[] {
  return [
    ...(trace.sha256 === null ? [] : [`${trace.sha256} of the file`]),
    ...(trace.event_sha256 === null ? [] : [`${trace.event_sha256} of the events`]),
  ];
}

function series({ timeline, accesses }: Inspection, style: Style): string[] {
  if (timeline.pages.length < 4) return [];
  const points = timeline.pages.map((pages, row) => [Math.min(accesses, (row + 1) * timeline.step), pages] as const);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => [part * accesses, metric(Math.round(part * accesses))] as const);
  const curve = { letter: '•', points: [[0, 0] as const, ...points] };
  const lines = plot([curve], PLOT_COLUMNS, PLOT_ROWS, { logarithmic: false, y: height, x: ticks });
  return [
    '',
    `${style.strong('distinct pages so far')}, over the number of accesses`,
    ...lines.map((line) => `  ${line}`),
  ];
}

const height = (pages: number): string => (pages < 10 ? String(Math.round(pages * 10) / 10) : grouped(pages));

const RIGHT: Align = 'right';
const LEFT: Align = 'left';

function titled(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: Align[],
  style: Style,
): string[] {
  const [first = '', ...body] = table([head, ...rows], align);
  return ['', style.strong(title), `  ${style.faint(first)}`, ...body.map((line) => `  ${line}`)];
}

function processTable({ processes, processes_total }: Inspection, style: Style): string[] {
  if (processes_total < 2) return [];
  const rows = processes.map(({ pid, accesses, reads, writes, fetches, operations, pages, first, last }) => [
    String(pid),
    ...[accesses, reads, writes, fetches, operations, pages, first, last].map(grouped),
  ]);
  const head = ['pid', 'accesses', 'reads', 'writes', 'fetches', 'operations', 'pages', 'first', 'last'];
  const align = head.map(() => RIGHT);
  const more = processes_total - processes.length;
  return [
    ...titled('processes', head, rows, align, style),
    ...(more > 0 ? [style.faint(`  and ${counted(more, 'process', 'processes')} more`)] : []),
  ];
}

function regionTable(
  { regions, regions_left_out, processes_total, page_size, touches }: Inspection,
  style: Style,
): string[] {
  if (regions.length === 0) return [];
  const several = processes_total > 1;
  const head = [
    ...(several ? ['pid'] : []),
    'from',
    'to',
    'pages',
    'size',
    'touches',
    'read',
    'write',
    'fetch',
    'what',
  ];
  const rows = regions.map((region) => [
    ...(several ? [String(region.pid)] : []),
    region.from,
    region.to,
    grouped(region.pages),
    size(region.pages * page_size),
    percent(touches === 0 ? 0 : region.touches / touches),
    ...[region.reads, region.writes, region.fetches].map((part) => (part === 0 ? '·' : metric(part))),
    `${region.kind}${region.name === null ? '' : `, ${baseName(region.name)}`}`,
  ]);
  const align = head.map((name) => (name === 'what' ? LEFT : RIGHT));
  return [
    ...titled('where the pages are', head, rows, align, style),
    ...(regions_left_out > 0
      ? [style.faint(`  and those of ${counted(regions_left_out, 'process', 'processes')} more`)]
      : []),
  ];
}

/** `/usr/lib/libc.so.6 and 2 more` → `libc.so.6 and 2 more`. */
const baseName = (path: string): string => path.split('/').at(-1) || path;

function hotTable({ hot_pages, processes_total, pages }: Inspection, style: Style): string[] {
  if (hot_pages.length === 0 || pages.distinct < 2) return [];
  const several = processes_total > 1;
  const head = [...(several ? ['pid'] : []), 'page', 'touches', 'share', 'read', 'write', 'fetch'];
  const rows = hot_pages.map(({ pid, page, touches, share, reads, writes, fetches }) => [
    ...(several ? [String(pid)] : []),
    page,
    grouped(touches),
    percent(share),
    ...[reads, writes, fetches].map((part) => (part === 0 ? '·' : metric(part))),
  ]);
  return titled(
    'pages touched most',
    head,
    rows,
    head.map(() => RIGHT),
    style,
  );
}

function findings({ findings: found }: Inspection, style: Style): string[] {
  if (found.length === 0) return ['', style.good('Nothing odd was found.')];
  return found.flatMap(({ severity, what, evidence, advice }) => {
    const isWarning = severity === 'warning';
    const mark = isWarning ? 'warning' : 'note';
    const text = (words_: string): string[] =>
      wrapped(words_.split(' '), ' ', COLUMNS - HEADING, '').map((line) => ' '.repeat(HEADING) + line);
    return [
      '',
      (isWarning ? style.warn(mark) : style.strong(mark)) + ' '.repeat(HEADING - mark.length) + style.strong(what),
      ...text(`${evidence}.`).map(style.faint),
      ...text(advice),
    ];
  });
}
