/** The names of the page tables by depth: SINGLE is a flat table, FIVE_LEVEL what LA57 walks. */
import { nearest } from './nearest.ts';
import type { Complaint } from './tlb.ts';

export const PT_TYPES = ['SINGLE', 'TWO_LEVEL', 'THREE_LEVEL', 'FOUR_LEVEL', 'FIVE_LEVEL'] as const;
export type PtType = (typeof PT_TYPES)[number];

export const levelsOf = (type: PtType): number => PT_TYPES.indexOf(type) + 1;

/** Any case, `-` or `_`, `_LEVEL` may be left out. */
export function parsePtType(text: string): PtType | Complaint[] {
  const name = text.trim().toUpperCase().replaceAll('-', '_');
  const found = PT_TYPES.find((type) => type === name || type === `${name}_LEVEL` || `${type}_LEVEL` === name);
  if (found) return found;
  const meant = nearest(name, PT_TYPES);
  const known = `give ${PT_TYPES.join(', ')}`;
  return [{ reason: 'no such page table', remedy: meant ? `did you mean ${meant}? ${known}` : known }];
}
