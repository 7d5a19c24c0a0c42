import { vmtOf } from '../vmt/writer.ts';
import type { TraceWriterRow } from './writer.ts';

export const vmt: TraceWriterRow = {
  name: 'vmt',
  suffixes: ['.vmt'],
  summary: 'pagewalk’s own: small, fast and seekable; everything that a trace has',
  loses: [],
  folds: true,
  compressed: true,
  write: ({ source, options: { module, facts = {} } }) => vmtOf(source, { module, facts }),
};
