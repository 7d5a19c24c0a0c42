/** One argument of an operation as text and as a word; each kind says what it takes. */
import { ADVICE, type ArgumentKind, MAP_FLAGS, MEMORY_MODES } from '@pagewalk/engine/catalog';
import { MAX_PID } from '../record-layout.ts';
import type { ObjectNames } from './names.ts';

export interface Notation {
  /** What a message calls a bad one. */
  readonly what: string;
  readonly expected: string;
  /** Undefined if the text is none. */
  read(text: string, names: ObjectNames): bigint | undefined;
  write(word: bigint, names: ObjectNames): string;
}

const LIMIT = 1n << 64n;
const MOST_NODES = 64;
const PROTECTIONS = [
  ['r', BigInt(MAP_FLAGS.read)],
  ['w', BigInt(MAP_FLAGS.write)],
  ['x', BigInt(MAP_FLAGS.execute)],
] as const;

/** Decimal, or hex behind 0x. */
export function readNumber(text: string): bigint | undefined {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const number = BigInt(text.toLowerCase());
  return number < LIMIT ? number : undefined;
}

const hex = (word: bigint): string => `0x${word.toString(16)}`;
const decimal = (word: bigint): string => word.toString();

/** A decimal number from 0 to `most`. */
const upTo = (what: string, most: number): Notation => ({
  what,
  expected: `a decimal number from 0 to ${most}`,
  read: (text) => (/^\d+$/.test(text) && BigInt(text) <= BigInt(most) ? BigInt(text) : undefined),
  write: decimal,
});

/** One of some names, which is its place. */
const oneOf = (what: string, rows: readonly { readonly name: string }[]): Notation => ({
  what,
  expected: rows.map(({ name }) => name).join(', '),
  read(text) {
    const place = rows.findIndex(({ name }) => name === text.toLowerCase());
    return place < 0 ? undefined : BigInt(place);
  },
  write: (word) => rows[Number(word)]?.name ?? String(word),
});

export const NOTATIONS: Readonly<Record<Exclude<ArgumentKind, 'backing'>, Notation>> = {
  address: {
    what: 'address',
    expected: '0x and hex digits or decimal digits, below 2^64',
    read: readNumber,
    write: hex,
  },
  length: { what: 'length', expected: 'a number of bytes below 2^64', read: readNumber, write: decimal },
  bytes: { what: 'size', expected: 'a number of bytes below 2^64', read: readNumber, write: decimal },
  protection: {
    what: 'protection',
    expected: 'r, w and x or - in place of each, such as rw-',
    read: readProtection,
    write: (word) => PROTECTIONS.map(([letter, bit]) => ((word & bit) === 0n ? '-' : letter)).join(''),
  },
  sharing: {
    what: 'sharing',
    expected: 'private or shared',
    read: (text) => ({ private: 0n, shared: BigInt(MAP_FLAGS.shared) })[text.toLowerCase()],
    write: (word) => ((word & BigInt(MAP_FLAGS.shared)) === 0n ? 'private' : 'shared'),
  },
  advice: oneOf('advice', ADVICE),
  mode: oneOf('mode', MEMORY_MODES),
  pid: upTo('pid', MAX_PID),
  cpu: upTo('cpu', 2 ** 32 - 1),
  name: {
    what: 'name',
    expected: 'a name of bytes that are UTF-8',
    read: (text, names) => numberOfName(text, names),
    write: (word, names) => names.name(word),
  },
  nodes: {
    what: 'nodes',
    expected: 'nodes from 0 to 63 such as 0,2-3, or - for none',
    read: readNodes,
    write: writeNodes,
  },
};

function readProtection(text: string): bigint | undefined {
  if (text.length !== PROTECTIONS.length) return undefined;
  let bits = 0n;
  for (const [place, [letter, bit]] of PROTECTIONS.entries()) {
    const found = text[place]?.toLowerCase();
    if (found === letter) bits |= bit;
    else if (found !== '-') return undefined;
  }
  return bits;
}

/** A list of nodes, a bit each. */
export function readNodes(text: string): bigint | undefined {
  if (text === '-') return 0n;
  let mask = 0n;
  for (const part of text.split(',')) {
    const [, from, to] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part) ?? [];
    const first = Number(from ?? Number.NaN);
    const last = Number(to ?? from);
    if (!(first <= last && last < MOST_NODES)) return undefined;
    for (let node = first; node <= last; node++) mask |= 1n << BigInt(node);
  }
  return mask;
}

/** The text that `readNodes` reads back. */
export function writeNodes(mask: bigint): string {
  const parts: string[] = [];
  for (let node = 0; node < MOST_NODES; node++) {
    if (!has(mask, node)) continue;
    const first = node;
    while (has(mask, node + 1)) node++;
    parts.push(first === node ? `${node}` : `${first}-${node}`);
  }
  return parts.join(',') || '-';
}

const has = (mask: bigint, node: number): boolean => node < MOST_NODES && ((mask >> BigInt(node)) & 1n) === 1n;

/** `bytes` has a character for each byte of the name in UTF-8. */
export function numberOfName(bytes: string, names: ObjectNames): bigint | undefined {
  const name = decoded(bytes);
  return name === undefined || name === '' ? undefined : BigInt(names.number(name));
}

function decoded(bytes: string): string | undefined {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
