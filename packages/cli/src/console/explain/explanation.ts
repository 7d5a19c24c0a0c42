/** The explanation of an access for a person: a headline, then how the page was found, what the fault did, and what could be better. */
import type { Explanation, TouchExplanation } from 'pagewalk/node';
import { counted, duration, grouped, size } from '../numbers.ts';
import type { Style } from '../style.ts';
import { wrapped } from '../table.ts';
import { evictionLines } from './eviction.ts';
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
  const offset =
    bytes === null || pages > 1 ? '' : ` = page ${hex(first?.page ?? 0n)}, byte ${first?.translation.offset ?? 0}`;
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
    ...line('access', `${grouped(access)} of ${grouped(accesses)}: process ${pid} ${what} ${where}${span}`),
    ...line('machine', `${counted(machine.frames, 'frame')} of ${size(machine.page_size)}, policy ${policy}`),
  ];
}

function touchLines(touch: TouchExplanation, explanation: Explanation, style: Style): string[] {
  const { pid } = explanation;
  const story = wrapped(storyOf(touch, explanation, style).split(' '), ' ', COLUMNS, '');
  return [
    '',
    ...story,
    ...translationLines(touch, pid, style),
    ...(touch.eviction ? evictionLines(touch.eviction, explanation, style) : []),
    ...(touch.result === 'segfault' ? [] : historyLines(touch, explanation, style)),
    ...(touch.verdict ? verdictLines(touch.verdict, touch, explanation, style) : []),
  ];
}

/** What happened, in two sentences. */
function storyOf(touch: TouchExplanation, { machine }: Explanation, style: Style): string {
  const { result, fault, verdict, eviction, translation, history, frame } = touch;
  const took = `It took ${duration(touch.ns)} of simulated time.`;
  const refs = counted(translation.walk.length, 'memory reference');
  if (result === 'segfault') return `${style.warn('Segmentation fault:')} ${noSuchAddress(machine)} Nothing was read.`;
  if (result === 'out_of_memory') {
    return `${style.warn('Failed:')} the page is not in memory, every frame (${grouped(machine.frames)} in all) holds a dirty page, and swap is full, so none can be evicted.`;
  }
  if (result === 'tlb_hit') {
    const tlb = translation.tlbs.find(({ hit }) => hit)?.name ?? 'TLB';
    return `${style.good('Hit:')} the ${tlb} knew that the page is in frame ${grouped(frame ?? 0)}. ${took}`;
  }
  if (result === 'walk') {
    return `${style.good('Hit after a walk:')} the page is in frame ${grouped(frame ?? 0)}, but no TLB knew it; the page table did, after ${refs}. ${took}`;
  }
  const number = fault?.number ? ` ${grouped(fault.number)}` : '';
  const kind = verdict ? `, a ${CLASS_WORDS[verdict.class]}` : '';
  const room = eviction ? `, for which ${hex(eviction.page)} had to go` : ', which was free';
  return `${style.warn(`Page fault${number}${kind}:`)} ${cause(touch, history.uses)} It got frame ${grouped(frame ?? 0)}${room}. ${took}`;
}

function noSuchAddress({ va_bits: bits, vspace }: Explanation['machine']): string {
  if (vspace !== null) return `no such address: this machine has those below ${hex(BigInt(vspace))}.`;
  return `no such address: with ${bits} bits, all from bit ${bits - 1} up must be equal (a canonical address).`;
}

function cause({ fault }: TouchExplanation, uses: number): string {
  if (!fault) return '';
  if (fault.kind === 'swap_in')
    return `the page was in swap slot ${grouped(fault.slot ?? 0)} and had to be read from there (a major fault).`;
  if (fault.kind === 'demand_zero' && uses > 0) {
    return 'the page had lost its frame and, never written to, was kept nowhere: it is filled with zeroes again (a minor fault).';
  }
  if (fault.kind === 'demand_zero') return 'nobody used the page before, so it is filled with zeroes (a minor fault).';
  return `${fault.meaning} (a ${fault.major ? 'major' : 'minor'} fault).`;
}
