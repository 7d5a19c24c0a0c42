import { byLines } from '../head.ts';
import type { TraceFormat } from './format.ts';

export const lackey: TraceFormat = {
  name: 'lackey',
  shape: "valgrind lackey's ' L address,size'",
  unit: 'line',
  likeness: byLines(/^((I {2}| [LSM] )[\da-f]+,\d|==\d+==|--\d+--|\*\*\d+\*\*)/i, /^(I {2}| [LSM] )/),
  wasm: { reader: 'lackey', options: ({ modify = 'write' }) => [modify === 'both' ? 1 : 0] },
  uses: ['modify'],
  settings: ({ modify = 'write' }) => ({ modify }),
};
