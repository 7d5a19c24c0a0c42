/** CSV with named columns: pid, op, address, size. */
import { FOLDED, isOperation, OP_MASK, OP_OPERATION, PID_SHIFT, recordWords } from '../record-layout.ts';
import { noteFolds, pageStart, type TraceWriterRow, type WriterParts } from './writer.ts';

const HEADER = 'pid,op,address,size\n';
const OPS = ['R', 'W', 'I'] as const;
const PIECE_CHARACTERS = 1 << 18;

export const csv: TraceWriterRow = {
  name: 'csv',
  suffixes: ['.csv'],
  summary: 'columns pid, op, address and size, for other programs',
  loses: ['operations'],
  folds: false,
  write,
};

async function* write(parts: WriterParts): AsyncGenerator<Uint8Array, void, void> {
  const { source, losses } = parts;
  const encoder = new TextEncoder();
  let folds = 0;
  let lines = HEADER;
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    const words = recordWords(chunk);
    for (let at = 0; at < words.length; at += 4) {
      const meta = words[at + 3]!;
      if (isOperation(meta)) {
        if ((meta & OP_MASK) === OP_OPERATION) losses.add('operations');
        continue;
      }
      const isFolded = (meta & FOLDED) !== 0;
      const extent = words[at + 2]!;
      const place = address(isFolded ? pageStart(words[at]!, source) : words[at]!, words[at + 1]!);
      const line = `${meta >>> PID_SHIFT},${OPS[meta & OP_MASK]},${place},${isFolded ? 1 : extent}\n`;
      const count = isFolded ? extent : 1;
      if (isFolded) folds += count;
      for (let done = 0; done < count; done++) {
        lines += line;
        if (lines.length < PIECE_CHARACTERS) continue;
        yield encoder.encode(lines);
        lines = '';
      }
    }
  }
  yield encoder.encode(lines);
  noteFolds(parts, folds);
}

function address(low: number, high: number): string {
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}
