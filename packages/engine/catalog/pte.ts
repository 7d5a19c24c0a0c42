/**
 * A page-table entry, 64 bits, laid out as x86-64 does where it has the bit:
 *
 *   63 62...52 51...........12 11   10   9    8    7    6     5        4 3  2    1        0
 *   NX zero    PFN or slot     hint swap COW  giga huge dirty accessed 0 0  user writable present
 *
 * present = 1, or hint = 1 (protected to see which node uses the page): bits 12..51 are the frame. swap = 1: they are the swap slot. All
 * zero: never touched. The map has an entry for each base page: huge says that it is part of 2 MiB, huge and giga that it is part of 1 GiB.
 * The machine keeps ref and dirty bits per frame; `accessed` and `dirty` are set in what a view reports.
 */
export const PTE = {
  present: 0,
  writable: 1,
  user: 2,
  accessed: 5,
  dirty: 6,
  huge: 7,
  giga: 8,
  cow: 9,
  swap: 10,
  hint: 11,
  target: 12,
  no_execute: 63,
} as const;
