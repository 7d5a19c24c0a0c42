/**
 * The formats read the slow way: regular expressions and BigInt over a whole string in memory. Written from the description of the
 * formats, sharing nothing with the readers under test.
 */
import type { AccessRecord, Op } from '../../src/trace/record.ts';

export interface Fault {
  readonly line: number;
  readonly byte: number;
  readonly what: string;
}

export interface SlowRead {
  readonly records: Required<AccessRecord>[];
  readonly faults: Fault[];
}

interface Line {
  readonly number: number;
  readonly byte: number;
  readonly text: string;
  /** Without the line feed only: what the limit of a line counts. */
  readonly bytes: number;
}

type ReadLine = (line: Line, put: (record: Required<AccessRecord>) => void) => Fault | null;

const LIMIT = 2n ** 64n;
const LINE_BYTES = 4096;
const OPS: Record<string, Op> = { r: 'read', w: 'write', i: 'ifetch', l: 'read', s: 'write' };

export function slowText(text: string): (lenient: boolean) => SlowRead {
  return (lenient) => {
    let page: number | null = null;
    let accesses = 0;
    return readLines(text, lenient, (line, put) => {
      const words = wordsOf(line);
      const fault = (index: number, what: string): Fault => faultAt(line, words, index, what);
      const first = words[0];
      if (first === undefined) return null;
      if (first.text.startsWith('%')) {
        if (first.text !== '%page') return fault(0, 'directive');
        const size = words[1]?.text ?? '';
        if (!/^\d+$/.test(size) || !isPage(BigInt(size))) return fault(1, 'page size');
        if (words.length > 2) return fault(2, 'text');
        if (page !== Number(size) && accesses > 0) return fault(0, 'directive');
        page = Number(size);
        return null;
      }
      if (!/^\d+$/.test(first.text) || BigInt(first.text) > 0xffffffn) return fault(0, 'pid');
      const op = /^[rwi]$/i.test(words[1]?.text ?? '') ? OPS[words[1]!.text.toLowerCase()]! : null;
      if (op === null) return fault(1, 'op');
      const address = numberOf(words[2]?.text ?? '');
      if (address === null) return fault(2, 'address');
      const extent = words[3]?.text ?? '1';
      const folded = /^x/i.test(extent);
      const digits = folded ? extent.slice(1) : extent;
      if (!/^\d+$/.test(digits) || BigInt(digits) < 1n || BigInt(digits) >= 2n ** 32n) {
        return fault(3, folded ? 'count' : 'size');
      }
      if (folded && page === null) return fault(3, 'count');
      if (words.length > 4) return fault(4, 'text');
      put({ pid: Number(first.text), op, address, extent: Number(digits), folded });
      accesses++;
      return null;
    });
  };
}

export function slowLackey(text: string, both = false): (lenient: boolean) => SlowRead {
  return (lenient) =>
    readLines(text, lenient, (line, put) => {
      if (/^(==|--|\*\*)\d+\1([ \t]|$)/.test(line.text)) return null;
      const fault = (at: number, what: string): Fault => ({ line: line.number, byte: line.byte + at, what });
      const kind = /^(?:(I) {2}| ([LSM]) )/.exec(line.text);
      if (kind === null) return fault(0, 'line');
      const rest = line.text.slice(3);
      const comma = rest.indexOf(',');
      const digits = comma < 0 ? rest : rest.slice(0, comma);
      if (!/^[0-9a-f]+$/i.test(digits) || BigInt(`0x${digits}`) >= LIMIT) return fault(3, 'address');
      const size = comma < 0 ? '' : rest.slice(comma + 1);
      const sizeAt = comma < 0 ? line.text.length : 3 + comma + 1;
      if (!/^\d+$/.test(size) || BigInt(size) < 1n || BigInt(size) >= 2n ** 32n) return fault(sizeAt, 'size');
      const letter = (kind[1] ?? kind[2]!).toLowerCase();
      const ops: Op[] = letter !== 'm' ? [OPS[letter]!] : both ? ['read', 'write'] : ['write'];
      for (const op of ops) {
        put({ pid: 1, op, address: BigInt(`0x${digits}`), extent: Number(size), folded: false });
      }
      return null;
    });
}

export function slowReference(text: string, page = 4096n): (lenient: boolean) => SlowRead {
  return (lenient) => {
    const records: Required<AccessRecord>[] = [];
    const faults: Fault[] = [];
    for (const line of linesOf(text)) {
      const bare = line.text.replace(/#.*$/s, '');
      if (/^[ \t]*$/.test(bare) && line.bytes <= LINE_BYTES) continue;
      let at = 0;
      for (const field of bare.split(',')) {
        const isLast = at + field.length >= bare.length;
        if (isLast ? line.bytes - at > LINE_BYTES : field.length >= LINE_BYTES) {
          faults.push({ line: line.number, byte: line.byte + at, what: 'line' });
          if (!lenient) return { records, faults };
          break;
        }
        const [, blanks = '', word = '', rest = ''] = /^([ \t]*)([^ \t]*)[ \t]*(.*)$/s.exec(field)!;
        const number = numberOf(word);
        let fault: Fault | null = null;
        const place = (offset: number) => line.byte + at + offset;
        if (number === null || number * page >= LIMIT) {
          fault = { line: line.number, byte: place(blanks.length), what: 'page number' };
        } else if (rest !== '') {
          fault = { line: line.number, byte: place(field.length - rest.length), what: 'text' };
        }
        if (fault === null) records.push({ pid: 1, op: 'read', address: number! * page, extent: 1, folded: false });
        else {
          faults.push(fault);
          if (!lenient) return { records, faults };
        }
        at += field.length + 1;
      }
    }
    return { records, faults };
  };
}

function readLines(text: string, lenient: boolean, readLine: ReadLine): SlowRead {
  const records: Required<AccessRecord>[] = [];
  const faults: Fault[] = [];
  for (const line of linesOf(text)) {
    const isLong = line.bytes > LINE_BYTES;
    const fault = isLong
      ? { line: line.number, byte: line.byte, what: 'line' }
      : readLine(line, (record) => records.push(record));
    if (fault === null) continue;
    faults.push(fault);
    if (!lenient) break;
  }
  return { records, faults };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let byte = 0;
  for (const piece of text.split('\n')) {
    lines.push({ number: lines.length + 1, byte, text: piece.replace(/\r$/, ''), bytes: piece.length });
    byte += piece.length + 1;
  }
  // Behind the last line end there is no line.
  if (text === '' || text.endsWith('\n')) lines.pop();
  return lines;
}

interface Word {
  readonly at: number;
  readonly text: string;
}

function wordsOf(line: Line): Word[] {
  const bare = line.text.replace(/#.*$/s, '');
  return [...bare.matchAll(/[^ \t]+/g)].map((match) => ({ at: match.index, text: match[0] }));
}

/** A missing word is missed where the line, without comment and blanks before it, ends. */
function faultAt(line: Line, words: Word[], index: number, what: string): Fault {
  const comment = line.text.indexOf('#');
  const end = comment < 0 ? line.text.length : comment;
  return { line: line.number, byte: line.byte + (words[index]?.at ?? end), what };
}

function numberOf(word: string): bigint | null {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(word)) return null;
  const number = BigInt(word.toLowerCase());
  return number < LIMIT ? number : null;
}

function isPage(size: bigint): boolean {
  return size > 0n && size <= 2n ** 30n && (size & (size - 1n)) === 0n;
}
