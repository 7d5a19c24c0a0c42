/** The state of the operating system as small objects: regions, memory in use, nodes, files and shared memory objects. All are copies. */
import { MEMORY_MODES, type MemoryMode } from '@pagewalk/engine/catalog';
import { NOTATIONS } from '../trace/operations/arguments.ts';
import type { ObjectNames } from '../trace/operations/names.ts';
import type { Engine } from './engine.ts';
import { NONE, type Pid } from './types.ts';

/** A stretch of an address space with one backing and one set of rights. */
export interface RegionEntry {
  readonly address: bigint;
  readonly length: bigint;
  /** `rw-` and so on. */
  readonly protection: string;
  readonly shared: boolean;
  readonly backing: 'anonymous' | 'file' | 'shm';
  /** Name of the file or object; null of anonymous memory, also of such that is shared. */
  readonly object: string | null;
  /** Where in the object the region begins, in bytes. */
  readonly offset: bigint;
  readonly locked: boolean;
  readonly heap: boolean;
  readonly huge: '2m' | '1g' | null;
  /** What madvise said. */
  readonly large: 'hugepage' | 'nohugepage' | null;
  readonly access: 'sequential' | 'random' | null;
  /** `default`: the policy of the process. */
  readonly mode: MemoryMode;
  readonly nodes: readonly number[];
}

/** Pages in memory of one process; large ones count as their base pages. */
export interface MemoryUse {
  readonly pid: Pid;
  /** Resident set: all that the process maps. */
  readonly rss_pages: number;
  /** Proportional: a page that n mappings share counts 1/n. */
  readonly pss_pages: number;
  /** Unique: pages with no other mapping, which would be free without the process. */
  readonly uss_pages: number;
}

export interface NodeEntry {
  readonly node: number;
  readonly frames: number;
  readonly free: number;
  /** Free blocks of 2 MiB, and of more as many as there are in them; 0 in a machine that does not keep blocks. */
  readonly free_blocks: number;
  /** Free blocks of 2^0, 2^1 … 2^18 frames. */
  readonly free_by_order: readonly number[];
  /** Share of the free frames that are in no free block of 2 MiB. */
  readonly fragmentation_ratio: number;
  /** Touches of its memory by its own cpus and by others; 0 with one node. */
  readonly local_touches: number;
  readonly remote_touches: number;
  /** Mean time of a data reference to its memory; null if there was none. */
  readonly mean_ns: number | null;
}

export interface ObjectEntry {
  readonly name: string;
  readonly kind: 'file' | 'shm';
  /** Null: no end. */
  readonly pages: number | null;
  /** Regions that map it. */
  readonly attachments: number;
  readonly removed: boolean;
  readonly cached_pages: number;
  readonly swapped_pages: number;
}

/** Bits of a region's flags (assembly/space/regions.ts). */
const FLAG = {
  shared: 8,
  huge2m: 16,
  huge1g: 32,
  file: 64,
  shm: 128,
  locked: 256,
  wantsLarge: 512,
  wantsSmall: 1024,
  sequential: 2048,
  random: 4096,
  heap: 32_768,
} as const;

/** From here on numbers are of objects without a name. */
const UNNAMED = 0x80_0000;
const REGION_WORDS = 8;
const USE_WORDS = 3;

export function regionsOf(engine: Engine, process: number, names: ObjectNames): RegionEntry[] {
  const { exports } = engine;
  const regions: RegionEntry[] = [];
  for (let at = exports.firstRegion(process); at !== 0; ) {
    const words = engine.words(exports.region(at), REGION_WORDS);
    regions.push(regionEntry(words, names));
    at = Number(words[7]);
  }
  return regions;
}

function regionEntry(words: BigUint64Array, names: ObjectNames): RegionEntry {
  const [address = 0n, length = 0n, offset = 0n, flags = 0n, object = 0n, mode = 0n, mask = 0n] = words;
  const bits = Number(flags);
  const has = (flag: number): boolean => (bits & flag) !== 0;
  const backing = has(FLAG.file) ? 'file' : has(FLAG.shm) ? 'shm' : 'anonymous';
  const isNamed = Number(object) !== NONE && Number(object) < UNNAMED;
  return {
    address,
    length,
    protection: NOTATIONS.protection.write(flags, names),
    shared: has(FLAG.shared),
    backing: backing === 'shm' && !isNamed ? 'anonymous' : backing,
    object: isNamed ? names.name(object) : null,
    offset: isNamed ? offset : 0n,
    locked: has(FLAG.locked),
    heap: has(FLAG.heap),
    huge: has(FLAG.huge2m) ? '2m' : has(FLAG.huge1g) ? '1g' : null,
    large: has(FLAG.wantsLarge) ? 'hugepage' : has(FLAG.wantsSmall) ? 'nohugepage' : null,
    access: has(FLAG.sequential) ? 'sequential' : has(FLAG.random) ? 'random' : null,
    mode: MEMORY_MODES[Number(mode)]?.name ?? 'default',
    nodes: nodesOf(mask),
  };
}

const nodesOf = (mask: bigint): number[] =>
  Array.from({ length: 64 }, (_, node) => node).filter((node) => ((mask >> BigInt(node)) & 1n) === 1n);

/** Of all processes, in the order of their first mention. */
export function memoryUses(engine: Engine): MemoryUse[] {
  const { exports } = engine;
  const at = exports.memoryUse();
  const count = exports.processes();
  const words = engine.words(at, count * USE_WORDS);
  const doubles = new Float64Array(words.buffer, words.byteOffset, words.length);
  return Array.from({ length: count }, (_, process) => ({
    pid: exports.pidOf(process) as Pid,
    rss_pages: Number(words[process * USE_WORDS]),
    pss_pages: doubles[process * USE_WORDS + 2] ?? 0,
    uss_pages: Number(words[process * USE_WORDS + 1]),
  }));
}

/** Six words, and one for each order. */
const NODE_WORDS = 25;
/** log2 of the frames of 2 MiB. */
const LARGE_ORDER = 9;

export function nodeEntries(engine: Engine, nodes: number): NodeEntry[] {
  return Array.from({ length: nodes }, (_, node) => {
    const words = Array.from(engine.words(engine.exports.node(node), NODE_WORDS), Number);
    const [frames = 0, free = 0, permille = 0, local_touches = 0, remote_touches = 0, ns = 0, ...free_by_order] = words;
    const touches = local_touches + remote_touches;
    return {
      node,
      frames,
      free,
      free_blocks: free_by_order.slice(LARGE_ORDER).reduce((sum, blocks, above) => sum + blocks * 2 ** above, 0),
      free_by_order,
      fragmentation_ratio: permille / 1000,
      local_touches,
      remote_touches,
      mean_ns: touches === 0 ? null : ns / touches,
    };
  });
}

/** Those with a name that are still there. */
export function objectEntries(engine: Engine, names: ObjectNames): ObjectEntry[] {
  const all = [...names].map((name, number): ObjectEntry | null => {
    const [exists, isFile, pages, attachments, removed, cached, swapped] = engine.words(
      engine.exports.object(number),
      7,
    );
    if (exists === 0n) return null;
    return {
      name,
      kind: isFile === 1n ? 'file' : 'shm',
      pages: pages === 2n ** 64n - 1n ? null : Number(pages),
      attachments: Number(attachments),
      removed: removed === 1n,
      cached_pages: Number(cached),
      swapped_pages: Number(swapped),
    };
  });
  return all.filter((entry) => entry !== null);
}
