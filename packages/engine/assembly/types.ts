/** The units of the engine. Aliases, not classes: they document, and cost nothing. */

/** Virtual page number: address >> page shift, over all 64 bits. */
export type Vpn = u64;
/** Index of a physical frame. */
export type Frame = u32;
/** Index of a swap slot. */
export type Slot = u32;
/** Index of a process; it is the ASID that tags its TLB entries. */
export type Asid = u32;
/** Simulated time, nanoseconds. */
export type Ns = u64;
/** Page-table entry as drawn in catalog/pte.ts. */
export type Pte = u64;

/**
 * A page's identity, which outlives its frame: a process and one of its pages as a TLB tag, or a page of a file or shared memory object.
 */
export type PageKey = u64;

/** "No frame", "no slot", "no entry". Never 0: frame 0 and slot 0 are real. */
export const NONE: u32 = 0xffffffff;
/** "No tag", "never". */
export const NONE64: u64 = 0xffffffffffffffff;
/** "No page". */
export const NOWHERE: PageKey = NONE64;

export const OP_READ: u32 = 0;
export const OP_WRITE: u32 = 1;
export const OP_IFETCH: u32 = 2;
