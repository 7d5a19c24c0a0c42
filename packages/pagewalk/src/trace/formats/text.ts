import { OPERATIONS } from '@pagewalk/engine/catalog';
import { byLines } from '../head.ts';
import { operationDoor } from '../line-door.ts';
import type { TraceFormat } from './format.ts';

const NAMES = OPERATIONS.map(({ name }) => name).join('|');

/** Loosely any number and a blank: a line with a bad op is still text, and its reader says what is wrong with it. */
export const text: TraceFormat = {
  name: 'text',
  shape: 'pid op address [size]',
  unit: 'line',
  likeness: byLines(
    new RegExp(`^[ \\t]*(%page[ \\t]+\\d|\\d+[ \\t]+([rwi][ \\t]+(0x[\\da-f]|\\d)|(${NAMES})\\b))`, 'i'),
    /^[ \t]*(%|[-+]?\d\w*[ \t]+[^\s,#])/,
  ),
  wasm: { reader: 'text', door: () => operationDoor },
};
