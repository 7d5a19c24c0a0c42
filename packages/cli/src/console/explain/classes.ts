/** The classes of all page faults of a run, as bars that add up to the total. */
import type { ClassCounts, FaultClasses } from 'pagewalk/node';
import { bar } from '../bar.ts';
import { counted, grouped, percent, size } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Align, table, wrapped } from '../table.ts';
import { COLUMNS, hex } from './words.ts';

const BAR = 20;
const MOST_PROCESSES = 20;

export function classesLines(classes: FaultClasses, style: Style): string[] {
  const { trace, accesses, machine, page_faults: total } = classes;
  const row = (name: string, count: number, meaning: string): string[] => {
    const share = total === 0 ? 0 : count / total;
    return [style.strong(name), style.good(bar(share, BAR)), grouped(count), percent(share), style.faint(meaning)];
  };
  const rows = [
    row('cold', classes.cold, 'the first touch of a page: nothing spares it'),
    row('capacity', classes.capacity, 'OPT misses here too: it takes more memory'),
    row(
      'policy miss',
      classes.policy_miss,
      `OPT hits here${machine.policy === 'opt' ? '' : `: ${machine.policy} evicted the wrong page`}`,
    ),
    [style.strong('page faults'), '', grouped(total), percent(total === 0 ? 0 : 1), ''],
  ];
  return [
    `${style.strong('trace')}    ${style.accent(trace)}, ${counted(accesses, 'access', 'accesses')}`,
    `${style.strong('machine')}  ${counted(machine.frames, 'frame')} of ${size(machine.page_size)}, policy ${machine.policy}`,
    '',
    ...table(rows, ['left', 'left', 'right', 'right', 'left']),
    '',
    ...wrapped(comparison(classes).split(' '), ' ', COLUMNS, ''),
    ...processLines(classes, style),
    ...pageLines(classes, style),
  ];
}

function comparison({
  machine,
  page_faults: total,
  policy_miss: misses,
  opt_faults: opt,
  opt_only_faults: only,
}: FaultClasses): string {
  if (machine.policy === 'opt') return 'This is OPT, which knows the future: no other policy has fewer faults.';
  const gap = total - opt;
  const where =
    only > 0
      ? ` (it hits at the ${grouped(misses)}, but misses ${counted(only, 'touch', 'touches')} where ${machine.policy} hits)`
      : '';
  return `OPT, which knows the future and evicts the page that is needed last, has ${counted(opt, 'fault')} on the same machine: ${grouped(gap)} fewer${where}.`;
}

const counts = ({ page_faults, cold, capacity, policy_miss }: ClassCounts): string[] =>
  [page_faults, cold, capacity, policy_miss].map(grouped);
const NAMES = ['faults', 'cold', 'capacity', 'policy miss'];

function processLines({ processes }: FaultClasses, style: Style): string[] {
  if (processes.length < 2) return [];
  const rows = processes.slice(0, MOST_PROCESSES).map((each) => [`${each.pid}`, ...counts(each)]);
  const more = processes.length - rows.length;
  return [
    ...headed(['process', ...NAMES], rows, ['right', 'right', 'right', 'right', 'right'], style),
    ...(more > 0 ? [style.faint(`and ${counted(more, 'more process', 'more processes')}`)] : []),
  ];
}

function pageLines({ pages, processes }: FaultClasses, style: Style): string[] {
  if (pages.length === 0) return [];
  const several = processes.length > 1;
  const rows = pages.map((each) => [hex(each.page), ...(several ? [`${each.pid}`] : []), ...counts(each)]);
  const names = ['page', ...(several ? ['process'] : []), ...NAMES];
  const align: Align[] = names.map((_, column) => (column === 0 ? 'left' : 'right'));
  const title = style.faint('The pages with the most policy misses:');
  const [gap = '', ...lines] = headed(names, rows, align, style);
  return [gap, title, ...lines];
}

function headed(names: readonly string[], rows: readonly string[][], align: readonly Align[], style: Style): string[] {
  const [head = '', ...body] = table([names, ...rows], align);
  return ['', style.strong(head), ...body];
}
