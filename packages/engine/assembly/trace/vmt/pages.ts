import { startMembers } from './members';

/** Where decoding a block of pages has come to; decode-pages.ts and decode-runs.ts go on from each other. */
class Pages {
  order: v128 = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  shift: u64 = 0;
  /** The process, at its place in a record. */
  process: u32 = 0;
  /** Address of the last record that has its own. */
  last: u64 = 0;
}

export const pages = new Pages();

export function startPages(pageShift: u64): void {
  pages.shift = pageShift;
  pages.order = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  pages.process = 0;
  pages.last = 0;
  startMembers();
}
