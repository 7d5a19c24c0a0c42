/**
 * The page tables by name: radix trees by depth, of which SINGLE is a flat table and FIVE_LEVEL what LA57 walks, and the designs that are not
 * walked level by level. The operating system keeps its own map beside those, as deep as FOUR_LEVEL.
 */
import { PAGE_TABLES, type PageTableId } from '@pagewalk/engine/catalog';
import { nearest } from './nearest.ts';
import type { Complaint } from './tlb.ts';

export const RADIX_TYPES = ['SINGLE', 'TWO_LEVEL', 'THREE_LEVEL', 'FOUR_LEVEL', 'FIVE_LEVEL'] as const;

type Design = Exclude<PageTableId, 'radix'>;
const DESIGNS = PAGE_TABLES.map(({ id }) => id).filter((id): id is Design => id !== 'radix');

export type PtType = (typeof RADIX_TYPES)[number] | Uppercase<Design>;
export const PT_TYPES: readonly PtType[] = [
  ...RADIX_TYPES,
  ...DESIGNS.map((id) => id.toUpperCase() as Uppercase<Design>),
];

const OWN_MAP_LEVELS = 4;

/** Levels of the radix tree. */
export function levelsOf(type: PtType): number {
  return (RADIX_TYPES as readonly string[]).indexOf(type) + 1 || OWN_MAP_LEVELS;
}

/** Place in PAGE_TABLES. */
export function designOf(type: PtType): number {
  return Math.max(
    0,
    PAGE_TABLES.findIndex(({ id }) => id === type.toLowerCase()),
  );
}

export const isRadix = (type: PtType): boolean => designOf(type) === 0;

/** Any case, `-` or `_`, `_LEVEL` may be left out. */
export function parsePtType(text: string): PtType | Complaint[] {
  const name = text.trim().toUpperCase().replaceAll('-', '_');
  const found = PT_TYPES.find((type) => type === name || type === `${name}_LEVEL` || `${type}_LEVEL` === name);
  if (found) return found;
  const meant = nearest(name, PT_TYPES);
  const known = `give ${PT_TYPES.join(', ')}`;
  return [{ reason: 'no such page table', remedy: meant ? `did you mean ${meant}? ${known}` : known }];
}
