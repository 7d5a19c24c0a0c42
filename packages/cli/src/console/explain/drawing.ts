/** The way through the page table as a drawing: a box for the entry read in each level, arrows from one to the next. */
import type { EntryFacts, Translation } from 'pagewalk/node';
import { grouped } from '../numbers.ts';

const ARROW = ' ──▶ ';
const NARROW = 7;

export function drawing(walk: Translation, frames: number): string[] {
  const { indices, before, after } = walk;
  const width = Math.max(NARROW, ...indices.map(({ index }) => `${index}`.length));
  const read = new Map(walk.walk.map((step) => [step.level, step]));
  const gap = ' '.repeat(ARROW.length);
  const cell = (text: string): string => text.padEnd(width + 4);
  let top = walk.offset_bits + indices.reduce((sum, { bits }) => sum + bits, 0);
  const bits = indices.map(({ bits: count }) => {
    top -= count;
    return cell(count === 1 ? `bit ${top}` : `bits ${top + count - 1}-${top}`);
  });
  const last = indices.length - 1;
  const names = indices.map(({ level }) => cell(level === 0 ? 'root' : `level ${level}`));
  const lid = (left: string, right: string): string[] => indices.map(() => `${left}${'─'.repeat(width + 2)}${right}`);
  const boxes = indices.map(({ index }) => `│ ${`${index}`.padStart(width)} │`);
  const notes = indices.map(({ level }) => cell(noteOf(read.get(level), walk, level === last)));
  const target = read.size > 0 ? entryWords(before, frames) : entryWords(after, frames);
  return [
    names.join(gap),
    bits.join(gap),
    lid('┌', '┐').join(gap),
    `${boxes.join(ARROW)}${ARROW}${target}`,
    lid('└', '┘').join(gap),
    notes.join(gap),
  ].map((line) => `  ${line}`.trimEnd());
}

/** What became of an entry in this walk. */
function noteOf(step: Translation['walk'][number] | undefined, { walk, pwcs }: Translation, isLeaf: boolean): string {
  if (walk.length === 0) return 'not read';
  if (!step) return pwcs.some(({ hit }) => hit) ? 'skipped' : 'not read';
  if (step.made) return 'new table';
  if (step.present) return 'read';
  return isLeaf ? 'read: empty' : 'read: none';
}

export function entryWords({ present, frame, slot, value }: EntryFacts, frames = Number.POSITIVE_INFINITY): string {
  if (present && (frame ?? 0) >= frames) return 'the page of zeroes';
  if (present) return `frame ${grouped(frame ?? 0)}`;
  if (slot !== null) return `swap slot ${grouped(slot)}`;
  return value === 0n ? 'nothing' : 'not present';
}
