import { Column, column } from '../ds/column';
import { Asid, NONE, NONE64, Slot, Vpn } from '../types';

/** What served a demand: values of `Demand.fill`. */
export const FILL_ZERO: u32 = 0;
/** Read from a swap slot. */
export const FILL_SWAP: u32 = 1;
/** Read from a file. */
export const FILL_FILE: u32 = 2;
/** Found in the page cache or the swap cache. */
export const FILL_CACHED: u32 = 3;

/** What the numbers in `Prefetcher.wanted` are: pages of the process, pages of the object, or swap slots. */
export const WANT_PAGES: u32 = 0;
export const WANT_OBJECT_PAGES: u32 = 1;
export const WANT_SLOTS: u32 = 2;

export const ADVICE_NORMAL: u32 = 0;
export const ADVICE_SEQUENTIAL: u32 = 1;
export const ADVICE_RANDOM: u32 = 2;

/** What a prefetcher is told of a page that was needed. The caller fills it in; nothing is kept between two calls. */
export class Demand {
  process: Asid = 0;
  page: Vpn = 0;
  /** One of FILL_…. */
  fill: u32 = 0;
  /** The file or shared object that backs the page; NONE: anonymous. */
  object: u32 = NONE;
  /** Number of the page in its object, and pages of the object; NONE64: it has no end. */
  index: u64 = 0;
  objectPages: u64 = NONE64;
  /** The slot that was read, for FILL_SWAP. */
  slot: Slot = NONE;
  /** One of ADVICE_…, of the region. */
  advice: u32 = 0;
}

/** What readahead asks the page cache. */
export abstract class CachedPages {
  abstract has(object: u32, index: u64): bool;
}

/** What a prefetcher is made from. */
export class PrefetchContext {
  processes: u32;
  /** Parameters in the order of the catalog row. */
  params: Column<u64>;
  cached: CachedPages;

  constructor(processes: u32, params: Column<u64>, cached: CachedPages) {
    this.processes = processes;
    this.params = params;
    this.cached = cached;
  }
}

/**
 * The contract of a prefetcher. It sees demands and answers with pages it wants; it never touches frames. The caller clears the answer
 * (`begin`), makes one call, and then reads `wanted[0 … count-1]` in order: what is present already, outside the address space or beyond
 * the object is skipped there, so a prefetcher may want it. Wanted pages get frames when the demanded page has its own.
 *
 * `maps`: the pages are mapped at once, with the accessed bit clear; else they are only read into the page cache or the swap cache, and
 * the first touch of one is a minor fault.
 */
export abstract class Prefetcher {
  maps: bool = true;
  wanted: Column<u64>;
  count: u32 = 0;
  /** One of WANT_…. */
  wantedKind: u32 = WANT_PAGES;
  /** The wanted page whose first touch is told to `onMarker`; NONE64 for none. */
  marker: u64 = NONE64;
  /** No call wants more pages than this. */
  most: u32;

  constructor(most: u32) {
    this.wanted = column<u64>(most);
    this.most = most;
  }

  begin(): void {
    this.count = 0;
    this.wantedKind = WANT_PAGES;
    this.marker = NONE64;
  }

  /** A fault was served that had to find or make the page; not one for a right, a copy or a hint. */
  abstract onFault(demand: Demand): void;

  /** First touch of a page that was prefetched, when it is no fault. */
  onFirstTouch(demand: Demand): void {}

  /** First touch of the page that carries the marker; comes before `onFault` for the same touch, with an answer of its own. */
  onMarker(demand: Demand): void {}

  protected want(number: u64): void {
    if (this.count == this.most) return;
    this.wanted.set(this.count, number);
    this.count++;
  }
}
