import { Column, column, columnOfNone } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import { Lists } from '../ds/lists';
import { Asid, NONE, NONE64, Vpn } from '../types';
import { ADVICE_RANDOM, Demand, PrefetchContext, Prefetcher } from './prefetcher';

/** Counts of an entry are halved when one reaches this. */
const TOP_COUNT: u8 = 255;

/**
 * History: a table remembers for a page which pages the same process demanded next, up to `successors` of them with counts; a demand of
 * the page prefetches them, the most frequent first. Learned from faults and from first touches of prefetched pages, so that success
 * does not hide the history. `entries` pages are remembered, the one used longest ago is forgotten; of successors the rarest.
 * Joseph, Grunwald 1997, Prefetching using Markov predictors, doi 10.1145/264107.264207.
 */
export class Markov extends Prefetcher {
  private successors: u32;
  private entries: u32;
  private used: u32 = 0;
  /** Key of an entry → its number; key of each entry; entries by last use, the latest in front. */
  private index: HashIndex;
  private keys: Column<u64>;
  private recency: Lists;
  /** `successors` per entry, by falling count; count 0: none. */
  private pages: Column<u64>;
  private counts: Column<u8>;
  /** Per process: the page demanded last. */
  private last: Column<u64>;

  constructor(context: PrefetchContext) {
    super(<u32>context.params.get(0));
    const successors = <u32>context.params.get(0);
    const entries = <u32>context.params.get(1);
    this.successors = successors;
    this.entries = entries;
    this.index = new HashIndex(entries);
    this.keys = column<u64>(entries);
    this.recency = new Lists(entries, 1);
    this.pages = column<u64>(entries * successors);
    this.counts = column<u8>(entries * successors);
    this.last = columnOfNone<u64>(context.processes);
  }

  onFault(demand: Demand): void {
    this.follow(demand);
  }

  onFirstTouch(demand: Demand): void {
    this.follow(demand);
  }

  private follow(demand: Demand): void {
    if (demand.advice == ADVICE_RANDOM) return;
    const process = demand.process;
    const page = demand.page;
    const last = this.last.get(process);
    if (last == page) return;
    this.last.set(process, page);
    if (last != NONE64) this.learn(this.entryFor(keyOf(process, last)) * this.successors, page);
    const place = this.index.find(keyOf(process, page));
    if (place == NONE) return;
    const entry = <u32>this.index.valueAt(place);
    this.recency.moveToFront(0, entry);
    for (let s = entry * this.successors; s < (entry + 1) * this.successors && this.counts.get(s) != 0; s++) {
      this.want(this.pages.get(s));
    }
  }

  /** Counts `page` among the successors from `first` on, and keeps them ordered: a newcomer displaces the last. */
  private learn(first: u32, page: Vpn): void {
    const end = first + this.successors;
    let s = first;
    while (s + 1 < end && this.counts.get(s) != 0 && this.pages.get(s) != page) s++;
    let count = this.counts.get(s);
    if (count == 0 || this.pages.get(s) != page) count = 0;
    if (count == TOP_COUNT) {
      for (let i = first; i < end; i++) this.counts.set(i, this.counts.get(i) >> 1);
      count >>= 1;
    }
    count++;
    // The latest of equals stands in front.
    for (; s > first && this.counts.get(s - 1) <= count; s--) {
      this.pages.set(s, this.pages.get(s - 1));
      this.counts.set(s, this.counts.get(s - 1));
    }
    this.pages.set(s, page);
    this.counts.set(s, count);
  }

  /** The entry of a key, a new one in place of the one used longest ago if it has none. */
  private entryFor(key: u64): u32 {
    const place = this.index.find(key);
    if (place != NONE) {
      const known = <u32>this.index.valueAt(place);
      this.recency.moveToFront(0, known);
      return known;
    }
    let entry = this.used;
    if (entry < this.entries) this.used++;
    else {
      entry = this.recency.back(0);
      this.recency.remove(entry);
      this.index.remove(this.keys.get(entry));
      for (let s = entry * this.successors; s < (entry + 1) * this.successors; s++) this.counts.set(s, 0);
    }
    this.recency.pushFront(0, entry);
    this.keys.set(entry, key);
    this.index.set(key, entry);
    return entry;
  }
}

/** Pages of up to 49 bits below the process: base pages have 256 bytes at least, addresses 57 bits. */
function keyOf(process: Asid, page: Vpn): u64 {
  return ((<u64>process) << 49) | (page & 0x1ffffffffffff);
}
