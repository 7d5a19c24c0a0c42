/**
 * One line of a script: an access or an operation. Scripts of the tests are written in pages: `3` is the start of page 3, `3:17` byte 17 of it,
 * `2` as a length two pages, `2:5` five bytes more. Objects have numbers.
 *
 *   1 W 0-3            2 R 3:4090/20       20 bytes over the end of page 3        1 R 5x3    three accesses in one record
 *   1 fork 2           1 exit              1 mmap 0+4 rw- private file 0 1        page 1 of file 0 and on
 *   1 munmap 0+2       1 mprotect 0+2 r--  1 mremap 0+2 8+4   1 brk 20            1 madvise 0+4 dontneed
 *   1 shm_create 0 4   1 shm_attach 0 8 rw-                   1 ftruncate 1 2:100
 */
import {
  ADVICE,
  BACKINGS,
  MAP_FLAGS,
  MEMORY_MODES,
  OPERATIONS,
  type OperationName,
  type OperationRow,
} from '@pagewalk/engine/catalog';
import type { Op } from '../trace.ts';

const HUGE: Record<string, number> = { 'huge:2m': MAP_FLAGS.huge_2m, 'huge:1g': MAP_FLAGS.huge_1g };
const RIGHTS = ['r', 'w', 'x'];

export interface AccessStep {
  readonly kind: 'access';
  readonly pid: number;
  readonly op: Op;
  readonly address: number;
  readonly extent: number;
  readonly folded: boolean;
}

/** The words are those of the catalog. */
export interface OperationStep {
  readonly kind: 'operation';
  readonly pid: number;
  readonly name: OperationName;
  readonly words: readonly number[];
}

export type Step = AccessStep | OperationStep;

export const access = (pid: number, op: Op, address: number, extent = 1, folded = false): AccessStep => ({
  kind: 'access',
  pid,
  op,
  address,
  extent,
  folded,
});

export const operation = (pid: number, name: OperationName, ...words: number[]): OperationStep => ({
  kind: 'operation',
  pid,
  name,
  words,
});

/** A script, a step a line (`1 W 0-3` is four); what follows two spaces is not of it. */
export function script(text: string, pageSize: number): Step[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/ {2}.*$/, ''))
    .filter((line) => line !== '')
    .flatMap((line) => stepsOf(line, pageSize));
}

export function stepsOf(line: string, pageSize: number): Step[] {
  const [pid = '', name = '', ...rest] = line.split(' ');
  if (name === 'R' || name === 'W' || name === 'I') return accesses(Number(pid), name, rest.join(' '), pageSize);
  const row = OPERATIONS.find((one) => one.name === name);
  if (row === undefined) throw new Error(`not a step: ${line}`);
  return [operation(Number(pid), row.name, ...wordsOf(row, rest.join(' ').split(/[ +]/), pageSize))];
}

function accesses(pid: number, op: Op, text: string, pageSize: number): Step[] {
  const [, from, to, offset = '0', size = '1', times] =
    /^(-?\d+)(?:-(\d+))?(?::(\d+))?(?:\/(\d+))?(?:x(\d+))?$/.exec(text) ?? [];
  if (from === undefined) throw new Error(`not an access: ${text}`);
  const steps: Step[] = [];
  for (let page = Number(from); page <= Number(to ?? from); page++) {
    steps.push(access(pid, op, page * pageSize + Number(offset), Number(times ?? size), times !== undefined));
  }
  return steps;
}

function wordsOf(row: OperationRow, given: readonly string[], pageSize: number): number[] {
  const huge = given.find((text) => text.startsWith('huge:'));
  const words = given
    .filter((text) => text !== '' && text !== huge)
    .map((text, place) => wordOf(row.arguments[place]?.kind ?? 'name', text, pageSize));
  if (row.name !== 'mmap') return words;
  const [address = 0, length = 0, protection = 0, shared = 0, backing = 0, object = 0] = words;
  const offset = given[6] === undefined || given[6] === huge ? 0 : bytes(given[6], pageSize);
  return [address, length, protection + shared + (HUGE[huge ?? ''] ?? 0), backing, object, offset];
}

function wordOf(kind: string, text: string, pageSize: number): number {
  if (kind === 'address' || kind === 'length' || kind === 'bytes') return bytes(text, pageSize);
  if (kind === 'protection') return RIGHTS.reduce((sum, right, bit) => sum + (text[bit] === right ? 1 << bit : 0), 0);
  if (kind === 'sharing') return text === 'shared' ? MAP_FLAGS.shared : 0;
  if (kind === 'backing') return (BACKINGS as readonly string[]).indexOf(text);
  if (kind === 'advice' && !/^\d/.test(text)) return ADVICE.findIndex(({ name }) => name === text);
  if (kind === 'mode') return MEMORY_MODES.findIndex(({ name }) => name === text);
  return Number(text);
}

function bytes(text: string, pageSize: number): number {
  const [pages = '0', rest = '0'] = text.split(':');
  return Number(pages) * pageSize + Number(rest);
}

/** The line that a step is. */
export function lineOf(step: Step, pageSize: number): string {
  const place = (word: number) => {
    const rest = word % pageSize;
    return `${Math.floor(word / pageSize)}${rest === 0 ? '' : `:${rest}`}`;
  };
  if (step.kind === 'access') {
    const extent = step.folded ? `x${step.extent}` : step.extent === 1 ? '' : `/${step.extent}`;
    return `${step.pid} ${step.op} ${place(step.address)}${extent}`;
  }
  const row: OperationRow = OPERATIONS.find(({ name }) => name === step.name) as OperationRow;
  const said = row.arguments.map(({ kind }, at) => said1(kind, step.words[at] ?? 0, place));
  if (row.name === 'mmap') {
    const [, , flags = 0, backing = 0, object = 0, offset = 0] = step.words;
    said[3] = flags & MAP_FLAGS.shared ? 'shared' : 'private';
    said[4] = BACKINGS[backing] ?? `${backing}`;
    if (backing > 0) said.push(`${object}`, place(offset));
    said.push(...Object.keys(HUGE).filter((key) => flags & (HUGE[key] ?? 0)));
  }
  const joined = said.join(' ').replace(/^(\S+) (\S+)/, row.arguments[1]?.kind === 'length' ? '$1+$2' : '$1 $2');
  return `${step.pid} ${step.name} ${joined}`.trim();
}

function said1(kind: string, word: number, place: (word: number) => string): string {
  if (kind === 'address' || kind === 'length' || kind === 'bytes') return place(word);
  if (kind === 'protection') return RIGHTS.map((right, bit) => (word & (1 << bit) ? right : '-')).join('');
  if (kind === 'advice') return ADVICE[word]?.name ?? `${word}`;
  if (kind === 'mode') return MEMORY_MODES[word]?.name ?? `${word}`;
  return `${word}`;
}
