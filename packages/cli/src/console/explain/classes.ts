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
    ...(classes.present > 0
      ? [row('present', classes.present, 'the page was in memory, its entry had to change')]
      : []),
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

/** The columns of counts; the last one only where there are such faults. */
function counts({ page_faults, cold, capacity, policy_miss, present }: ClassCounts, whole: ClassCounts): string[] {
  return [page_faults, cold, capacity, policy_miss, ...(whole.present > 0 ? [present] : [])].map(grouped);
}

const names = ({ present }: ClassCounts): string[] => [
  'faults',
  'cold',
  'capacity',
  'policy miss',
  ...(present > 0 ? ['present'] : []),
];

function processLines(classes: FaultClasses, style: Style): string[] {
  const { processes } = classes;
  if (processes.length < 2) return [];
  const rows = processes.slice(0, MOST_PROCESSES).map((each) => [`${each.pid}`, ...counts(each, classes)]);
  const more = processes.length - rows.length;
  return [
    '',
    ...headed(['process', ...names(classes)], rows, 'right', style),
    ...(more > 0 ? [style.faint(`and ${counted(more, 'more process', 'more processes')}`)] : []),
  ];
}

function pageLines(classes: FaultClasses, style: Style): string[] {
  const { pages, processes } = classes;
  if (pages.length === 0) return [];
  const several = processes.length > 1;
  const rows = pages.map((each) => [hex(each.page), ...(several ? [`${each.pid}`] : []), ...counts(each, classes)]);
  const columns = ['page', ...(several ? ['process'] : []), ...names(classes)];
  return ['', style.faint('The pages with the most policy misses:'), ...headed(columns, rows, 'left', style)];
}

function headed(columns: readonly string[], rows: readonly string[][], first: Align, style: Style): string[] {
  const [head = '', ...body] = table(
    [columns, ...rows],
    columns.map((_, place) => (place === 0 ? first : 'right')),
  );
  return [style.strong(head), ...body];
}
