/** Formats of objects or blocks: what their numbers are as addresses. */
import type { ReadOption, ReadOptions } from './formats/format.ts';

const SHIFTS = { page: 12, byte: 0, lbn512: 9 } as const;

export type IdIs = keyof typeof SHIFTS;

export const ID_OPTIONS: readonly ReadOption[] = ['idIs', 'split'];

/** For the reader: log2 of the bytes between two numbers, and whether accesses have sizes. @throws RangeError */
export function idOptions({ idIs, split = false }: ReadOptions, usual: IdIs): [number, number] {
  const shift = SHIFTS[idIs ?? usual];
  if (shift === undefined) throw new RangeError(`idIs '${idIs}': expected ${Object.keys(SHIFTS).join(', ')}`);
  return [shift, split ? 1 : 0];
}

export function idSettings({ idIs, split = false }: ReadOptions, usual: IdIs): Record<string, string> {
  return { id_is: idIs ?? usual, sizes: split ? 'split' : 'ignored' };
}
