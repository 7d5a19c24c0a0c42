/**
 * The arrays of the machine that a host may look at; `view(kind, index)` gives the base address, `viewLength(kind, index)` the number
 * of elements, `viewStride(kind)` the bytes from one to the next. `index` picks a TLB (0 tlb or itlb, 1 dtlb, 2 stlb, 7 that of large translations)
 * or a page-walk cache (3 + table level, 0 root) of the first cpu, plus 8 of the second, and so on; it is 0 elsewhere.
 * Entry e of a cache is way e mod stride of set e / stride, with the stride of `cacheStride(index)`.
 */
export const VIEWS = [
  { name: 'frame_state', type: 'u8', meaning: '0 free, 1 holds a page, 2 holds a pinned page' },
  { name: 'frame_ref', type: 'u8', meaning: 'ref bit' },
  { name: 'frame_dirty', type: 'u8', meaning: '0 clean, 1 dirty, 2 clean and a swap slot holds the same contents' },
  {
    name: 'frame_tag',
    type: 'u64',
    meaning: 'page in the frame: bits 0..48 its index bits, 49..63 its process slot',
  },
  { name: 'frame_slot', type: 'u32', meaning: 'that swap slot, where frame_dirty is 2' },
  { name: 'frame_references', type: 'u32', meaning: 'PTEs that map a frame in use' },
  { name: 'frame_pins', type: 'u32', meaning: 'reasons why the frame may not be evicted' },
  { name: 'frame_stamp', type: 'u64', meaning: 'content stamp (with verify)' },
  {
    name: 'cache_tag',
    type: 'u64',
    meaning:
      'TLB or page-walk cache: bits 0..48 page or prefix, of a large translation 47..48 its size class; 49..63 process slot; all ones: invalid',
  },
  {
    name: 'cache_value',
    type: 'u32',
    meaning:
      'TLB: frame, bit 31: not to be written, bit 30: not to be executed; page-walk cache: address of the next table / 8',
  },
  {
    name: 'cache_order',
    type: 'u32',
    meaning: 'order inside a set, the largest is the last to go (lru, fifo); 0 where there is none',
  },
  {
    name: 'policy_state',
    type: 'u32',
    meaning: 'one word a frame, in the meaning that the policy gives it; 0 of a free frame',
  },
] as const;

export type ViewName = (typeof VIEWS)[number]['name'];
