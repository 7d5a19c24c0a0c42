import { byLines } from '../head.ts';
import { BLOCK_NOTE, splitOption, splitSetting } from './block.ts';
import type { TraceFormat } from './format.ts';

export const msr: TraceFormat = {
  name: 'msr',
  shape: 'timestamp,host,disk,Read|Write,offset,size,time of MSR Cambridge',
  unit: 'line',
  likeness: byLines(
    /^(\d+,[^,]{1,63},\d+,(read|write),\d+,\d+,\d+|timestamp,hostname,disknumber,type,offset,size,responsetime)$/i,
    /^\d+,[^,]*,\d+,[a-z]*,/i,
  ),
  wasm: { reader: 'msr', options: splitOption },
  uses: ['split'],
  settings: splitSetting,
  notes: [BLOCK_NOTE],
};
