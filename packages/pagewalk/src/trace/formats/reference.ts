import { byLines } from '../head.ts';
import type { ReadOptions, TraceFormat } from './format.ts';

const MAX_PAGE = 2 ** 30;
/** Never certain: numbers between commas may be anything. */
const MOST = 0.7;
const looks = byLines(
  /^[ \t]*(0x[\da-f]+|\d+)[ \t]*(,[ \t]*(0x[\da-f]+|\d+)[ \t]*)*,?[ \t]*(#|$)/i,
  /^[ \t]*[-+]?\d\w*[ \t]*(,|#|$)/,
);

/** Textbook reference strings: page numbers, one per line or separated by commas. */
export const reference: TraceFormat = {
  name: 'reference',
  shape: 'page numbers, one per line or separated by commas',
  unit: 'line',
  likeness: (head) => MOST * looks(head),
  wasm: { reader: 'reference', options: (options) => [Math.log2(pageOf(options))] },
  uses: ['referencePage'],
  settings: (options) => ({ reference_page: pageOf(options) }),
};

function pageOf({ referencePage = 4096 }: ReadOptions): number {
  const isPower = Number.isInteger(Math.log2(referencePage));
  if (!isPower || referencePage < 1 || referencePage > MAX_PAGE) {
    throw new RangeError(`referencePage ${referencePage}: expected a power of two from 1 to ${MAX_PAGE}`);
  }
  return referencePage;
}
