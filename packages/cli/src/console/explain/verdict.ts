/** What the page went through before, and whether the fault could have been spared. */
import type { Explanation, PastEviction, Remedy, TouchExplanation, Verdict } from 'pagewalk/node';
import { counted, grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { access, accesses, entry, keeping, page, section } from './words.ts';

export function historyLines(
  { history, region }: TouchExplanation,
  { pid, machine }: Explanation,
  style: Style,
): string[] {
  const next = entry('next use', history.next_use === null ? 'never again' : access(history.next_use));
  const { last_use: last, stack_distance: distance, last_eviction: lost } = history;
  if (last === null || distance === null) {
    return [...section('this page', 'Never used before.', style), ...next];
  }
  const others = distance - 1;
  const between = others === 0 ? 'no other page used in between' : `${counted(others, 'other page')} used in between`;
  return [
    ...section(
      'this page',
      `Used ${counted(history.uses, 'time')} before, loaded ${counted(history.loads, 'time')}.`,
      style,
    ),
    ...entry('last use', `${access(last)}, ${accesses(history.reuse_distance ?? 0)} ago; ${between}`),
    ...(lost
      ? entry(
          'evicted',
          `${causeOf(lost, pid, machine)}; ${keeping(lost.dirty, lost.slot, region?.backing === 'file' && lost.slot === null)}`,
        )
      : entry('evicted', 'never')),
    ...next,
  ];
}

function causeOf(
  { access: number, by_page: needed, by_pid: by }: PastEviction,
  own: number,
  { policy, releases }: Explanation['machine'],
): string {
  if (needed === null || by === null)
    return `${releases ? `given back by ${policy}` : 'by an operation'} behind ${access(number)}`;
  return `by ${access(number)}, for ${page(needed, by, own)}`;
}

export const CLASS_WORDS = {
  cold: 'cold fault',
  capacity: 'capacity fault',
  policy_miss: 'policy miss',
  present: 'fault on a page in memory',
} as const;

export function verdictLines(
  verdict: Verdict,
  touch: TouchExplanation,
  { machine, operations }: Explanation,
  style: Style,
): string[] {
  const { policy, frames } = machine;
  const title = section('avoidable?', '', style);
  if (verdict.class === 'cold') {
    if (touch.fault?.kind === 'map') {
      const text = 'A cold fault: the first touch by this process must make an entry, however large the memory.';
      return [...title, ...entry('no', text)];
    }
    const since = touch.history.uses > 0 ? 'not in memory since it was unmapped' : 'never in memory before';
    return [...title, ...entry('no', `A cold fault: ${since}, so no policy and no memory size spares it.`)];
  }
  if (verdict.class === 'present') {
    const text = 'The page was in memory: only its entry had to change, which no memory size spares.';
    return [...title, ...entry('no', text)];
  }
  return [
    ...title,
    ...entry('policy', policyWords(verdict, touch, machine)),
    ...(verdict.remedy ? entry('memory', remedyWords(verdict.remedy, policy)) : []),
    ...(policy === 'lru' || policy === 'opt' || operations > 0 ? [] : lruLines(touch, frames)),
    ...(operations > 0 ? entry('', OPERATIONS) : []),
  ];
}

const OPT = 'OPT, which knows the future and evicts the page that is needed last,';
const OPERATIONS =
  'The machines compared do the same operations; OPT goes by the next use of a page by the process that used it last.';

function policyWords(
  { opt_hits: hits }: Verdict,
  { history: { last_eviction: lost } }: TouchExplanation,
  { policy, frames }: Explanation['machine'],
): string {
  const memory = counted(frames, 'frame');
  if (policy === 'opt') return `This is OPT: no policy with ${memory} has fewer faults. A capacity fault.`;
  if (!hits) return `${OPT} does not have the page here either with ${memory}. A capacity fault: it takes more memory.`;
  const when = lost ? `, at ${access(lost.access)}` : '';
  return `${OPT} still has the page in memory here with the same ${memory}. A policy miss: ${policy} gave it up too soon${when}.`;
}

function remedyWords({ frames, more, exact, method, tried }: Remedy, policy: string): string {
  if (frames === null || more === null)
    return `No size up to ${grouped(tried.at(-1)?.frames ?? 0)} frames makes it a hit under ${policy}.`;
  const found = `${counted(frames, 'frame')}, ${grouped(more)} more, make it a hit under ${policy}`;
  if (method === 'stack_distance') return `${found}: as many as distinct pages since its last use, itself included.`;
  if (exact) return `${found}; fewer do not, and all larger memories hit too.`;
  const missed = tried.filter((each) => !each.hit && each.frames > frames).map((each) => grouped(each.frames));
  const caution =
    missed.length > 0
      ? `Yet ${missed.join(', ')} frames miss: under ${policy} more memory may also hurt.`
      : `Larger ones that were tried hit too, but under ${policy} that need not hold for all.`;
  return `${found}, found by running the trace again with ${counted(tried.length, 'size')}. ${caution}`;
}

function lruLines({ history: { stack_distance: distance } }: TouchExplanation, frames: number): string[] {
  if (distance === null) return [];
  const fits = distance <= frames;
  return entry(
    'lru',
    fits
      ? `LRU would have hit: only ${counted(distance, 'distinct page')} used since, itself included, and there are ${grouped(frames)} frames.`
      : `LRU would need ${counted(distance, 'frame')}: as many as distinct pages since its last use, itself included.`,
  );
}
