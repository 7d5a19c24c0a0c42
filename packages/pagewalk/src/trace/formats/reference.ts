import type { ReadOptions, TextFormat } from './format.ts';

const MAX_PAGE = 2 ** 30;

/** Textbook reference strings: page numbers, one per line or separated by commas. */
export const reference: TextFormat = {
  name: 'reference',
  shape: 'page numbers, one per line or separated by commas',
  resembles: /^[ \t]*[-+]?\d\w*[ \t]*(,|#|$)/,
  reader: 2,
  option: (options) => Math.log2(pageOf(options)),
  settings: (options) => ({ reference_page: pageOf(options) }),
};

function pageOf({ referencePage = 4096 }: ReadOptions): number {
  const isPower = Number.isInteger(Math.log2(referencePage));
  if (!isPower || referencePage < 1 || referencePage > MAX_PAGE) {
    throw new RangeError(`referencePage ${referencePage}: expected a power of two from 1 to ${MAX_PAGE}`);
  }
  return referencePage;
}
