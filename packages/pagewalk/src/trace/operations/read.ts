/**
 * Lines `PID NAME ARGUMENTS…` of a text trace. What an argument may be is in arguments.ts; here the fields of a line are told apart, and what
 * is wrong with one is told with its place.
 */
import { BACKINGS, MAP_FLAGS, MEMORY_MODES, OPERATIONS, type OperationRow } from '@pagewalk/engine/catalog';
import { MAX_PID } from '../record-layout.ts';
import { NOTATIONS, type Notation, numberOfName, readNumber } from './arguments.ts';
import type { ObjectNames } from './names.ts';
import { type OperationRecord, operationRow } from './operation.ts';

/** The characters `from` … `to` - 1 of the line are bad. */
export interface Misreading {
  readonly from: number;
  readonly to: number;
  readonly what: string;
  readonly expected: string;
}

interface Field {
  readonly at: number;
  readonly text: string;
}

const HUGE: Readonly<Record<string, number>> = { 'huge:2m': MAP_FLAGS.huge_2m, 'huge:1g': MAP_FLAGS.huge_1g };
const KNOWN = OPERATIONS.map(({ name }) => name).join(', ');

/** `line` has a character for each byte. Nothing gets a number if the line is bad. */
export function readOperation(line: string, names: ObjectNames): OperationRecord | Misreading {
  try {
    return new LineReader(line, names).read();
  } catch (thrown) {
    if (thrown instanceof Bad) return thrown;
    throw thrown;
  }
}

export const isMisreading = (read: OperationRecord | Misreading): read is Misreading => 'expected' in read;

class Bad implements Misreading {
  readonly from: number;
  readonly to: number;
  readonly what: string;
  readonly expected: string;

  constructor(field: Field, what: string, expected: string) {
    this.from = field.at;
    this.to = field.at + field.text.length;
    this.what = what;
    this.expected = expected;
  }
}

class LineReader {
  private readonly fields: Field[];
  /** Behind the last field, for what is missing. */
  private readonly end: Field;
  private readonly names: ObjectNames;
  /** Names are numbered when the whole line is known to be good. */
  private name: Field | null = null;
  private next = 0;

  constructor(line: string, names: ObjectNames) {
    const comment = line.indexOf('#');
    const bare = comment < 0 ? line : line.slice(0, comment);
    this.fields = [...bare.matchAll(/[^ \t]+/g)].map((match) => ({ at: match.index, text: match[0] }));
    this.end = { at: bare.length, text: '' };
    this.names = names;
  }

  read(): OperationRecord {
    const pid = Number(this.word({ ...NOTATIONS.pid, expected: `a decimal number from 0 to ${MAX_PID}` }));
    const field = this.take();
    const row = operationRow(field.text.toLowerCase());
    if (!row) throw new Bad(field, 'op', `R, W or I, or ${KNOWN}`);
    const words = row.name === 'mmap' ? this.mmap(row) : this.plain(row);
    const rest = this.peek();
    if (rest) throw new Bad(rest, 'text', 'the end of the line or a # comment');
    const operation = row.name as OperationRecord['operation'];
    if (this.name === null) return { pid, operation, words: words as bigint[] };
    const number = this.numbered(this.name);
    return { pid, operation, words: words.map((word) => word ?? number) };
  }

  /** A word for each argument, undefined for a name. */
  private plain(row: OperationRow): (bigint | undefined)[] {
    const words: (bigint | undefined)[] = [];
    for (const { kind } of row.arguments) {
      if (kind === 'nodes') words.push(this.nodes(words.at(-1) ?? 0n));
      else if (kind !== 'backing') words.push(kind === 'name' ? this.object() : this.word(NOTATIONS[kind]));
    }
    return words;
  }

  /** Which nodes there must be depends on the mode before them. */
  private nodes(mode: bigint): bigint {
    const { name, nodes } = MEMORY_MODES[Number(mode)] as (typeof MEMORY_MODES)[number];
    if (nodes === 'none' && !this.peek()) return 0n;
    const field = this.peek() ?? this.end;
    const mask = this.word(NOTATIONS.nodes);
    if (nodes === 'none' && mask !== 0n) throw new Bad(field, 'nodes', `- or nothing: ${name} takes none`);
    if (nodes === 'some' && mask === 0n) throw new Bad(field, 'nodes', `at least one node for ${name}`);
    return mask;
  }

  /** mmap ADDRESS LENGTH PROTECTION SHARING [BACKING [OFFSET]] [huge:2m | huge:1g] */
  private mmap(row: OperationRow): (bigint | undefined)[] {
    const [address, length, protection] = row.arguments.slice(0, 3).map(({ kind }) => {
      return this.word(NOTATIONS[kind as 'address']);
    });
    const sharing = this.word(NOTATIONS.sharing);
    const [backing, object, offset] = this.backing();
    const flags = (protection ?? 0n) | sharing | this.huge();
    return [address, length, flags, backing, object, offset];
  }

  private backing(): [bigint, bigint | undefined, bigint] {
    const field = this.peek();
    if (!field || field.text.toLowerCase() in HUGE) return [0n, 0n, 0n];
    this.take();
    if (field.text.toLowerCase() === 'anon') return [0n, 0n, 0n];
    const [, kind = '', name = ''] = /^(file|shm):(.+)$/i.exec(field.text) ?? [];
    if (name === '')
      throw new Bad(field, 'backing', 'anon, file:NAME OFFSET or shm:NAME OFFSET, or huge:2m or huge:1g');
    this.name = { at: field.at + field.text.length - name.length, text: name };
    const place = BigInt((BACKINGS as readonly string[]).indexOf(kind.toLowerCase()));
    const next = this.peek();
    if (!next || next.text.toLowerCase() in HUGE) return [place, undefined, 0n];
    const offset = readNumber(next.text);
    if (offset === undefined) throw new Bad(next, 'offset', 'a number of bytes below 2^64, or huge:2m or huge:1g');
    this.take();
    return [place, undefined, offset];
  }

  private huge(): bigint {
    const flag = HUGE[this.peek()?.text.toLowerCase() ?? ''];
    if (flag === undefined) return 0n;
    this.take();
    return BigInt(flag);
  }

  private object(): undefined {
    this.name = this.take();
    if (this.name.text === '') throw new Bad(this.name, NOTATIONS.name.what, NOTATIONS.name.expected);
  }

  private numbered(field: Field): bigint {
    const number = numberOfName(field.text, this.names);
    if (number === undefined) throw new Bad(field, NOTATIONS.name.what, NOTATIONS.name.expected);
    return number;
  }

  private word(notation: Notation): bigint {
    const field = this.take();
    const word = notation.read(field.text, this.names);
    if (word === undefined) throw new Bad(field, notation.what, notation.expected);
    return word;
  }

  private peek(): Field | undefined {
    return this.fields[this.next];
  }

  private take(): Field {
    return this.fields[this.next++] ?? this.end;
  }
}
