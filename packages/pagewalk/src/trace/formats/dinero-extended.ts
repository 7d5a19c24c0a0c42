import { byLines } from '../head.ts';
import type { TraceFormat } from './format.ts';

export const dineroExtended: TraceFormat = {
  name: 'dinero_extended',
  shape: "Dinero IV's r|w|i|m|v|c, hex address and hex size",
  unit: 'line',
  likeness: byLines(
    /^[ \t]*[rwimvc][ \t]+(0x)?[\da-f]+[ \t]+(0x)?[\da-f]+([ \t]|$)/i,
    /^[ \t]*[rwimvc]([ \t]+(0x)?[\da-f]+)?[ \t]*$/i,
  ),
  wasm: { reader: 'dinero_extended', leftOut: ['invalidations', 'copy_backs'] },
};
