import { Column, column, columnOfNone } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import { Lists } from '../ds/lists';
import { Random } from '../ds/random';
import { NONE, NONE64 } from '../types';

export const REPLACE_LRU: u32 = 0;
export const REPLACE_FIFO: u32 = 1;
export const REPLACE_RANDOM: u32 = 2;
export const REPLACE_PLRU: u32 = 3;

/** Sets wider than this are searched through a hash index and ordered by a list instead of being scanned. */
const SCANNED_WAYS: u32 = 16;

/**
 * A set-associative cache of translations: a TLB, or one level of the page-walk cache. Set = page mod sets, for any number of sets.
 * A fill takes an invalid way first, the lowest one, then the victim of the replacement policy:
 *
 *   lru, fifo  `order` holds a time stamp (0: invalid), the smallest of the set goes; in wide sets a list per set keeps the same order
 *   random     a stream of its own
 *   plru       a binary tree of `ways - 1` bits per set, node n has children 2n and 2n+1; a use points the nodes on its path
 *              away from it (So, Rechtschaffen 1988, doi 10.1109/12.2214)
 *
 *   tag: 63......49 48.......0
 *        ASID       page (or upper part of it)      all ones: invalid
 */
export class AssocCache {
  entries: u32;
  ways: u32;
  sets: u32;
  hits: u64 = 0;
  misses: u64 = 0;
  fills: u64 = 0;
  evictions: u64 = 0;
  invalidations: u64 = 0;
  live: u32 = 0;

  tags: Column<u64>;
  values: Column<u32>;
  order: Column<u64>;

  private policy: u32;
  /** sets - 1 when that is a mask, else 0. */
  private setMask: u64;
  private clock: u64 = 0;
  private wide: bool;
  private index: HashIndex;
  /** Wide sets: list 2s holds the valid entries of set s, the next to go first; list 2s+1 the invalid ones. */
  private lists: Lists;
  private tree: Column<u8>;
  private random: Random;

  constructor(entries: u32, ways: u32, policy: u32, seed: u64) {
    this.entries = entries;
    this.ways = ways;
    this.policy = policy;
    const sets = entries == 0 ? 0 : entries / ways;
    this.sets = sets;
    this.setMask = sets != 0 && (sets & (sets - 1)) == 0 ? <u64>sets - 1 : 0;
    this.tags = columnOfNone<u64>(entries);
    this.values = column<u32>(entries);
    this.order = column<u64>(entries);
    this.tree = column<u8>(policy == REPLACE_PLRU ? entries : 0);
    this.random = new Random(seed);
    const wide = ways > SCANNED_WAYS;
    this.wide = wide;
    this.index = new HashIndex(wide ? entries : 0);
    const lists = new Lists(wide ? entries : 0, wide ? sets * 2 : 0);
    this.lists = lists;
    if (wide) for (let e: u32 = 0; e < entries; e++) lists.pushBack((e / ways) * 2 + 1, e);
  }

  /** The entry that holds `tag`, whose page is `page`, or NONE. Changes nothing. */
  find(tag: u64, page: u64): u32 {
    if (this.wide) {
      const place = this.index.find(tag);
      return place == NONE ? NONE : <u32>this.index.valueAt(place);
    }
    const first = this.setOf(page) * this.ways;
    const last = first + this.ways;
    const tags = this.tags;
    for (let e = first; e < last; e++) if (tags.get(e) == tag) return e;
    return NONE;
  }

  /** Tells the replacement policy that the entry was used. */
  use(entry: u32): void {
    const policy = this.policy;
    if (policy == REPLACE_LRU) {
      this.order.set(entry, ++this.clock);
      if (this.wide) this.moveToBack(entry);
    } else if (policy == REPLACE_PLRU) this.pointAway(entry);
  }

  /** Writes an entry for a tag that is not in the cache. */
  fill(tag: u64, page: u64, value: u32): void {
    if (this.entries == 0) return;
    const entry = this.wide ? this.placeInWideSet(page) : this.placeInSet(page);
    const old = this.tags.get(entry);
    if (old != NONE64) {
      this.evictions++;
      if (this.wide) this.index.remove(old);
    } else this.live++;
    this.tags.set(entry, tag);
    this.values.set(entry, value);
    this.order.set(entry, ++this.clock);
    this.fills++;
    if (this.wide) {
      this.index.set(tag, entry);
      this.lists.remove(entry);
      this.lists.pushBack((entry / this.ways) * 2, entry);
    }
    if (this.policy == REPLACE_PLRU) this.pointAway(entry);
  }

  /** Drops the entry with this tag; returns whether there was one. */
  invalidate(tag: u64, page: u64): bool {
    if (this.live == 0) return false;
    const entry = this.find(tag, page);
    if (entry == NONE) return false;
    this.drop(entry);
    this.invalidations++;
    return true;
  }

  /** Drops all entries of an address space (tags with this value in bits 49…63). */
  invalidateAsid(asid: u64): void {
    if (this.live == 0) return;
    for (let e: u32 = 0; e < this.entries; e++) {
      const tag = this.tags.get(e);
      if (tag != NONE64 && tag >> 49 == asid) {
        this.drop(e);
        this.invalidations++;
      }
    }
  }

  flush(): void {
    if (this.live == 0) return;
    for (let e: u32 = 0; e < this.entries; e++) if (this.tags.get(e) != NONE64) this.drop(e);
  }

  setOf(page: u64): u32 {
    return this.setMask != 0 ? <u32>(page & this.setMask) : this.sets <= 1 ? 0 : <u32>(page % <u64>this.sets);
  }

  private drop(entry: u32): void {
    if (this.wide) {
      this.index.remove(this.tags.get(entry));
      this.lists.remove(entry);
      this.giveBack(entry);
    }
    this.tags.set(entry, NONE64);
    this.order.set(entry, 0);
    this.live--;
  }

  /** Invalid entries stay sorted by way, so that the lowest is filled first, as in a scanned set. */
  private giveBack(entry: u32): void {
    const list = (entry / this.ways) * 2 + 1;
    let before = this.lists.back(list);
    while (!this.lists.isEnd(before) && before > entry) before = this.lists.before(before);
    if (this.lists.isEnd(before)) this.lists.pushFront(list, entry);
    else this.lists.insertAfter(before, entry);
  }

  private moveToBack(entry: u32): void {
    this.lists.remove(entry);
    this.lists.pushBack((entry / this.ways) * 2, entry);
  }

  private placeInSet(page: u64): u32 {
    const first = this.setOf(page) * this.ways;
    // An invalid entry has order 0, so the first smallest is the lowest invalid way if there is one.
    let best = first;
    let least = this.order.get(first);
    for (let e = first + 1; e < first + this.ways; e++) {
      const o = this.order.get(e);
      if (o < least) {
        least = o;
        best = e;
      }
    }
    if (least == 0 || this.policy == REPLACE_LRU || this.policy == REPLACE_FIFO) return best;
    return first + this.chosenWay(first);
  }

  private placeInWideSet(page: u64): u32 {
    const set = this.setOf(page);
    const invalid = this.lists.front(set * 2 + 1);
    if (!this.lists.isEnd(invalid)) return invalid;
    if (this.policy == REPLACE_LRU || this.policy == REPLACE_FIFO) return this.lists.front(set * 2);
    const first = set * this.ways;
    return first + this.chosenWay(first);
  }

  private chosenWay(first: u32): u32 {
    return this.policy == REPLACE_RANDOM ? this.random.below(this.ways) : this.pointedAt(first);
  }

  private pointAway(entry: u32): void {
    const way = entry % this.ways;
    const first = entry - way;
    let node: u32 = 1;
    for (let half = this.ways >> 1; half > 0; half >>= 1) {
      const right = (way & half) != 0;
      this.tree.set(first + node, right ? 0 : 1);
      node = node * 2 + u32(right);
    }
  }

  private pointedAt(first: u32): u32 {
    let node: u32 = 1;
    while (node < this.ways) node = node * 2 + this.tree.get(first + node);
    return node - this.ways;
  }
}
