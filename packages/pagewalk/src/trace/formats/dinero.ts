import { byLines } from '../head.ts';
import type { TraceFormat } from './format.ts';

/** din: a second word that is no hex number is more likely an op of the text format. */
export const dinero: TraceFormat = {
  name: 'dinero',
  shape: "Dinero's label and hex address",
  unit: 'line',
  likeness: byLines(/^[ \t]*[0-4][ \t]+(0x)?[\da-f]+([ \t]|$)/i, /^[ \t]*\d([ \t]+(0x)?[\da-f]+([ \t]|$)|[ \t]*$)/i),
  wasm: { reader: 'dinero', leftOut: ['escapes', 'flushes'] },
};
