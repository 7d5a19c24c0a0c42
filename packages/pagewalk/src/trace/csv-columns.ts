/** Which column of a table is what: by the names in its first line, or as `--columns` says. */
import type { ReadOptions } from './formats/format.ts';
import { endOfLine, type Head } from './head.ts';

/** What an address column holds, and how far its numbers are shifted to make addresses. */
const KINDS = [
  { kind: 'memory', idIs: 'byte', names: 'addr address vaddr virtual_address paddr physical_address va pa' },
  { kind: 'device', idIs: 'byte', names: 'offset byte_offset' },
  { kind: 'device', idIs: 'lbn512', names: 'lbn lba sector block' },
  { kind: 'page', idIs: 'page', names: 'page vpn pfn page_number' },
  { kind: 'object', idIs: 'page', names: 'id obj_id object_id object obj key' },
] as const;
const ROLES = {
  op: 'op rw type iotype io_type operation access access_type',
  size: 'size len length bytes obj_size object_size',
  pid: 'pid process asid volume volumeid volume_id',
} as const;
const SHIFTS = { byte: 0, lbn512: 9, page: 12 } as const;
const SEPARATORS = [',', ';', '\t'] as const;
const MOST_COLUMNS = 1024;

export interface Columns {
  readonly separator: string;
  /** Numbers of columns from 0; null if there is none, or it is not used. */
  readonly addr: number | null;
  readonly op: number | null;
  readonly size: number | null;
  readonly pid: number | null;
  readonly kind: (typeof KINDS)[number]['kind'];
  readonly idIs: keyof typeof SHIFTS;
  readonly addressIsHex: boolean;
  readonly first: 'data' | 'header' | 'either' | 'bad header';
}

/** What each address is shifted by. */
export const shiftOf = ({ idIs }: Columns): number => SHIFTS[idIs];

/** @throws RangeError at `columns` that say nothing, or name what the header does not have. */
export function columnsOf(head: Head, options: ReadOptions): Columns {
  const header = headerOf(head);
  const separator = separatorOf(header);
  const names = header.split(separator).map(nameOf);
  const named = options.columns === undefined ? byHeader(names) : byOption(options.columns, names, header);
  const kind = named.addr === null ? undefined : KINDS.find((row) => isOneOf(row.names, named.addressName));
  const counted = options.split ?? (kind?.kind ?? 'memory') === 'memory';
  return {
    ...named,
    separator,
    size: counted ? named.size : null,
    kind: kind?.kind ?? 'memory',
    idIs: options.idIs ?? kind?.idIs ?? 'byte',
  };
}

/** Has the first line a column of addresses, going by its names? */
export function hasHeader(head: Head): boolean {
  const header = headerOf(head);
  return byHeader(header.split(separatorOf(header)).map(nameOf)).addr !== null;
}

export function headerOf(head: Head): string {
  const line = head.lines[0];
  if (line === undefined) return '';
  const bytes = head.bytes.subarray(line.byte, endOfLine(head.bytes, line.byte));
  return Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join('')
    .replace(/\r$/, '');
}

/** The one there is most of. */
export function separatorOf(line: string): string {
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))]!;
}

interface Named extends Pick<Columns, 'addr' | 'op' | 'size' | 'pid' | 'addressIsHex' | 'first'> {
  readonly addressName: string;
}

function byHeader(names: readonly string[]): Named {
  const place = (list: string) => placeIn(names, (name) => isOneOf(list, name));
  const addr = KINDS.map((row) => place(row.names)).find((column) => column !== null) ?? null;
  return {
    addr,
    addressName: addr === null ? '' : names[addr]!,
    op: place(ROLES.op),
    size: place(ROLES.size),
    pid: place(ROLES.pid),
    addressIsHex: false,
    first: addr === null ? 'bad header' : 'header',
  };
}

/** `addr=4,op=2`: each a number from 1, or a name of the header. */
function byOption(text: string, names: readonly string[], header: string): Named {
  const roles = new Map<string, string>();
  let addressIsHex = false;
  for (const part of text.split(',')) {
    const [, role, column, hex] = /^(addr|op|size|pid|time)=([^=:]+?)(:hex)?$/.exec(part.trim()) ?? [];
    if (role === undefined || column === undefined || roles.has(role) || (hex && role !== 'addr')) throw bad(text);
    if (hex) addressIsHex = true;
    roles.set(role, column.trim());
  }
  if (!roles.has('addr')) throw bad(text);
  const columns = [...roles.values()];
  const place = (role: string): number | null => {
    const column = roles.get(role);
    if (column === undefined) return null;
    if (!/^\d+$/.test(column)) return placeOf(column, names, header);
    const number = Number(column);
    if (number < 1 || number > MOST_COLUMNS) throw bad(text);
    return number - 1;
  };
  place('time');
  const address = roles.get('addr')!;
  return {
    addr: place('addr'),
    addressName: /^\d+$/.test(address) ? '' : nameOf(address),
    op: place('op'),
    size: place('size'),
    pid: place('pid'),
    addressIsHex,
    first: columns.every((column) => /^\d+$/.test(column)) ? 'either' : 'header',
  };
}

function placeOf(column: string, names: readonly string[], header: string): number {
  const place = placeIn(names, (name) => name === nameOf(column));
  if (place === null) throw new RangeError(`columns: no column '${column}' in the header '${header.slice(0, 200)}'`);
  return place;
}

function bad(text: string): RangeError {
  const form = 'addr=4,op=2,size=3,pid=1,time=5: numbers from 1 on or names of the header, addr among them, none twice';
  return new RangeError(`columns '${text}': expected ${form}`);
}

function placeIn(names: readonly string[], wanted: (name: string) => boolean): number | null {
  const place = names.findIndex(wanted);
  return place < 0 ? null : place;
}

const isOneOf = (list: string, name: string): boolean => list.split(' ').includes(name);

/** As names are compared. */
function nameOf(field: string): string {
  const bare = field.replace(/^[ \t]+|[ \t]+$/g, '');
  const name = /^"(.*)"$/.exec(bare)?.[1] ?? bare;
  return name.toLowerCase().replace(/[- ]/g, '_');
}
