import type { TextFormat } from './format.ts';

/** Any number and a blank: a line with a bad op is still text, and its reader says what is wrong with it. */
export const text: TextFormat = {
  name: 'text',
  shape: 'pid op address [size]',
  resembles: /^[ \t]*(%|[-+]?\d\w*[ \t]+[^\s,#])/,
  reader: 0,
};
