/**
 * The state of a machine as arrays and small objects. They are copies: the machine may run on meanwhile, and nothing here changes it.
 */
import { PTE, VIEWS, type ViewName } from '@pagewalk/engine/catalog';
import { extended } from './address-space.ts';
import type { MachineConfig } from './config/schema.ts';
import type { Engine } from './engine.ts';
import { NONE, type Pfn, type Pid, type Slot, type Vpn } from './types.ts';

/** Columns with one element a frame. Where `used` is 0, the others mean nothing. */
export interface FrameColumns {
  readonly used: Uint8Array;
  readonly pinned: Uint8Array;
  readonly ref: Uint8Array;
  readonly dirty: Uint8Array;
  readonly pid: Uint32Array;
  readonly page: BigUint64Array;
  /** The swap slot with the same contents, or NONE (0xffffffff). */
  readonly slot: Uint32Array;
}

export interface CacheEntry {
  readonly set: number;
  readonly way: number;
  readonly pid: Pid;
  /** Of a TLB: the page, the first of a large one; of a page-walk cache: the page number above the bits that the cached level resolves. */
  readonly page: Vpn;
  /** Base pages that the entry covers. */
  readonly pages: number;
  /** Of a TLB: the frame of that page; null in a page-walk cache. */
  readonly frame: Pfn | null;
  /** Of a TLB: whether the entry serves writes and instruction fetches; false in a page-walk cache. */
  readonly writable: boolean;
  readonly executable: boolean;
  /** Recency or fill order in the set, larger is later (lru, fifo); tree bits (plru). */
  readonly order: number;
}

export interface PageEntry {
  readonly page: Vpn;
  /** Base pages of the page that this one is a part of: 1, or 512 or 262144 of a large one. */
  readonly pages: number;
  readonly present: boolean;
  /** In memory, but protected to see which node uses it. */
  readonly hinted: boolean;
  readonly writable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  /** The frame that it is in, the number of frames for the page of zeroes that all share. */
  readonly frame: Pfn | null;
  readonly slot: Slot | null;
}

export interface PolicyState {
  /** One word a frame, in the meaning that the policy gives it. */
  readonly words: Uint32Array;
  /** Where the policy's scan stands, if it has a hand. */
  readonly hand: Pfn | null;
}

const TAG_PAGE_BITS = 49n;
const TAG_PAGE = (1n << TAG_PAGE_BITS) - 1n;
const CLASS_SHIFT = 47n;
const CLASS_BITS = 9n;
const LARGE_PAGE = (1n << CLASS_SHIFT) - 1n;
/** Bits of the value of a TLB entry. */
const READ_ONLY = 1 << 31;
const NO_EXEC = 1 << 30;
const INVALID = 0xffff_ffff_ffff_ffffn;

type ArrayOf<N extends ViewName> = {
  u8: Uint8Array;
  u32: Uint32Array;
  u64: BigUint64Array;
}[Extract<(typeof VIEWS)[number], { name: N }>['type']];

const BYTES = { u8: 1, u32: 4, u64: 8 } as const;

const kindOf = (name: ViewName): number => VIEWS.findIndex((row) => row.name === name);

/** A copy of one of the engine's columns, whose elements may lie among others. */
function column<N extends ViewName>(engine: Engine, name: N, index = 0): ArrayOf<N> {
  const kind = kindOf(name);
  const { type } = VIEWS[kind] as (typeof VIEWS)[number];
  const at = engine.exports.view(kind, index) >>> 0;
  const length = engine.exports.viewLength(kind, index);
  const stride = engine.exports.viewStride(kind) / BYTES[type];
  const { buffer } = engine.memory;
  if (type === 'u64')
    return gathered(new BigUint64Array(buffer), at / 8, stride, new BigUint64Array(length)) as ArrayOf<N>;
  if (type === 'u32') return gathered(new Uint32Array(buffer), at / 4, stride, new Uint32Array(length)) as ArrayOf<N>;
  return gathered(new Uint8Array(buffer), at, stride, new Uint8Array(length)) as ArrayOf<N>;
}

function gathered<T extends number | bigint, A extends { [place: number]: T; length: number }>(
  all: A,
  first: number,
  stride: number,
  into: A,
): A {
  for (let i = 0; i < into.length; i++) into[i] = all[first + i * stride] as T;
  return into;
}

const USED = 1;
const PINNED = 2;
const DIRTY = 1;
const IN_SWAP = 2;

export function frameColumns(engine: Engine, config: MachineConfig): FrameColumns {
  const state = column(engine, 'frame_state');
  const dirty = column(engine, 'frame_dirty');
  const tag = column(engine, 'frame_tag');
  const pids = Array.from({ length: engine.exports.processes() }, (_, process) => engine.exports.pidOf(process));
  return {
    used: state.map((each) => (each >= USED ? 1 : 0)),
    pinned: state.map((each) => (each === PINNED ? 1 : 0)),
    ref: column(engine, 'frame_ref'),
    dirty: dirty.map((each) => (each === DIRTY ? 1 : 0)),
    pid: Uint32Array.from(tag, (each) => pids[Number(each >> TAG_PAGE_BITS)] ?? NONE),
    page: tag.map((each) => extended(config, each & TAG_PAGE)),
    slot: column(engine, 'frame_slot').map((slot, frame) => (dirty[frame] === IN_SWAP ? slot : NONE)),
  };
}

/** The valid entries of a TLB (index 0, 1, 2; 7: large pages) or of the page-walk cache of a table level (3 + level), plus 8 × cpu. */
export function cacheEntries(engine: Engine, config: MachineConfig, index: number): CacheEntry[] {
  const stride = engine.exports.cacheStride(index);
  const tags = column(engine, 'cache_tag', index);
  const values = column(engine, 'cache_value', index);
  const orders = column(engine, 'cache_order', index);
  const isTlb = index % 8 < 3 || index % 8 === 7;
  const entries: CacheEntry[] = [];
  tags.forEach((tag, place) => {
    if (tag === INVALID) return;
    const value = values[place] ?? NONE;
    const bits = isTlb ? CLASS_BITS * classOf(config, tag) : 0n;
    const number = tag & (bits === 0n ? TAG_PAGE : LARGE_PAGE);
    entries.push({
      set: Math.floor(place / stride),
      way: place % stride,
      pid: engine.exports.pidOf(Number(tag >> TAG_PAGE_BITS)) as Pid,
      page: (isTlb ? extended(config, number << bits) : number) as Vpn,
      pages: 2 ** Number(bits),
      frame: isTlb ? ((value & ~(READ_ONLY | NO_EXEC)) as Pfn) : null,
      writable: isTlb && (value & READ_ONLY) === 0,
      executable: isTlb && (value & NO_EXEC) === 0,
      order: orders[place] ?? 0,
    });
  });
  return entries;
}

/** Size class of a TLB entry, which is in the bits that a page of at least 4 KiB leaves free. */
function classOf(config: MachineConfig, tag: bigint): bigint {
  return config.page_size < 4096 ? 0n : (tag >> CLASS_SHIFT) & 3n;
}

/** Every page of a process that is in memory or in swap, in ascending order of address bits. Do not run the machine meanwhile. */
export function* pageTable(engine: Engine, config: MachineConfig, process: number): Generator<PageEntry> {
  const indexBits = BigInt(config.va_bits - Math.log2(config.page_size));
  const last = (1n << indexBits) - 1n;
  for (let page = 0n; page <= last; ) {
    const at = engine.exports.nextPte(process, Number(page & 0xffff_ffffn), Number(page >> 32n));
    const [found = INVALID, pte = 0n] = engine.words(at, 2);
    if (found === INVALID) return;
    yield pageEntry(found as Vpn, pte);
    page = (found & last) + 1n;
  }
}

/** Bits 12..51 of a PTE. */
const TARGET_BITS = 40;
const LARGE = 512;

function pageEntry(page: Vpn, pte: bigint): PageEntry {
  const bit = (place: number): boolean => ((pte >> BigInt(place)) & 1n) === 1n;
  const target = Number(BigInt.asUintN(TARGET_BITS, pte >> BigInt(PTE.target)));
  const present = bit(PTE.present);
  const hinted = !present && bit(PTE.hint);
  return {
    page,
    pages: bit(PTE.giga) ? LARGE ** 2 : bit(PTE.huge) ? LARGE : 1,
    present,
    hinted,
    writable: bit(PTE.writable),
    accessed: bit(PTE.accessed),
    dirty: bit(PTE.dirty),
    frame: present || hinted ? (target as Pfn) : null,
    slot: !present && bit(PTE.swap) ? (target as Slot) : null,
  };
}

export function policyState(engine: Engine): PolicyState {
  const hand = engine.exports.policyHand() >>> 0;
  return { words: column(engine, 'policy_state'), hand: hand === NONE ? null : (hand as Pfn) };
}
