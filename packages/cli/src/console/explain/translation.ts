/** How the page was found: TLBs, page-walk caches, and the walk as a drawing. */
import type { Explanation, TlbRead, TouchExplanation } from 'pagewalk/node';
import { counted, grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { drawing, entryWords } from './drawing.ts';
import { entry, hex, section } from './words.ts';

/** Entries of a set that are named. */
const NAMED = 8;

export function translationLines(touch: TouchExplanation, { pid, machine }: Explanation, style: Style): string[] {
  const { translation } = touch;
  return [
    ...regionLines(touch, style),
    ...tlbLines(touch, pid, style),
    ...walkLines(touch, machine.frames, style),
    ...(translation.walk.length > 0 ? entryLines(touch, machine.frames) : []),
  ];
}

/** Only what an operation has mapped. */
function regionLines({ region }: TouchExplanation, style: Style): string[] {
  if (!region) return [];
  const { address, length, protection, shared, backing, object, offset, locked } = region;
  const what = object === null ? `${backing} memory` : `${backing} ${object} from byte ${grouped(Number(offset))} on`;
  const parts = [
    `${hex(address)} to ${hex(address + length - 1n)}`,
    protection,
    shared ? 'shared' : 'private',
    what,
    ...(locked ? ['locked'] : []),
  ];
  return section('region', `${parts.join(', ')}.`, style);
}

function tlbLines({ result, translation: { tlbs, flushed } }: TouchExplanation, pid: number, style: Style): string[] {
  if (tlbs.length === 0) return section('TLB', result === 'segfault' ? 'Not asked.' : 'This machine has none.', style);
  const about = 'Remembers frames of pages. A page may stand in one set only, of a few places (ways).';
  const lines = tlbs.flatMap((tlb) =>
    entry(tlb.name, `${tlb.hit ? style.good('hit ') : style.warn('miss')}  ${tlbWords(tlb, pid)}`),
  );
  const note = flushed ? entry('', 'Another process ran before, so all TLBs had just been emptied.') : [];
  return [...section('TLB', about, style), ...lines, ...note];
}

function tlbWords({ set, sets, ways, hit, way, held, displaced }: TlbRead, pid: number): string {
  const where = sets === 1 ? `its only set of ${counted(ways, 'way')}` : `set ${grouped(set)} of ${grouped(sets)}`;
  const name = (each: TlbRead['held'][number]): string =>
    `${hex(each.page)}${each.pages > 1 ? '+' : ''}${each.pid === pid ? '' : ` (process ${each.pid})`}`;
  if (hit) {
    const mine = held.find((each) => each.way === way);
    const what =
      mine && mine.pages > 1
        ? `the ${grouped(mine.pages)} pages from ${hex(mine.page)} on are in the frames from`
        : 'the page is in frame';
    return `${where}, way ${way ?? 0}: ${what} ${grouped(mine?.frame ?? 0)}${mine && mine.pages > 1 ? ' on' : ''}`;
  }
  const named = held.slice(0, NAMED).map(name).join(' ');
  const more = held.length > NAMED ? ` and ${grouped(held.length - NAMED)} more` : '';
  const free = ways - held.length;
  const content = held.length === 0 ? 'was empty' : `held ${named}${more}`;
  const room = free === 0 ? 'full' : held.length === 0 ? '' : `${grouped(free)} of ${grouped(ways)} ways free`;
  const gone = displaced ? `${hex(displaced.page)} made room for the new entry` : '';
  return [`${where} ${content}`, room, gone].filter((part) => part !== '').join('; ');
}

function walkLines(touch: TouchExplanation, frames: number, style: Style): string[] {
  const { translation, result } = touch;
  const { walk, pwcs, table, references, after } = translation;
  if (result === 'segfault') return [];
  const read = counted(references, 'entry', 'entries');
  if (!table.startsWith('radix')) {
    const how = references === 0 ? 'It was not read' : `It found the page by its number with ${read} read from memory`;
    return section('page table', `${how}. Design: ${table}.`, style);
  }
  const about =
    walk.length === 0
      ? 'The page table was not read. This is the way that the TLB saved:'
      : `The address is cut into an index for each level of tables; ${read} read from memory:`;
  const caches = pwcs.map(({ level, hit }) => `level ${level} ${hit ? 'hit' : 'miss'}`).join(', ');
  return [
    ...section('page table', about, style),
    ...drawing(translation, frames),
    ...(pwcs.length > 0 ? entry('', `Page-walk caches, the deepest first: ${caches}.`) : []),
    ...(after.large > 0 ? entry('', LARGE) : []),
  ];
}

const LARGE = 'The last entry is of a large page: the walk ends early, and one TLB entry is good for all of it.';

/** The entry of the page after the touch, if that changed it. */
function entryLines({ translation: { before, after } }: TouchExplanation, frames: number): string[] {
  const same = before.present === after.present && before.frame === after.frame && before.writable === after.writable;
  if (same) return [];
  const bits = [
    after.writable ? 'writable' : 'read-only',
    ...(after.accessed ? ['accessed'] : []),
    ...(after.dirty ? ['dirty'] : []),
    ...(after.cow ? ['copy-on-write'] : []),
  ];
  const state = after.present ? `${entryWords(after, frames)} (present, ${bits.join(', ')})` : entryWords(after);
  return entry('', `Afterwards the entry says: ${state}.`);
}
