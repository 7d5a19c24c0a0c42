/** What the page went through before, and whether the fault could have been spared. */
import type { Explanation, PastEviction, Remedy, TouchExplanation, Verdict } from 'pagewalk/node';
import { counted, grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { access, accesses, entry, keeping, page, section } from './words.ts';

export function historyLines({ history }: TouchExplanation, { pid }: Explanation, style: Style): string[] {
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
      ? entry('evicted', `${causeOf(lost, pid)}; ${keeping(lost.dirty, lost.slot)}`)
      : entry('evicted', 'never')),
    ...next,
  ];
}

function causeOf({ access: number, by_page: needed, by_pid: by }: PastEviction, own: number): string {
  if (needed === null || by === null) return `by an operation behind ${access(number)}`;
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
  { machine }: Explanation,
  style: Style,
): string[] {
  const { policy, frames } = machine;
  const title = section('avoidable?', '', style);
  if (verdict.class === 'cold') {
    return [
      ...title,
      ...entry('no', 'A cold fault: never in memory before, so no policy and no memory size spares it.'),
    ];
  }
  if (verdict.class === 'present') {
    return [
      ...title,
      ...entry('no', 'The page was in memory: only its entry had to change, which no memory size spares.'),
    ];
  }
  const opt =
    policy === 'opt'
      ? `This is OPT: no policy with ${counted(frames, 'frame')} has fewer faults. A capacity fault.`
      : verdict.opt_hits
        ? `OPT, which knows the future and evicts the page that is needed last, still has the page in memory here with the same ${counted(frames, 'frame')}. So this is a policy miss: ${policy} gave the page up too soon${touch.history.last_eviction ? `, at ${access(touch.history.last_eviction.access)}` : ''}.`
        : `OPT, which knows the future and evicts the page that is needed last, does not have the page here either with ${counted(frames, 'frame')}. So this is a capacity fault: it takes more memory.`;
  return [
    ...title,
    ...entry('policy', opt),
    ...(verdict.remedy ? entry('memory', remedyWords(verdict.remedy, policy)) : []),
    ...(policy === 'lru' || policy === 'opt' ? [] : lruLines(touch, frames)),
  ];
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
