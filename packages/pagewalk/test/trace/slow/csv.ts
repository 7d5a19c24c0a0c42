/** docs/formats/csv.md: the first line names the columns, unless `columns` does. */
import type { Op } from '../../../src/trace/record.ts';
import {
  Bad,
  decimal,
  type Field,
  fields,
  hex,
  LIMIT,
  MAX_PID,
  MAX_SIZE,
  need,
  readLines,
  type SlowOptions,
  type SlowReader,
} from './slow.ts';

const ADDRESSES: readonly (readonly [kind: 'memory' | 'device' | 'sector' | 'page' | 'object', names: string])[] = [
  ['memory', 'addr address vaddr virtual_address paddr physical_address va pa'],
  ['device', 'offset byte_offset'],
  ['sector', 'lbn lba sector block'],
  ['page', 'page vpn pfn page_number'],
  ['object', 'id obj_id object_id object obj key'],
];
const OP = 'op rw type iotype io_type operation access access_type';
const SIZE = 'size len length bytes obj_size object_size';
const PROCESS = 'pid process asid volume volumeid volume_id';
const WORDS: readonly (readonly [Op, string])[] = [
  ['read', 'r read rd load l get 0 28 0x28 88 0x88'],
  ['write', 'w write wr store s set put 1 2a 0x2a 8a 0x8a'],
  ['ifetch', 'i ifetch fetch inst 2'],
];
const UNITS = { memory: 'byte', device: 'byte', sector: 'lbn512', page: 'page', object: 'page' } as const;
const SCALE = { byte: 1n, lbn512: 512n, page: 4096n };

interface Columns {
  readonly address: number;
  readonly kind: keyof typeof UNITS;
  readonly isHex: boolean;
  readonly op: number;
  readonly size: number;
  readonly pid: number;
}

/** Null if the trace cannot be read at all: the fault is then the only one. */
export const slowCsv: SlowReader = (bytes, lenient, options = {}) => {
  let separator = '';
  let columns: Columns | null = null;
  let broken = false;
  return readLines(bytes, lenient, ({ text }, out) => {
    if (broken) return;
    if (separator === '') separator = separatorOf(text);
    if (columns === null) {
      const names = fields(text, separator).map((field) => nameOf(trimmed(field, separator, 0).text));
      columns = options.columns === undefined ? byHeader(names) : byWords(options.columns, names);
      if (columns === null) {
        broken = true;
        throw new Bad(0, 'header');
      }
      const isHeader =
        options.columns === undefined || /=[^,\d:]/.test(options.columns) || !isNumber(text, separator, columns);
      if (isHeader) return;
    }
    const all = fields(text, separator);
    const field = (index: number): Field => {
      const raw = all[index];
      return raw === undefined ? { at: text.length, text: '' } : trimmed(raw, separator, 0, true);
    };
    const isSize = columns.size >= 0 && (columns.kind === 'memory' || options.split === true);
    const last = Math.max(columns.address, columns.op, isSize ? columns.size : -1, columns.pid);
    for (let index = 0; index <= last; index++) field(index);
    const put = readFields(columns, field, options);
    out.put(put.op, put.address, put.size, put.pid);
  });
};

function readFields(columns: Columns, field: (index: number) => Field, options: SlowOptions) {
  const place = field(columns.address);
  const number = need(numberOf(place.text, columns.isHex), place.at, 'address');
  const address = number * SCALE[options.idIs ?? UNITS[columns.kind]];
  if (address >= LIMIT) throw new Bad(place.at, 'address');
  let op: Op = 'read';
  if (columns.op >= 0) {
    const word = field(columns.op);
    const found = WORDS.find(([, words]) => words.split(' ').includes(word.text.toLowerCase()));
    if (found === undefined) throw new Bad(word.at, 'op');
    op = found[0];
  }
  let size = 1n;
  if (columns.size >= 0 && (columns.kind === 'memory' || options.split)) {
    const count = field(columns.size);
    const bytes = numberOf(count.text, false);
    if (bytes === null || bytes < 1n || bytes > MAX_SIZE) throw new Bad(count.at, 'size');
    size = bytes;
  }
  let pid = 1;
  if (columns.pid >= 0) {
    const process = field(columns.pid);
    pid = Number(need(decimal(process.text, 0n, BigInt(MAX_PID)), process.at, 'pid'));
  }
  return { op, address, size, pid };
}

function numberOf(text: string, isHex: boolean): bigint | null {
  const prefixed = /^0x(.*)$/i.exec(text)?.[1];
  if (prefixed !== undefined) return hex(prefixed);
  return isHex ? hex(text) : decimal(text, 0n, LIMIT - 1n);
}

function separatorOf(text: string): string {
  const counts = [',', ';', '\t'].map((sign) => [sign, text.split(sign).length] as const);
  const most = Math.max(...counts.map(([, count]) => count));
  return counts.find(([, count]) => count === most)![0];
}

function nameOf(text: string): string {
  return text.toLowerCase().replace(/[- ]/g, '_');
}

/** Without blanks around it and without its quotes. @throws Bad if a quote is open. */
function trimmed(field: Field, separator: string, at: number, mustClose = false): Field {
  const blanks = separator === '\t' ? / /g : /[ \t]/g;
  const isBlank = (sign: string): boolean => sign.replace(blanks, '') === '';
  let from = 0;
  let to = field.text.length;
  while (from < to && isBlank(field.text[from]!)) from++;
  while (to > from && isBlank(field.text[to - 1]!)) to--;
  const text = field.text.slice(from, to);
  if (!text.startsWith('"')) return { at: at + field.at + from, text };
  if (text.length < 2 || !text.endsWith('"')) {
    if (mustClose) throw new Bad(field.at + from, 'field');
    return { at: field.at + from, text };
  }
  return { at: at + field.at + from + 1, text: text.slice(1, -1) };
}

function byHeader(names: readonly string[]): Columns | null {
  const first = (list: string): number => names.findIndex((name) => list.split(' ').includes(name));
  for (const [kind, list] of ADDRESSES) {
    if (first(list) >= 0) {
      return { address: first(list), kind, isHex: false, op: first(OP), size: first(SIZE), pid: first(PROCESS) };
    }
  }
  return null;
}

function byWords(given: string, names: readonly string[]): Columns | null {
  const roles = new Map(given.split(',').map((part) => part.split('=') as [string, string]));
  const [name = '', isHex] = (roles.get('addr') ?? '').split(':');
  const place = (text: string | undefined): number => {
    if (text === undefined) return -1;
    return /^\d+$/.test(text) ? Number(text) - 1 : names.indexOf(nameOf(text));
  };
  const kind = ADDRESSES.find(([, list]) => list.split(' ').includes(nameOf(name)))?.[0] ?? 'memory';
  return {
    address: place(name),
    kind,
    isHex: isHex === 'hex',
    op: place(roles.get('op')),
    size: place(roles.get('size')),
    pid: place(roles.get('pid')),
  };
}

function isNumber(text: string, separator: string, columns: Columns): boolean {
  const field = fields(text, separator)[columns.address];
  return field !== undefined && numberOf(trimmed(field, separator, 0).text, columns.isHex) !== null;
}
