/** What --verbose adds to the summary: every TLB, every process, every counter that is not 0, with its meaning. */
import { COUNTERS } from '@pagewalk/engine/catalog';
import type { RunResult } from 'pagewalk/node';
import { grouped, percent, size } from './numbers.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const MOST_PROCESSES = 20;

export function details(result: RunResult, style: Style): string[] {
  return [...tlbLines(result, style), ...processLines(result, style), ...counterLines(result, style)];
}

function tlbLines({ tlbs, pwcs }: RunResult, style: Style): string[] {
  const caches = [
    ...tlbs.map((tlb) => ({ ...tlb, reach: size(tlb.reach_bytes) })),
    ...pwcs.map((pwc) => ({ ...pwc, name: `pwc ${pwc.level}`, reach: '' })),
  ];
  if (caches.length === 0) return [];
  const rows = caches.map(({ name, entries, reach, hits, misses, fills, evictions, invalidations }) => [
    name,
    ...[entries].map(grouped),
    reach,
    ...[hits, misses, fills, evictions, invalidations].map(grouped),
  ]);
  const names = ['cache', 'entries', 'reach', 'hits', 'misses', 'fills', 'evictions', 'invalidations'];
  return ['', ...headed(names, rows, style)];
}

function processLines({ processes, config }: RunResult, style: Style): string[] {
  const page = config.page_size;
  // Without sharing the three are the resident pages.
  const isShared = processes.some(
    ({ pss_pages, uss_pages, rss_pages }) => pss_pages !== rss_pages || uss_pages !== rss_pages,
  );
  const rows = processes
    .slice(0, MOST_PROCESSES)
    .map((each) => [
      `${each.pid}`,
      grouped(each.accesses),
      percent(each.tlb_hits / Math.max(1, each.tlb_hits + each.tlb_misses)),
      ...[each.minor_faults, each.major_faults, each.evictions].map(grouped),
      ...(isShared
        ? [each.rss_pages, each.pss_pages, each.uss_pages].map((pages) => size(pages * page))
        : [grouped(each.resident_pages)]),
      grouped(each.swapped_pages),
      size(each.table_bytes),
    ]);
  const resident = isShared ? ['RSS', 'PSS', 'USS'] : ['resident'];
  const names = ['pid', 'accesses', 'TLB hits', 'minor', 'major', 'evictions', ...resident, 'swapped', 'tables'];
  const more = processes.length - rows.length;
  return ['', ...headed(names, rows, style), ...(more > 0 ? [style.faint(`and ${grouped(more)} more processes`)] : [])];
}

function counterLines({ counters }: RunResult, style: Style): string[] {
  const rows = COUNTERS.filter(({ name }) => counters[name] > 0).map(({ name, unit, meaning }) => [
    name,
    grouped(counters[name]),
    style.faint(unit === 'count' ? meaning : `${meaning} (${unit})`),
  ]);
  return ['', ...table(rows, ['left', 'right', 'left'])];
}

function headed(names: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const align = names.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  const [head = '', ...body] = table([names, ...rows], align);
  return [style.strong(head), ...body];
}
