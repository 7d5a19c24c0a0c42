import { textOf } from '../text-writer.ts';
import type { TraceWriterRow } from './writer.ts';

export const text: TraceWriterRow = {
  name: 'text',
  suffixes: ['.txt', '.trace'],
  summary: 'a line an access; everything that a trace has',
  loses: [],
  folds: true,
  write: ({ source, options }) => textOf(source, options.module),
};
