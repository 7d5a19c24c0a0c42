/** The HEAD section, which says what was folded and where the trace comes from, and `fact` sections with what was known later. */
import { IS_FOLDED, MOST_HEAD, MUST_KNOW } from './layout.ts';
import { BadBytes, ByteReader, ByteWriter } from './varints.ts';

/** What a file says of itself, by name: `tool`, `command`, `source`, `source_sha256` and whatever else. */
export type Facts = Readonly<Record<string, string | number>>;

export interface Head {
  /** Of folded records; null if every access has its address and size. */
  readonly foldedPage: number | null;
  readonly facts: Facts;
}

const MOST_SHIFT = 30;
const MOST_FACTS = 100;
const MOST_NAME = 100;
const MOST_VALUE = 3000;

/** The body. */
export function writeHead({ foldedPage, facts }: Head): Uint8Array {
  const out = new ByteWriter();
  out.byte(foldedPage === null ? 0 : Math.log2(foldedPage));
  out.byte(0);
  out.byte(0);
  out.byte(0);
  out.u32(foldedPage === null ? 0 : IS_FOLDED);
  putFacts(out, facts);
  return out.written;
}

/** The body of a `fact` section. */
export function writeFacts(facts: Facts): Uint8Array {
  const out = new ByteWriter();
  putFacts(out, facts);
  return out.written;
}

/** What is too long is cut, so that the section is not. */
function putFacts(out: ByteWriter, facts: Facts): void {
  const entries = Object.entries(facts).slice(0, MOST_FACTS);
  out.varint(entries.length);
  for (const [name, value] of entries) {
    out.string(cut(name, MOST_NAME));
    out.string(cut(String(value), MOST_VALUE));
  }
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** @throws BadBytes */
export function readHead(body: Uint8Array): Head {
  const reader = new ByteReader(body);
  const shift = reader.byte();
  reader.take(3, 'zeroes');
  const [a, b, c, d] = reader.take(4, 'flags') as unknown as [number, number, number, number];
  const flags = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  if ((flags & MUST_KNOW & ~IS_FOLDED) !== 0) {
    throw new BadBytes(4, `flags 0x${flags.toString(16)}, of which this version knows only ${IS_FOLDED}`);
  }
  if (shift > MOST_SHIFT) throw new BadBytes(0, `page shift ${shift}, more than ${MOST_SHIFT}`);
  return { foldedPage: (flags & IS_FOLDED) === 0 ? null : 2 ** shift, facts: takeFacts(reader) };
}

/** @throws BadBytes */
export function readFacts(body: Uint8Array): Facts {
  return takeFacts(new ByteReader(body));
}

function takeFacts(reader: ByteReader): Facts {
  const facts: [string, string][] = [];
  for (let left = reader.upTo(MOST_HEAD, 'number of facts'); left > 0; left--) {
    facts.push([reader.string('the name of a fact'), reader.string('a fact')]);
  }
  return Object.fromEntries(facts);
}

/** The name of the fact that is note `at`, from 0. */
export const noteName = (at: number): string => `note ${at + 1}`;

/** The notes among the facts, in order, and the others. */
export function withoutNotes(told: Facts): { facts: Facts; notes: string[] } {
  const isNote = ([name]: readonly [string, unknown]): boolean => /^note \d+$/.test(name);
  const entries = Object.entries(told);
  const notes = entries.filter(isNote).map(([, note]) => String(note));
  return { facts: Object.fromEntries(entries.filter((entry) => !isNote(entry))), notes };
}
