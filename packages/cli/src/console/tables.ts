/** The page tables of a comparison as columns, and what they mean. */
import type { TableComparison, TableRun } from 'pagewalk/node';
import { counted, duration, grouped, percent, size } from './numbers.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const HEAD = [
  'table',
  'bytes',
  'most',
  'OS map',
  'walk refs',
  'refs/walk',
  'walk',
  'probes',
  'most',
  'load',
  'total',
  'faults',
];

const NOTES = [
  'bytes, most: of the tables that the hardware walks, at the end and at their largest; OS map: the radix tree that says where everything',
  'is, beside a table that holds present pages only. probes, most: entries read by a search. load: nodes per bucket. walk: mean time.',
];

export function tableLines({ trace, accesses, runs, left_out, differences }: TableComparison, style: Style): string[] {
  const rows = runs.map((run) => [run.table, ...costs(run), ...search(run), duration(run.total_ns), faults(run)]);
  const align = HEAD.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  const [head = '', ...body] = table([HEAD, ...rows], align);
  const walks = runs[0]?.walks ?? 0;
  return [
    `${style.strong(trace)}  ${grouped(accesses)} accesses, ${grouped(walks)} walks`,
    '',
    style.strong(head),
    ...body,
    ...left_out.map(({ table: name, reason }) => style.faint(`${name}: left out: ${reason}`)),
    '',
    ...NOTES.map(style.faint),
    ...runs.flatMap(remarks),
    ...differences.map((text) => style.strong(`different: ${text}`)),
  ];
}

const faults = ({ outcome }: TableRun): string => grouped(outcome.page_faults);

function costs(run: TableRun): string[] {
  return [
    size(run.table_bytes),
    size(run.table_bytes_peak),
    run.map_bytes === 0 ? '' : size(run.map_bytes),
    grouped(run.walk_refs),
    run.refs_per_walk.toFixed(2),
    duration(run.walk_ns),
  ];
}

function search({ search: found }: TableRun): string[] {
  if (!found) return ['', '', ''];
  return [found.probes_mean.toFixed(2), grouped(found.probes_max), percent(found.load_ratio)];
}

function remarks({ table: name, search: found, refills }: TableRun): string[] {
  if (!found) return [];
  const { aliases, replacements, resizes, moves } = found;
  return [
    ...(aliases > 0 ? [`${name}: ${grouped(aliases)} aliases of shared frames at the end`] : []),
    ...(replacements > 0
      ? [
          `${name}: ${grouped(replacements)} mappings displaced by others of their frame, ${grouped(refills)} put in again`,
        ]
      : []),
    ...(resizes > 0 ? [`${name}: doubled ${counted(resizes, 'time')}, ${grouped(moves)} entries moved`] : []),
  ];
}
