/**
 * The event records that an access can leave in the ring, 32 bytes each:
 *
 *   @0  u64 time    touch index (virtual time), from 1
 *   @8  u64 page    virtual page number
 *   @16 u8  kind    place in EVENTS
 *   @17 u8  level   see the row
 *   @18 u16 flag    see the row
 *   @20 u32 pid
 *   @24 u32 a       see the row
 *   @28 u32 b       see the row
 *
 * `NONE` (all ones) stands for "no frame", "no slot".
 */
export interface EventRow {
  readonly name: string;
  readonly meaning: string;
  readonly level?: string;
  readonly flag?: string;
  readonly a?: string;
  readonly b?: string;
}

export const EVENT_BYTES = 32;

export const EVENTS = [
  {
    name: 'access',
    meaning: 'a touch begins',
    flag: 'op (0 read, 1 write, 2 ifetch)',
    a: 'low half of the address',
    b: 'high half of the address',
  },
  {
    name: 'lookup',
    meaning: 'a TLB was read',
    level: 'TLB (0 tlb or itlb, 1 dtlb, 2 stlb)',
    flag: '1 hit, 0 miss',
    a: 'set',
    b: 'frame, if a hit',
  },
  { name: 'pwc_lookup', meaning: 'a page-walk cache was read', level: 'table level (0 root)', flag: '1 hit, 0 miss' },
  {
    name: 'walk_step',
    meaning: 'a page-table entry was read',
    level: 'table level (0 root)',
    flag: '1 present, 0 absent',
    a: 'index in the table',
    b: 'low half of the entry',
  },
  { name: 'fault', meaning: 'the fault handler takes over', flag: 'place in FAULTS', b: 'slot, if swapped' },
  {
    name: 'victim',
    meaning: 'the policy chose a frame',
    flag: '1 chosen instead because it is clean',
    a: 'frame',
    b: 'frames looked at',
  },
  {
    name: 'eviction',
    meaning: 'a page (of the pid in the record) lost its frame',
    flag: '1 dirty, 0 clean',
    a: 'frame',
    b: 'slot, if any',
  },
  { name: 'write_back', meaning: 'a dirty page was queued for writing', a: 'frame', b: 'slot' },
  { name: 'fill', meaning: 'the page got a frame', flag: '1 read from swap, 0 zeroed', a: 'frame', b: 'slot, if read' },
  {
    name: 'prefetch',
    meaning: 'a page got a frame before it was asked for; a page that is only cached is none of a process',
    flag: '1 read, 0 zeroed',
    a: 'frame',
    b: 'slot, if read from swap',
  },
  {
    name: 'operation',
    meaning: 'an operation was done',
    flag: 'its code',
    a: 'low half of word 0',
    b: 'high half of word 0',
  },
  { name: 'done', meaning: 'the touch ends', flag: '1 served, 0 failed', a: 'frame' },
] as const satisfies readonly EventRow[];

export type EventName = (typeof EVENTS)[number]['name'];

/** What a fault turned out to be. */
export const FAULTS = [
  { name: 'demand_zero', meaning: 'first touch of an anonymous page' },
  { name: 'swap_in', meaning: 'the page is in swap' },
  { name: 'segfault', meaning: 'no such address' },
  { name: 'out_of_memory', meaning: 'no frame could be reclaimed' },
  { name: 'zero_page', meaning: 'first read of an anonymous page: the zero page is mapped' },
  { name: 'map', meaning: 'the page is in memory already' },
  { name: 'file_read', meaning: 'the page is in a file' },
  { name: 'cow_copy', meaning: 'write to a page that others share: it is copied' },
  { name: 'cow_reuse', meaning: 'write to a page that nobody shares any more: it is made writable' },
  { name: 'write_notify', meaning: 'first write to a clean page of a shared file mapping' },
  { name: 'hint', meaning: 'a page protected to learn who uses it' },
  { name: 'region', meaning: 'no region there' },
  { name: 'protection', meaning: 'the mapping does not allow it' },
  { name: 'bus_error', meaning: 'behind the end of the file, or no large page to be had' },
] as const;
