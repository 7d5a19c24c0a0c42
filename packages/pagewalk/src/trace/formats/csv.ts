import { type Columns, columnsOf, hasHeader, headerOf, separatorOf, shiftOf } from '../csv-columns.ts';
import type { Head } from '../head.ts';
import type { TraceFormat } from './format.ts';

const NONE = 0xffff_ffff;
const FIRST_LINES: readonly Columns['first'][] = ['data', 'header', 'either', 'bad header'];
const NOTES: Partial<Record<Columns['kind'], string>> = {
  device: 'block I/O below the page cache',
  object: 'requests for objects of a cache, not accesses of a program',
};

/** Tables with a line of names. */
export const csv: TraceFormat = {
  name: 'csv',
  shape: 'a line of column names such as time,op,addr,size, then values',
  unit: 'line',
  likeness,
  wasm: {
    reader: 'csv',
    options(options, head) {
      const columns = columnsOf(head, options);
      const { separator, addr, op, size, pid, addressIsHex, first } = columns;
      const places = [addr, op, size, pid].map((column) => column ?? NONE);
      const kind = FIRST_LINES.indexOf(first);
      return [separator.charCodeAt(0), ...places, shiftOf(columns), kind, addressIsHex ? 1 : 0];
    },
    told(options, head) {
      const { kind, idIs, size } = columnsOf(head, options);
      const note = NOTES[kind];
      const { columns } = options;
      return {
        settings: { id_is: idIs, split: size === null ? 'no' : 'yes', ...(columns === undefined ? {} : { columns }) },
        notes: note === undefined ? [] : [note],
      };
    },
  },
  uses: ['columns', 'idIs', 'split'],
};

/** Never certain: formats whose columns are known are more so. */
const MOST = 0.9;

function likeness(head: Head): number {
  const [first, ...rest] = head.lines;
  if (first === undefined) return 0;
  const header = headerOf(head);
  const separator = separatorOf(header);
  const columns = header.split(separator);
  const even = rest.filter(({ text }) => text.split(separator).length === columns.length).length;
  const share = (even + 1) / (rest.length + 1);
  if (hasHeader(head)) return rest.length === 0 ? MOST / 2 : MOST * share;
  const isNames = columns.length > 1 && columns.every((name) => /^[ \t]*"?[a-z_][\w -]*"?[ \t]*$/i.test(name));
  return isNames ? (MOST / 2) * share : 0;
}
