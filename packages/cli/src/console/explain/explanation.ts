/** The explanation of an access for a person: a headline, then how the page was found, what the fault did, and what could be better. */
import type { Explanation, TouchExplanation } from 'pagewalk/node';
import { counted, duration, grouped, size } from '../numbers.ts';
import type { Style } from '../style.ts';
import { wrapped } from '../table.ts';
import { evictionLines } from './eviction.ts';
import { causeOf, failureOf, frameOf } from './story.ts';
import { translationLines } from './translation.ts';
import { CLASS_WORDS, historyLines, verdictLines } from './verdict.ts';
import { COLUMNS, hex } from './words.ts';

export function explanationLines(explanation: Explanation, style: Style): string[] {
  const { touches, pages } = explanation;
  const parts = touches.flatMap((touch, place) => [
    ...(touches.length > 1 ? ['', style.strong(`page ${place + 1} of ${pages}: ${hex(touch.page)}`)] : []),
    ...touchLines(touch, explanation, style),
  ]);
  const more = pages - touches.length;
  const rest = more > 0 && touches.length > 1 ? ['', style.faint(`and ${counted(more, 'more page')}`)] : [];
  return [...headLines(explanation, style), ...parts, ...rest];
}

const HEADING = 9;
const VERBS = { read: 'reads', write: 'writes', ifetch: 'fetches an instruction' } as const;

function headLines(
  { trace, access, accesses, pid, op, address, size: bytes, pages, touches, machine }: Explanation,
  style: Style,
): string[] {
  const what = op === 'ifetch' ? VERBS.ifetch : bytes === null ? VERBS[op] : `${VERBS[op]} ${counted(bytes, 'byte')}`;
  const [first] = touches;
  const cpu = machine.cpus > 1 ? ` on cpu ${first?.cpu ?? 0}` : '';
  const offset =
    bytes === null || pages > 1 ? '' : ` = page ${hex(first?.page ?? 0n)}, byte ${address % BigInt(machine.page_size)}`;
  const where = bytes === null ? `in page ${hex(first?.page ?? 0n)}` : `at ${hex(address)}${offset}`;
  const span = pages > 1 ? `, across ${counted(pages, 'page')}` : '';
  const params = Object.entries(machine.params).map(([name, value]) => `${name}=${value}`);
  const policy = params.length > 0 ? `${machine.policy} (${params.join(', ')})` : machine.policy;
  const line = (title: string, text: string): string[] => {
    const [head = '', ...rest] = wrapped(text.split(' '), ' ', COLUMNS - HEADING, '');
    return [style.strong(title.padEnd(HEADING)) + head, ...rest.map((more) => ' '.repeat(HEADING) + more)];
  };
  return [
    ...line('trace', style.accent(trace)),
    ...line('access', `${grouped(access)} of ${grouped(accesses)}: process ${pid}${cpu} ${what} ${where}${span}`),
    ...line('machine', `${counted(machine.frames, 'frame')} of ${size(machine.page_size)}, policy ${policy}`),
  ];
}

function touchLines(touch: TouchExplanation, explanation: Explanation, style: Style): string[] {
  const story = wrapped(storyOf(touch, explanation, style).split(' '), ' ', COLUMNS, '');
  return [
    '',
    ...story,
    ...translationLines(touch, explanation, style),
    ...(touch.eviction ? evictionLines(touch.eviction, explanation, style) : []),
    ...(touch.translation.walk.length + touch.translation.tlbs.length === 0 && touch.frame === null
      ? []
      : historyLines(touch, explanation, style)),
    ...(touch.verdict ? verdictLines(touch.verdict, touch, explanation, style) : []),
  ];
}

/** What happened, in two sentences. */
function storyOf(touch: TouchExplanation, explanation: Explanation, style: Style): string {
  const { result, fault, verdict, translation, frame } = touch;
  const took = `It took ${duration(touch.ns)} of simulated time.`;
  if (result === 'tlb_hit') {
    const tlb = translation.tlbs.find(({ hit }) => hit)?.name ?? 'TLB';
    return `${style.good('Hit:')} the ${tlb} knew that the page is in frame ${grouped(frame ?? 0)}. ${took}`;
  }
  if (result === 'walk') {
    const refs = counted(translation.references, 'memory reference');
    return `${style.good('Hit after a walk:')} the page is in frame ${grouped(frame ?? 0)}, but no TLB knew it; the page table did, after ${refs}. ${took}`;
  }
  if (result !== 'fault') return failureOf(result, explanation, style);
  const number = fault?.number ? ` ${grouped(fault.number)}` : '';
  const kind = verdict ? `, a ${CLASS_WORDS[verdict.class]}` : '';
  const cost = fault?.major ? 'a major fault: it waits for the device' : 'a minor fault: no device is read';
  return `${style.warn(`Page fault${number}${kind}:`)} ${causeOf(touch)} (${cost}). ${frameOf(touch)} ${took}`;
}
