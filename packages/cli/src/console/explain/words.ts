/** Words and lines that the parts of an explanation share. */
import { counted, grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { wrapped } from '../table.ts';

export const COLUMNS = 100;
const INDENT = '  ';
const LABEL = 11;

export const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A section's title and what it is about, in a line or two. */
export function section(title: string, text: string, style: Style): string[] {
  const [first = '', ...rest] = wrapped(text.split(' '), ' ', COLUMNS - LABEL - 2, '');
  const head = `${style.strong(title)}${' '.repeat(Math.max(1, LABEL + 2 - title.length))}${style.faint(first)}`;
  return ['', head.trimEnd(), ...rest.map((line) => ' '.repeat(LABEL + 2) + style.faint(line))];
}

/** A line under a section: a label, and words that may take several lines. */
export function entry(label: string, text: string): string[] {
  const lines = wrapped(text.split(' '), ' ', COLUMNS - LABEL - 2, '');
  return lines.map((line, place) => `${INDENT}${(place === 0 ? label : '').padEnd(LABEL)}${line}`.trimEnd());
}

/** What an eviction did with the contents. */
export function keeping(dirty: boolean, slot: number | null, file: boolean): string {
  if (file) return dirty ? 'written back to its file' : 'clean: dropped, its file has the same';
  if (dirty) return slot === null ? 'written back' : `written to swap slot ${grouped(slot)}`;
  if (slot !== null) return `clean, and still in swap slot ${grouped(slot)}: dropped without a write`;
  return 'never written to: dropped, nothing to keep';
}

export const accesses = (count: number): string => counted(count, 'access', 'accesses');

/** `access 1,234`. */
export const access = (number: number): string => `access ${grouped(number)}`;

/** Which page, and whose, where that is not clear. */
export const page = (number: bigint, pid: number, own: number): string =>
  `page ${hex(number)}${pid === own ? '' : ` of process ${pid}`}`;
