import { Column, column, columnOfNone } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import { Lists } from '../ds/lists';
import { Random } from '../ds/random';
import { NONE, NONE64 } from '../types';

export const REPLACE_LRU: u32 = 0;
export const REPLACE_FIFO: u32 = 1;
export const REPLACE_RANDOM: u32 = 2;
export const REPLACE_PLRU: u32 = 3;

/** Sets wider than this are searched through a hash index and ordered by a list: an order word has 16 nibbles. */
const SCANNED_WAYS: u32 = 16;
const EACH_NIBBLE: u64 = 0x1111_1111_1111_1111;
const TOP_BITS: u64 = 0x8888_8888_8888_8888;

/**
 * A set-associative cache of translations: a TLB, or one level of the page-walk cache. Set = page mod sets, for any number of sets. A fill
 * takes an invalid way first, the lowest one, then the victim of the replacement policy:
 *
 *   lru, fifo  an order word per set: nibble i names the way that is i-th from the last to go, invalid ways at the high end; a wide set
 *              keeps its order in a list instead
 *   random     a stream of its own
 *   plru       a binary tree of `ways - 1` bits per set, node n has children 2n and 2n+1; a use points the nodes on its path
 *              away from it (So, Rechtschaffen 1988, doi 10.1109/12.2214)
 *
 *   tag: 63......49 48.......0
 *        ASID       page (or upper part of it; of a large page see translation-caches.ts)      all ones: invalid
 */
export class AssocCache {
  entries: u32;
  ways: u32;
  sets: u32;
  /** Entries of a set side by side in the columns: `ways`, in narrow sets rounded up to four with places that stay invalid. */
  stride: u32;
  /** Counted by the caller, as far as they do not follow from other counts (abi/report.ts). */
  hits: u64 = 0;
  misses: u64 = 0;
  fills: u64 = 0;
  /** Misses after which nothing was filled. */
  failedFills: u64 = 0;
  /** Fills of an entry that was invalid; the others displaced one. */
  firstFills: u64 = 0;
  invalidations: u64 = 0;
  live: u32 = 0;

  tags: Column<u64>;
  values: Column<u32>;
  /**
   * Per set two words: the tag of the entry used last, if the owner of the cache remembers it (else all ones), and its value. Using that
   * entry again changes nothing in the cache, whatever its policy.
   */
  recent: Column<u64>;

  private policy: u32;
  /** Whether sets is a power of two, and sets - 1. */
  masked: bool;
  setMask: u64;
  private wide: bool;
  /** Narrow lru and fifo. */
  private ordered: bool;
  /** Per set; narrow lru and fifo. */
  private order: Column<u64>;
  private index: HashIndex;
  /** Wide sets: list 2s holds the valid entries of set s, the next to go first; list 2s+1 the invalid ones by way. */
  private lists: Lists;
  private tree: Column<u8>;
  private random: Random;

  constructor(entries: u32, ways: u32, policy: u32, seed: u64) {
    this.entries = entries;
    this.ways = ways;
    this.policy = policy;
    const sets: u32 = entries == 0 ? 0 : entries / ways;
    this.sets = sets;
    this.masked = (sets & (sets - 1)) == 0;
    this.setMask = sets == 0 ? 0 : <u64>sets - 1;
    const wide = ways > SCANNED_WAYS;
    const stride = wide ? ways : (ways + 3) & ~3;
    const places = max<u32>(sets * stride, SCANNED_WAYS);
    this.stride = stride;
    this.tags = columnOfNone<u64>(places);
    this.values = column<u32>(places);
    this.recent = columnOfNone<u64>(max<u32>(sets, 1) * 2);
    this.tree = column<u8>(policy == REPLACE_PLRU ? places : 0);
    this.random = new Random(seed);
    this.wide = wide;
    const ordered = !wide && (policy == REPLACE_LRU || policy == REPLACE_FIFO);
    this.ordered = ordered;
    const order = column<u64>(ordered ? sets : 0);
    // Way 0 is the first to be filled, so it stands at the end that goes next.
    let initial: u64 = 0;
    for (let w: u32 = 0; w < ways && !wide; w++) initial = (initial << 4) | w;
    for (let i: u32 = 0; ordered && i < sets; i++) order.set(i, initial);
    this.order = order;
    this.index = new HashIndex(wide ? entries : 0);
    const lists = new Lists(wide ? entries : 0, wide ? sets * 2 : 0);
    this.lists = lists;
    if (wide) for (let e: u32 = 0; e < entries; e++) lists.pushBack((e / ways) * 2 + 1, e);
  }

  /** The entry of the set that holds `tag`, or NONE. Changes nothing. */
  @inline
  find(tag: u64, set: u32): u32 {
    return this.wide ? this.findWide(tag) : this.findInSet(tag, set * this.stride);
  }

  /** Tells the replacement policy of a hit on the entry, and returns the value. The caller counts. */
  @inline
  use(entry: u32, set: u32): u32 {
    if (this.policy == REPLACE_LRU && !this.wide) {
      this.order.set(set, inFront(this.order.get(set), entry - set * this.stride));
    } else if (this.policy != REPLACE_FIFO) this.useUnordered(entry);
    return this.values.get(entry);
  }

  /** Writes an entry for a tag that is not in the cache, which has entries. */
  @inline
  fill(tag: u64, set: u32, value: u32): void {
    if (!this.ordered) {
      this.fillUnordered(tag, set, value);
      return;
    }
    const order = this.order.get(set);
    const way = <u32>(order >> ((this.ways - 1) << 2)) & 15;
    this.order.set(set, (order << 4) | way);
    this.put(set * this.stride + way, tag, value);
  }

  /** Notes the entry of the set that was used or filled last. */
  @inline
  remember(set: u32, tag: u64, value: u32): void {
    this.recent.set(set * 2, tag);
    this.recent.set(set * 2 + 1, value);
  }

  /** Drops the entry with this tag; returns whether there was one. */
  invalidate(tag: u64, page: u64): bool {
    if (this.live == 0) return false;
    const entry = this.find(tag, this.setOf(page));
    if (entry == NONE) return false;
    this.invalidateEntry(entry);
    return true;
  }

  /** Drops a valid entry. */
  invalidateEntry(entry: u32): void {
    this.drop(entry);
    this.invalidations++;
  }

  /** Drops all entries of an address space (tags with this value in bits 49…63). */
  invalidateAsid(asid: u64): void {
    if (this.live == 0) return;
    for (let e = <i32>this.places() - 1; e >= 0; e--) {
      const tag = this.tags.get(e);
      if (tag != NONE64 && tag >> 49 == asid) {
        this.drop(e);
        this.invalidations++;
      }
    }
  }

  flush(): void {
    if (this.live == 0) return;
    for (let e = <i32>this.places() - 1; e >= 0; e--) if (this.tags.get(e) != NONE64) this.drop(e);
  }

  /** Length of the columns. */
  places(): u32 {
    return this.sets * this.stride;
  }

  @inline
  setOf(page: u64): u32 {
    return this.masked ? <u32>(page & this.setMask) : <u32>(page % <u64>this.sets);
  }

  /** For views: where a valid entry of an ordered set stands, larger is later to go; 0 where there is no order. */
  orderOf(entry: u32): u32 {
    if (this.tags.get(entry) == NONE64) return 0;
    if (this.ordered) return this.ways - this.rankOf(entry / this.stride, entry % this.stride);
    if (!this.wide || this.policy > REPLACE_FIFO) return 0;
    let order: u32 = 1;
    for (let e = this.lists.before(entry); !this.lists.isEnd(e); e = this.lists.before(e)) order++;
    return order;
  }

  /** Compares four tags at a time, without a branch on where the tag stands. */
  @inline
  private findInSet(tag: u64, first: u32): u32 {
    const ways = this.ways;
    const at = this.tags.at(first);
    const wanted = i64x2.splat(tag);
    let found = equalOfFour(at, wanted);
    if (ways > 4) {
      found |= equalOfFour(at + 32, wanted) << 4;
      if (ways > 8) {
        found |= equalOfFour(at + 64, wanted) << 8;
        if (ways > 12) found |= equalOfFour(at + 96, wanted) << 12;
      }
    }
    return found == 0 ? NONE : first + ctz(found);
  }

  private findWide(tag: u64): u32 {
    const place = this.index.find(tag);
    return place == NONE ? NONE : <u32>this.index.valueAt(place);
  }

  /** A hit outside of a narrow lru set. */
  private useUnordered(entry: u32): void {
    if (this.policy == REPLACE_LRU) this.moveToBack(entry);
    else if (this.policy == REPLACE_PLRU) this.pointAway(entry);
  }

  @inline
  private put(entry: u32, tag: u64, value: u32): void {
    if (this.tags.get(entry) == NONE64) {
      this.live++;
      this.firstFills++;
    }
    this.tags.set(entry, tag);
    this.values.set(entry, value);
  }

  private fillUnordered(tag: u64, set: u32, value: u32): void {
    const entry = this.wide ? this.placeInWideSet(set) : this.placeInSet(set);
    if (this.wide) {
      const old = this.tags.get(entry);
      if (old != NONE64) this.index.remove(old);
      this.index.set(tag, entry);
      this.moveToBack(entry);
    }
    this.put(entry, tag, value);
    if (this.policy == REPLACE_PLRU) this.pointAway(entry);
  }

  private drop(entry: u32): void {
    this.live--;
    const recent = (entry / this.stride) * 2;
    if (this.recent.get(recent) == this.tags.get(entry)) this.recent.set(recent, NONE64);
    if (this.ordered) {
      const set = entry / this.stride;
      this.order.set(set, behind(this.order.get(set), entry - set * this.stride, this.ways));
    } else if (this.wide) {
      this.index.remove(this.tags.get(entry));
      this.lists.remove(entry);
      this.giveBack(entry);
    }
    this.tags.set(entry, NONE64);
  }

  private rankOf(set: u32, way: u32): u32 {
    return nibbleOf(this.order.get(set), way) >> 2;
  }

  /** Invalid entries of a wide set stay sorted by way, so that the lowest is filled first. */
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

  private placeInSet(set: u32): u32 {
    const first = set * this.stride;
    for (let e = first; e < first + this.ways; e++) if (this.tags.get(e) == NONE64) return e;
    return first + this.chosenWay(first);
  }

  private placeInWideSet(set: u32): u32 {
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
    const way = entry % this.stride;
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

/** Bit i: the i-th of four tags is the wanted one. */
function equalOfFour(at: usize, wanted: v128): u32 {
  const low = i64x2.bitmask(i64x2.eq(v128.load(at), wanted));
  return low | (i64x2.bitmask(i64x2.eq(v128.load(at, 16), wanted)) << 2);
}

/** Bit position of the nibble of an order word that names `way`. */
function nibbleOf(order: u64, way: u32): u32 {
  const zeroAtWay = order ^ (EACH_NIBBLE * way);
  return <u32>ctz((zeroAtWay - EACH_NIBBLE) & ~zeroAtWay & TOP_BITS) & ~3;
}

/** The order word with `way` moved to the lowest nibble. */
function inFront(order: u64, way: u32): u64 {
  const at = nibbleOf(order, way);
  const younger = ((<u64>1) << at) - 1;
  return (order & ~((younger << 4) | 15)) | ((order & younger) << 4) | way;
}

/** The order word with `way` moved behind all others. */
function behind(order: u64, way: u32, ways: u32): u64 {
  const at = nibbleOf(order, way);
  const younger = ((<u64>1) << at) - 1;
  const used = ways == 16 ? u64.MAX_VALUE : ((<u64>1) << (ways << 2)) - 1;
  const closed = (order & younger) | (((order & used) >> 4) & ~younger);
  return closed | ((<u64>way) << ((ways - 1) << 2));
}
