import { byLines } from '../head.ts';
import type { TraceFormat } from './format.ts';

/** What gem5's own script makes packets of. */
export const gem5Text: TraceFormat = {
  name: 'gem5_text',
  shape: 'r|w,address,size,tick',
  unit: 'line',
  likeness: byLines(/^[ \t]*[rw],\d+,\d+,\d+$/, /^[ \t]*[rw],\d/),
  wasm: { reader: 'gem5_text' },
};
