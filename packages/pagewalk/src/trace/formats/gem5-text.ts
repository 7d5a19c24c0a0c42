import { byLines } from '../head.ts';
import {
  decimalNumber,
  type HostLines,
  hostReader,
  type Misreading,
  misread,
  type RecordSink,
} from '../host-reader.ts';
import { OP_READ, OP_WRITE } from '../record-layout.ts';
import type { TraceFormat } from './format.ts';

const PID = 1;
const NUMBER = 'a decimal number below 2^64';
const SIZE = 'a number of bytes from 1 to 4294967295';

/** `r|w,address,size,tick`: what gem5's own script makes packets of. */
export const gem5Text: TraceFormat = {
  name: 'gem5_text',
  shape: 'r|w,address,size,tick',
  unit: 'line',
  likeness: byLines(/^[ \t]*[rw],\d+,\d+,\d+$/, /^[ \t]*[rw],\d/),
  open: (parts) => hostReader(parts, LINES),
};

const LINES: HostLines = {
  read(line, sink) {
    const fields: { at: number; text: string }[] = [];
    let at = 0;
    for (const text of line.split(',')) {
      fields.push({ at, text });
      at += text.length + 1;
    }
    return packet(fields, line.length, sink);
  },
};

function packet(fields: { at: number; text: string }[], end: number, sink: RecordSink): Misreading | undefined {
  const bad = (index: number, what: string, expected: string): Misreading => {
    const { at, text } = fields[index] ?? { at: end, text: '' };
    return misread(at, at + text.length, what, expected);
  };
  const [command, address, size, tick] = fields.map(({ text }) => text);
  if (command !== 'r' && command !== 'w') return bad(0, 'command', 'r or w');
  const place = decimalNumber(address ?? '');
  if (place === undefined) return bad(1, 'address', NUMBER);
  const bytes = decimalNumber(size ?? '', 0xffff_ffffn);
  if (bytes === undefined || bytes === 0n) return bad(2, 'size', SIZE);
  if (decimalNumber(tick ?? '') === undefined) return bad(3, 'tick', NUMBER);
  if (fields.length > 4) return misread(fields[4]!.at - 1, end, 'text', 'the end of the line behind 4 columns');
  sink.put(PID, command === 'r' ? OP_READ : OP_WRITE, place, Number(bytes));
  return undefined;
}
