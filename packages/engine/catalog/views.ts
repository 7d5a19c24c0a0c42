/**
 * The arrays of the machine that a host may look at; `view(kind, index)` gives the base address, `viewLength(kind, index)` the number
 * of elements. `index` picks a TLB (0 tlb or itlb, 1 dtlb, 2 stlb) or a page-walk cache (3 + table level, 0 root); it is 0 elsewhere.
 */
export const VIEWS = [
  { name: 'frame_state', type: 'u8', meaning: '0 free, 1 mapped' },
  { name: 'frame_ref', type: 'u8', meaning: 'ref bit' },
  { name: 'frame_dirty', type: 'u8', meaning: 'dirty bit' },
  { name: 'frame_page', type: 'u64', meaning: 'virtual page number of the page in the frame' },
  { name: 'frame_process', type: 'u32', meaning: 'process slot of the page in the frame' },
  { name: 'frame_slot', type: 'u32', meaning: 'swap slot that holds the same contents, or NONE' },
  { name: 'frame_references', type: 'u32', meaning: 'PTEs that map the frame' },
  { name: 'frame_pins', type: 'u32', meaning: 'reasons why the frame may not be evicted' },
  { name: 'frame_stamp', type: 'u64', meaning: 'content stamp (with verify)' },
  {
    name: 'cache_tag',
    type: 'u64',
    meaning: 'TLB or page-walk cache: bits 0..48 page or prefix, 49..63 process slot; all ones: invalid',
  },
  { name: 'cache_value', type: 'u32', meaning: 'TLB: frame; page-walk cache: address of the next table / 8' },
  { name: 'cache_order', type: 'u64', meaning: 'recency (lru) or fill order (fifo) inside a set, larger is later' },
  { name: 'policy_state', type: 'u32', meaning: 'one word a frame, in the meaning that the policy gives it' },
] as const;

export type ViewName = (typeof VIEWS)[number]['name'];
