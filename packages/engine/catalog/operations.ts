/**
 * What a process may ask of the operating system, besides touching memory. The place of a row plus 1 is its code.
 *
 * `arguments` are the fields of a line `PID NAME ARGS…` of a text trace; `words` are what they become: word 0 is the address of the
 * OPERATION record, words 1… are OPERAND records before it. Without `words` each argument is one word. In a word, bytes and addresses are as
 * they are, a protection is R 1, W 2, X 4, an advice its place in ADVICE, a mode its place in MEMORY_MODES, nodes a bit each, and a name the number
 * of its object: the host numbers files and shared memory objects from 0 in the order of their first mention.
 * The `flags` of mmap are the protection, SHARED 8, HUGE_2M 16 and HUGE_1G 32; its `backing` is 0 anonymous, 1 file, 2 shared memory object.
 */
export type ArgumentKind =
  | 'address'
  | 'length'
  | 'protection'
  | 'sharing'
  | 'backing'
  | 'advice'
  | 'pid'
  | 'cpu'
  | 'name'
  | 'mode'
  | 'nodes'
  | 'bytes';

export interface OperationArgument {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** May be left out, with everything behind it. */
  readonly optional?: true;
}

export interface OperationRow {
  readonly name: string;
  readonly arguments: readonly OperationArgument[];
  readonly words?: readonly string[];
  readonly meaning: string;
  /** A line of a trace. */
  readonly example: string;
}

const ADDRESS = { name: 'address', kind: 'address' } as const;
const LENGTH = { name: 'length', kind: 'length' } as const;
const PROTECTION = { name: 'protection', kind: 'protection' } as const;
const OBJECT = { name: 'object', kind: 'name' } as const;
const SIZE = { name: 'size', kind: 'bytes' } as const;
const MODE = { name: 'mode', kind: 'mode' } as const;
const NODES = { name: 'nodes', kind: 'nodes', optional: true } as const;

export const OPERATIONS = [
  {
    name: 'fork',
    arguments: [{ name: 'child', kind: 'pid' }],
    meaning: 'makes a process with the same memory, shared until one of the two writes',
    example: '1 fork 2',
  },
  { name: 'exit', arguments: [], meaning: 'ends the process and gives its memory back', example: '2 exit' },
  {
    name: 'mmap',
    arguments: [
      ADDRESS,
      LENGTH,
      PROTECTION,
      { name: 'sharing', kind: 'sharing' },
      { name: 'backing', kind: 'backing', optional: true },
    ],
    words: ['address', 'length', 'flags', 'backing', 'object', 'offset'],
    meaning: 'maps memory, a file or a shared memory object, in place of what is there',
    example: '1 mmap 0x7f0000000000 8192 rw- private file:data.bin 4096',
  },
  {
    name: 'munmap',
    arguments: [ADDRESS, LENGTH],
    meaning: 'removes what is mapped there',
    example: '1 munmap 0x7f0000000000 8192',
  },
  {
    name: 'mprotect',
    arguments: [ADDRESS, LENGTH, PROTECTION],
    meaning: 'changes what may be done there',
    example: '1 mprotect 0x10000 4096 r--',
  },
  {
    name: 'mremap',
    arguments: [ADDRESS, LENGTH, { name: 'new_address', kind: 'address' }, { name: 'new_length', kind: 'length' }],
    meaning: 'moves a mapping, makes it longer or shorter',
    example: '1 mremap 0x10000 4096 0x20000 8192',
  },
  {
    name: 'brk',
    arguments: [ADDRESS],
    meaning: 'moves the end of the heap; the first one says where the heap begins',
    example: '1 brk 0x600000',
  },
  {
    name: 'madvise',
    arguments: [ADDRESS, LENGTH, { name: 'advice', kind: 'advice' }],
    meaning: 'tells what will be done there',
    example: '1 madvise 0x10000 8192 dontneed',
  },
  {
    name: 'mlock',
    arguments: [ADDRESS, LENGTH],
    meaning: 'brings the pages into memory and keeps them there',
    example: '1 mlock 0x10000 4096',
  },
  {
    name: 'munlock',
    arguments: [ADDRESS, LENGTH],
    meaning: 'lets the pages go again',
    example: '1 munlock 0x10000 4096',
  },
  {
    name: 'shm_create',
    arguments: [OBJECT, SIZE],
    meaning: 'makes a shared memory object',
    example: '1 shm_create buffers 65536',
  },
  {
    name: 'shm_attach',
    arguments: [OBJECT, ADDRESS, PROTECTION],
    meaning: 'maps a whole shared memory object',
    example: '2 shm_attach buffers 0x7f0000000000 rw-',
  },
  {
    name: 'shm_detach',
    arguments: [ADDRESS],
    meaning: 'unmaps the object attached at this address',
    example: '2 shm_detach 0x7f0000000000',
  },
  {
    name: 'shm_remove',
    arguments: [OBJECT],
    meaning: 'takes the name away; the object goes with its last attachment',
    example: '1 shm_remove buffers',
  },
  {
    name: 'msync',
    arguments: [ADDRESS, LENGTH],
    meaning: 'writes dirty pages of files back',
    example: '1 msync 0x7f0000000000 8192',
  },
  {
    name: 'sched',
    arguments: [{ name: 'cpu', kind: 'cpu' }],
    meaning: 'runs the process on this cpu from now on',
    example: '1 sched 3',
  },
  {
    name: 'mbind',
    arguments: [ADDRESS, LENGTH, MODE, NODES],
    meaning: 'says which nodes pages there come from',
    example: '1 mbind 0x10000 8192 interleave 0-1',
  },
  {
    name: 'set_mempolicy',
    arguments: [MODE, NODES],
    meaning: 'says which nodes the pages of the process come from',
    example: '1 set_mempolicy bind 1',
  },
  {
    name: 'ftruncate',
    arguments: [OBJECT, SIZE],
    meaning: 'sets the size of a file; one that was never set has no end',
    example: '1 ftruncate data.bin 10000',
  },
] as const satisfies readonly OperationRow[];

export type OperationName = (typeof OPERATIONS)[number]['name'];

/** Bits of the flags of mmap and of a protection. */
export const MAP_FLAGS = { read: 1, write: 2, execute: 4, shared: 8, huge_2m: 16, huge_1g: 32 } as const;

/** The places are the values of the word `backing` of mmap. */
export const BACKINGS = ['anon', 'file', 'shm'] as const;

export type Backing = (typeof BACKINGS)[number];

/** Advice of madvise; the place of a row is its number. */
export const ADVICE = [
  { name: 'hugepage', meaning: 'large pages are welcome' },
  { name: 'nohugepage', meaning: 'no large pages' },
  { name: 'dontneed', meaning: 'drops the pages at once: anonymous memory reads as zeroes, others are read again' },
  { name: 'free', meaning: 'anonymous pages may be dropped instead of written, until the next write' },
  { name: 'willneed', meaning: 'reads the pages in' },
  { name: 'cold', meaning: 'makes the pages the next to go' },
  { name: 'pageout', meaning: 'evicts the pages' },
  { name: 'sequential', meaning: 'will be used in order' },
  { name: 'random', meaning: 'will be used in no order: nothing is read ahead' },
  { name: 'normal', meaning: 'takes sequential and random back' },
] as const;

export type AdviceName = (typeof ADVICE)[number]['name'];

/** Where pages come from; the place of a row is its number. */
export const MEMORY_MODES = [
  { name: 'default', meaning: 'as the process, or else the machine, says', nodes: 'none' },
  { name: 'local', meaning: 'from the node of the cpu that touches the page first', nodes: 'none' },
  { name: 'bind', meaning: 'from these nodes only', nodes: 'some' },
  { name: 'preferred', meaning: 'from these nodes, or else the nearest', nodes: 'some' },
  { name: 'interleave', meaning: 'from these nodes in turn', nodes: 'some' },
  { name: 'weighted', meaning: 'from these nodes in turn, as often as their weights say', nodes: 'some' },
] as const;

export type MemoryMode = (typeof MEMORY_MODES)[number]['name'];

/**
 * Why an operation was refused; the machine is as it was before. The place of a row is its number. `{a}`, `{b}` and `{c}` stand for the
 * words that come with it: `:x` wants one in hex, `:object` the name of the object
 * with that number, `:word` the name of the operation's word with that number, from 1.
 */
export interface OperationErrorRow {
  readonly name: string;
  readonly meaning: string;
  /** What would be accepted. */
  readonly remedy: string;
}

export const OPERATION_ERRORS = [
  { name: 'none', meaning: 'done', remedy: '' },
  {
    name: 'unknown_process',
    meaning: 'there is no process {a}',
    remedy: 'give the pid of a process that did something before',
  },
  { name: 'process_exists', meaning: 'there was a process {a} already', remedy: 'give a pid that was never used' },
  {
    name: 'too_many_processes',
    meaning: 'pid {a} is one process more than max_processes allows',
    remedy: 'give a larger max_processes, at most 32767',
  },
  { name: 'process_exited', meaning: 'process {a} has ended', remedy: 'give a pid that was never used' },
  { name: 'bad_alignment', meaning: '{a:x} is no multiple of {b}', remedy: 'give a multiple' },
  {
    name: 'bad_range',
    meaning: '{b} bytes from {a:x} on are no range that it could take',
    remedy:
      'give at least one byte and an end inside the address space; to mremap a place apart from the old one, to brk none below the heap',
  },
  { name: 'nothing_mapped', meaning: 'nothing is mapped at {a:x}', remedy: 'map it first' },
  {
    name: 'overlap',
    meaning: '{b} bytes from {a:x} on overlap what is mapped at {c:x}',
    remedy: 'give a place that is free, or munmap it first',
  },
  { name: 'unknown_object', meaning: 'there is no object {a:object}', remedy: 'shm_create it first' },
  {
    name: 'object_exists',
    meaning: 'there is an object {a:object} already',
    remedy: 'give another name, or shm_remove it and detach it everywhere',
  },
  {
    name: 'object_removed',
    meaning: 'object {a:object} was removed',
    remedy: 'give another name, or detach it everywhere and shm_create it again',
  },
  {
    name: 'wrong_kind',
    meaning: '{a:object} is of the other kind',
    remedy: 'files are mapped as file:NAME, shared memory of shm_create as shm:NAME',
  },
  {
    name: 'beyond_object',
    meaning: 'it goes beyond the end of object {a:object}',
    remedy: 'give a smaller part of it',
  },
  {
    name: 'no_such_cpu',
    meaning: 'there is no cpu {a}, the machine has {b}',
    remedy: 'give a lower one, or more cpus',
  },
  {
    name: 'no_such_node',
    meaning: 'there is no node {a}, the machine has {b}',
    remedy: 'give a lower one, or more nodes',
  },
  {
    name: 'no_permission',
    meaning: 'what is mapped at {a:x} does not allow it',
    remedy: 'mprotect or munlock it first, or map it otherwise',
  },
  {
    name: 'out_of_memory',
    meaning: 'not all its pages can be had at once',
    remedy: 'give more ram or swap, or fewer pages',
  },
  { name: 'bad_argument', meaning: 'its {a:word} cannot be {b}', remedy: 'give another' },
  {
    name: 'memory_exhausted',
    meaning: 'the machine outgrew the 4 GiB that the engine can address',
    remedy: 'give fewer frames, fewer processes or a part of the trace',
  },
] as const satisfies readonly OperationErrorRow[];

export type OperationErrorName = (typeof OPERATION_ERRORS)[number]['name'];
