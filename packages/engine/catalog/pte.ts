/**
 * A page-table entry, 64 bits, laid out as x86-64 does where it has the bit:
 *
 *   63......52 51...........12 11 10   9    8   7    6     5        4 3  2    1        0
 *   zero       PFN or slot     0  swap COW  0   huge dirty accessed 0 0  user writable present
 *
 * present = 1: bits 12..51 are the frame. present = 0, swap = 1: they are the swap slot. All zero: never touched.
 * The machine keeps ref and dirty bits per frame; `accessed` and `dirty` are set in what a view reports.
 */
export const PTE = {
  present: 0,
  writable: 1,
  user: 2,
  accessed: 5,
  dirty: 6,
  huge: 7,
  cow: 9,
  swap: 10,
  target: 12,
} as const;
