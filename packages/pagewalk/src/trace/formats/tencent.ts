import { byLines } from '../head.ts';
import { BLOCK_NOTE, splitOption, splitSetting } from './block.ts';
import type { TraceFormat } from './format.ts';

/** A timestamp has nine digits or more: small numbers are rather a reference string. */
export const tencent: TraceFormat = {
  name: 'tencent',
  shape: 'timestamp,offset,size,0|1,volume of Tencent block storage',
  unit: 'line',
  likeness: byLines(/^(\d{9,},\d+,\d+,[01],\d+|timestamp,offset,size,iotype,volumeid)$/i, /^\d{9,},\d+,\d+,/),
  wasm: { reader: 'tencent', options: splitOption },
  uses: ['split'],
  settings: splitSetting,
  notes: [BLOCK_NOTE],
};
