import { beginsWith } from '../head.ts';
import { MAGIC } from '../vmt/layout.ts';
import { openVmt } from '../vmt/reader.ts';
import type { TraceFormat } from './format.ts';

/** Our own binary format; docs/vmt.md describes it. A beginning that a transfer as text has changed still looks like it. */
export const vmt: TraceFormat = {
  name: 'vmt',
  shape: 'blocks of accesses and operations, compressed',
  unit: 'record',
  likeness: (head) => (beginsWith(head, MAGIC) ? 1 : beginsWith(head, MAGIC.slice(0, 4)) ? 0.9 : 0),
  open: openVmt,
};
