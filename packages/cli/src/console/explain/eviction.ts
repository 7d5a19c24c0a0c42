/** Who had to go for the page, and why that one. */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import type { Candidate, EvictionFacts, Explanation } from 'pagewalk/node';
import { counted, grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Align, table } from '../table.ts';
import { entry, hex, keeping, section } from './words.ts';

export function evictionLines(eviction: EvictionFacts, { machine, pid }: Explanation, style: Style): string[] {
  const rows: readonly PolicyRow[] = POLICIES;
  const summary = rows.find(({ id }) => id === machine.policy)?.summary ?? '';
  const full = machine.limited
    ? 'The process had all the frames it may have, or none was free.'
    : `All ${counted(machine.frames, 'frame')} were in use.`;
  const about = `${full} ${machine.policy}: ${summary}.`;
  return [
    ...section('eviction', about, style),
    ...(eviction.clean_fallback ? entry('', fallback(machine.policy)) : []),
    ...handLines(eviction, machine),
    ...candidateLines(eviction, machine, pid, style),
    ...(isBetter(eviction.furthest, eviction.victim) ? entry('', BEST) : []),
    ...entry('contents', `${keeping(eviction.dirty, eviction.slot, eviction.file)}.`),
  ];
}

const BEST = 'Best would have been the page whose next use is furthest away, if one knew.';

const fallback = (policy: string): string =>
  `Swap was full, so the dirty page that ${policy} chose could not be written: the next clean page went instead.`;

function handLines({ hand, looked_at: looked, passed }: EvictionFacts, { frames }: Explanation['machine']): string[] {
  if (!hand) return [];
  const rounds =
    looked > frames
      ? `, more than once round all ${grouped(frames)}: every ref bit was set and had to be cleared first`
      : '';
  const over = passed > 0 && looked <= frames ? `, ${grouped(passed)} of which it passed over` : '';
  return entry(
    'hand',
    `from frame ${grouped(hand.before)} to ${grouped(hand.after)}; ${counted(looked, 'frame')} looked at${over}${rounds}`,
  );
}

type Params = Explanation['machine']['params'];

/** The column that a policy goes by, and how it reads; an age has the ref bit in front of it. */
const MEASURES: Readonly<Record<string, readonly [string, (page: Candidate, params: Params) => string]>> = {
  clock: ['ref bit', ({ ref }) => (ref ? 'set' : 'clear')],
  nru: ['class', ({ state }) => `${state}`],
  aging: ['ref.age', ({ ref, state }, { bits = 8 }) => `${ref ? '1' : '0'}.${state.toString(2).padStart(bits, '0')}`],
  lfu: ['uses', ({ state }) => grouped(state)],
};

/** Whether another page than the victim is needed later. */
function isBetter(furthest: Candidate | null, victim: Candidate | null): furthest is Candidate {
  if (!furthest || !victim || victim.next_use === null) return false;
  return furthest.next_use === null || furthest.next_use > victim.next_use;
}

function candidateLines(
  eviction: EvictionFacts,
  { policy, params }: Explanation['machine'],
  own: number,
  style: Style,
): string[] {
  const measure = MEASURES[policy];
  const row = (label: string, page: Candidate, name = hex(page.page)): string[] => [
    label,
    grouped(page.frame),
    name,
    ...(page.pid === own ? [''] : [`${page.pid}`]),
    ...(measure ? [measure[1](page, params)] : []),
    page.dirty ? 'yes' : 'no',
    page.loaded === 0 ? '' : grouped(page.loaded),
    page.last_use === 0 ? 'never' : grouped(page.last_use),
    page.next_use === null ? 'never' : grouped(page.next_use),
  ];
  const { victim, passed_over: passed, next, furthest } = eviction;
  const rows = [
    ...passed.map((page, place) => row(place === 0 ? 'passed' : '', page)),
    ...(victim ? [row('evicted', victim, eviction.page === null ? 'cached' : hex(victim.page))] : []),
    ...next.map((page, place) => row(place === 0 ? 'next' : '', page)),
    ...(isBetter(furthest, victim) ? [row('best', furthest)] : []),
  ];
  const shared = rows.some((cells) => cells[3] !== '');
  const names = [
    '',
    'frame',
    'page',
    'process',
    ...(measure ? [measure[0]] : []),
    'dirty',
    'loaded at',
    'last used',
    'next used',
  ];
  const align: Align[] = [
    'left',
    'right',
    'left',
    'right',
    ...(measure ? ['left' as const] : []),
    'left',
    'right',
    'right',
    'right',
  ];
  const kept = <T>(cells: readonly T[]): T[] => cells.filter((_, column) => shared || column !== 3);
  const [head = '', ...body] = table([names, ...rows].map(kept), kept(align));
  const more = eviction.passed - passed.length;
  const at = passed.length;
  const lines = body.map((line, place) => (place === at ? style.warn(line) : line));
  if (more > 0) lines.splice(at, 0, `           and ${grouped(more)} more`);
  return [style.faint(head), ...lines].map((line) => `  ${line}`.trimEnd());
}
