/** Why `run` stopped before the end of its records; the place of a row is its number. */
export const STOPS = [
  { name: 'none', meaning: 'all records were consumed' },
  { name: 'events_full', meaning: 'the event ring must be drained' },
  { name: 'verify_failed', meaning: 'a read found a content stamp other than the one last written' },
  { name: 'too_many_processes', meaning: 'the trace names more processes than max_processes' },
  { name: 'memory_exhausted', meaning: 'the page tables outgrew the 4 GiB that the engine can address' },
  { name: 'bad_record', meaning: 'a record holds an unknown op' },
  { name: 'bad_operation', meaning: 'an operation was refused: place in OPERATION_ERRORS, then its words a, b and c' },
] as const;

export type StopName = (typeof STOPS)[number]['name'];

/** Why `create` refused a configuration; the place of a row is its number. */
export const CREATE_ERRORS = [
  { name: 'none', meaning: 'the machine is ready' },
  { name: 'memory', meaning: 'the machine does not fit into the 4 GiB that the engine can address' },
  { name: 'levels', meaning: 'more levels than bits to index them' },
] as const;

/** What `check()` can find broken; the place of a row is its number. Details: frame or slot, then two words that the row names. */
export const VIOLATIONS = [
  { name: 'none', meaning: 'every invariant holds' },
  {
    name: 'frame_state',
    meaning: 'a frame is neither free nor mapped exactly once',
    details: ['frame', 'state', 'mappings'],
  },
  {
    name: 'frame_count',
    meaning: 'used and free frames do not add up to all frames',
    details: ['used', 'free', 'frames'],
  },
  {
    name: 'ref_count',
    meaning: 'the reference count of a frame is not the number of PTEs that map it',
    details: ['frame', 'ref_count', 'PTEs'],
  },
  { name: 'reverse_map', meaning: 'the PTE that a frame names does not map it', details: ['frame', 'page', 'PTE'] },
  { name: 'tlb_stale', meaning: 'a TLB entry disagrees with the page table', details: ['TLB', 'page', 'frame'] },
  {
    name: 'pwc_stale',
    meaning: 'a page-walk cache entry disagrees with the page table',
    details: ['level', 'prefix', 'table'],
  },
  {
    name: 'slot_owner',
    meaning: 'a swap slot in use has no owner or two, or a free one has an owner',
    details: ['slot', 'owners', 'used'],
  },
  {
    name: 'policy',
    meaning: 'the lists of the policy do not hold exactly the resident pages',
    details: ['row of the policy', 'frame', 'state'],
  },
  { name: 'counters', meaning: 'two ways to count the same thing disagree', details: ['rule', 'left', 'right'] },
  { name: 'time', meaning: 'the clock is not the sum of its parts', details: ['clock', 'sum', 'touches'] },
  { name: 'tlb_rights', meaning: 'a TLB entry allows what its PTE forbids', details: ['TLB', 'page', 'PTE'] },
  {
    name: 'cpu_mask',
    meaning: 'a cpu holds entries of a process that an invalidation would not look for there',
    details: ['cpu', 'process slot', 'page or prefix'],
  },
  {
    name: 'writable',
    meaning: 'a PTE lets a process write to a page that is not its own',
    details: ['frame', 'page', 'PTE'],
  },
  {
    name: 'object',
    meaning: 'a page of a file or shared memory object is not where its object says',
    details: ['page of the object', 'frame', 'slot'],
  },
  {
    name: 'pins',
    meaning: 'the pins of a frame are not its mappings in locked regions',
    details: ['frame', 'pins', 'locked mappings'],
  },
  {
    name: 'large_page',
    meaning: 'a large page is not aligned, contiguous frames of one mapping',
    details: ['frame', 'page', 'PTE'],
  },
  {
    name: 'hardware_table',
    meaning: 'the hardware table says otherwise than the page map',
    details: ['page', 'found', 'PTE'],
  },
] as const;
