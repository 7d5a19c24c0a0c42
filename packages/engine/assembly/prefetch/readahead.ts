import { Column, column } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import { Lists } from '../ds/lists';
import { NONE, NONE64, Slot } from '../types';
import {
  ADVICE_RANDOM,
  ADVICE_SEQUENTIAL,
  Demand,
  FILL_CACHED,
  FILL_FILE,
  FILL_SWAP,
  PrefetchContext,
  Prefetcher,
  WANT_OBJECT_PAGES,
  WANT_SLOTS,
} from './prefetcher';

/** Files in use by a process that are remembered; the one used longest ago starts anew. */
const STATES: u32 = 4096;
/** MMAP_LOTSAMISS of Linux: after more misses than this, read-around stops until hits have brought the number down again. */
const MANY_MISSES: u32 = 100;
const MOST_MISSES: u32 = MANY_MISSES * 10;

/** What Linux keeps in file_ra_state: the current window, how much of its end is left when the next one starts, and the history. */
class Window {
  key: u64;
  start: u64;
  size: u64;
  early: u64;
  /** The page demanded last; NONE64 before the first. */
  last: u64;
  misses: u32;
  padding: u32;
}

const WINDOW_BYTES: u32 = 48;

/**
 * Readahead as Linux does it (mm/readahead.c, mm/filemap.c, mm/swap_state.c), in the terms of Wu, Xi, Xu 2008, doi 10.1145/1400097.1400106.
 * A window [start, start + size) is read; its page at size - early carries a marker, and the first touch of that page reads the next
 * window while the pages before its end are still there to be used. Windows start small and grow up to `pages`.
 *   A miss in a file mapping reads *around* the page. With sequential advice, windows go forward from it, as for a read() of `request`
 *   pages; with random advice nothing is read ahead.
 *   A fault on a swapped page reads the aligned cluster of 2^`cluster` slots that its slot lies in.
 * State is kept per process and file: what an open file is to Linux.
 */
export class Readahead extends Prefetcher {
  private pages: u64;
  private cluster: u32;
  private request: u64;
  private context: PrefetchContext;
  private index: HashIndex;
  private recency: Lists;
  private used: u32 = 0;
  private windows: Column<u64>;

  constructor(context: PrefetchContext) {
    super(<u32>context.params.get(0) + ((<u32>1) << (<u32>context.params.get(1))));
    this.maps = false;
    this.pages = context.params.get(0);
    this.cluster = <u32>context.params.get(1);
    this.request = context.params.get(2);
    this.context = context;
    this.index = new HashIndex(STATES);
    this.recency = new Lists(STATES, 1);
    this.windows = column<u64>(STATES * (WINDOW_BYTES / 8));
  }

  onFault(demand: Demand): void {
    if (demand.fill == FILL_SWAP) {
      if (demand.advice != ADVICE_RANDOM) this.wantCluster(demand.slot);
      return;
    }
    if (demand.object == NONE || (demand.fill != FILL_FILE && demand.fill != FILL_CACHED)) return;
    const window = this.windowOf(demand);
    if (demand.advice != ADVICE_RANDOM && this.pages != 0) {
      if (demand.fill == FILL_CACHED) {
        if (window.misses > 0) window.misses--;
      } else if (demand.advice == ADVICE_SEQUENTIAL) this.readForward(window, demand);
      else this.readAround(window, demand);
    }
    window.last = demand.index;
  }

  onMarker(demand: Demand): void {
    if (demand.object == NONE || demand.advice == ADVICE_RANDOM || this.pages == 0) return;
    const window = this.windowOf(demand);
    if (!this.expects(window, demand.index)) {
      // The marker of another stream in this file: its window ends where pages are no longer cached.
      let end = demand.index + 1;
      while (end - demand.index <= this.pages && this.context.cached.has(demand.object, end)) end++;
      if (end - demand.index > this.pages) return;
      window.start = end;
      window.size = this.grown(end - demand.index);
    } else {
      window.start += window.size;
      window.size = this.grown(window.size);
    }
    window.early = window.size;
    this.wantWindow(window, demand);
  }

  private wantCluster(slot: Slot): void {
    this.wantedKind = WANT_SLOTS;
    const first = (slot >> this.cluster) << this.cluster;
    for (let s = first; s < first + ((<u32>1) << this.cluster); s++) if (s != slot) this.want(s);
  }

  private readAround(window: Window, demand: Demand): void {
    if (window.misses < MOST_MISSES) window.misses++;
    if (window.misses > MANY_MISSES) return;
    const half = this.pages / 2;
    window.start = demand.index > half ? demand.index - half : 0;
    window.size = this.pages;
    window.early = this.pages / 4;
    this.wantWindow(window, demand);
  }

  /** A miss of a sequential reader: on-demand readahead of `request` pages. */
  private readForward(window: Window, demand: Demand): void {
    const at = demand.index;
    if (at != 0 && this.expects(window, at)) {
      window.start += window.size;
      window.size = this.grown(window.size);
      window.early = window.size;
    } else if (at == 0 || (window.last != NONE64 && at - window.last <= 1)) {
      window.start = at;
      window.size = this.initial();
      window.early = window.size > this.request ? window.size - this.request : window.size;
    } else {
      const history = this.cachedBefore(demand);
      if (history <= this.request) {
        this.wantAlone(demand);
        return;
      }
      window.start = at;
      // All of the file up to here is cached: it is likely read on.
      const likely = (history >= at ? history * 2 : history) + this.request;
      window.size = likely < this.pages ? likely : this.pages;
      window.early = 1;
    }
    if (at == window.start && window.early == window.size) {
      // The marker would be the demanded page itself: the next window at once.
      const more = this.grown(window.size);
      if (window.size + more <= this.pages) {
        window.early = more;
        window.size += more;
      } else {
        window.size = this.pages;
        window.early = this.pages >> 1;
      }
    }
    this.wantWindow(window, demand);
  }

  /** Whether a sequential stream comes to this page now: the marker, or the page behind the window. */
  private expects(window: Window, at: u64): bool {
    const end = window.start + window.size;
    return window.size != 0 && (at == end - window.early || at == end);
  }

  /** Pages in the cache right before the demanded one, counted up to a window. */
  private cachedBefore(demand: Demand): u64 {
    let count: u64 = 0;
    while (count < this.pages && count < demand.index) {
      if (!this.context.cached.has(demand.object, demand.index - 1 - count)) break;
      count++;
    }
    return count;
  }

  /** First window for a request. */
  private initial(): u64 {
    let size: u64 = 1;
    while (size < this.request) size *= 2;
    if (size <= this.pages / 32) return size * 4;
    return size <= this.pages / 4 ? size * 2 : this.pages;
  }

  /** A request in no sequence is read as it is, and changes no window. */
  private wantAlone(demand: Demand): void {
    this.wantedKind = WANT_OBJECT_PAGES;
    const end = min(demand.index + min(this.request, this.pages), demand.objectPages);
    for (let i = demand.index + 1; i < end; i++) this.want(i);
  }

  private grown(size: u64): u64 {
    if (size < this.pages / 16) return size * 4;
    return size <= this.pages / 2 ? size * 2 : this.pages;
  }

  private wantWindow(window: Window, demand: Demand): void {
    this.wantedKind = WANT_OBJECT_PAGES;
    const end = min(window.start + window.size, demand.objectPages);
    for (let i = window.start; i < end; i++) if (i != demand.index) this.want(i);
    if (end < window.start + window.early) return;
    const marker = end - window.early;
    if (window.early != 0 && marker != demand.index) this.marker = marker;
  }

  private windowOf(demand: Demand): Window {
    const key = ((<u64>demand.process) << 32) | demand.object;
    const place = this.index.find(key);
    if (place != NONE) {
      const known = <u32>this.index.valueAt(place);
      this.recency.moveToFront(0, known);
      return this.at(known);
    }
    let state = this.used;
    if (state < STATES) this.used++;
    else {
      state = this.recency.back(0);
      this.recency.remove(state);
      this.index.remove(this.at(state).key);
    }
    this.recency.pushFront(0, state);
    this.index.set(key, state);
    const window = this.at(state);
    window.key = key;
    window.start = 0;
    window.size = 0;
    window.early = 0;
    window.last = NONE64;
    window.misses = 0;
    return window;
  }

  private at(state: u32): Window {
    return changetype<Window>(this.windows.at(state * (WINDOW_BYTES / 8)));
  }
}
