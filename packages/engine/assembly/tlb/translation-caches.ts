import { Asid, NONE, Vpn } from '../types';
import { AssocCache } from './assoc-cache';

/**
 * A TLB value: bits 0..29 the frame of the first page of the entry, above them the rights that it lacks: bit 31 to write, bit 30 to
 * fetch instructions.
 */
export const READ_ONLY: u32 = 0x8000_0000;
export const NO_EXEC: u32 = 0x4000_0000;
export const RIGHTS: u32 = READ_ONLY | NO_EXEC;
/** What a lookup gives that finds nothing. */
export const MISS: u32 = NONE;

/** Bits of a page number below one size class: 512 pages make one of the next class. */
const CLASS_BITS: u32 = 9;
const CLASS_SHIFT: u64 = 47;

/**
 * The TLBs of one cpu: a first level, unified or split into instructions and data, and a second level behind it (0 entries: none).
 * The second level is filled with the first on a walk and keeps no promise of inclusion; victims of the first are not written to it.
 *
 * Translations of large pages (size class 1: 512 base pages, class 2: 512²) live in the same TLBs, or, where there is one, in a first-level
 * TLB of their own, without a second level. A set is chosen with the number of the page in its own size. As the size is not
 * known beforehand, a lookup probes every class that is in use (Intel SDM vol. 3A, 4.10.2).
 *
 *   tag: 63......49 48....47 46.......0
 *        ASID       class    page >> 9·class     (class 0: the page may take bits 47 and 48, too; there are no large pages then)
 *
 * `touch` in machine.ts looks class 0 up by itself. What follows from `lookup` and `fill` counts each TLB by itself, and a touch that
 * finds nothing in the first level is a miss of the TLB that is then filled.
 */
export class TranslationCaches {
  split: u32;
  /** Unified, or for instructions when split. */
  first: AssocCache;
  data: AssocCache;
  second: AssocCache;
  large: AssocCache;
  /** Bit k: there may be translations of size class k. */
  classesInUse: u32 = 1;
  /** Where the last lookup found its translation: 1 first level, 2 second level, 0 nowhere; and the size class of it. */
  level: u32 = 0;
  sizeClass: u32 = 0;
  private pageMask: u64;
  /** Top bit of a page's index bits, and the bits above them, in a canonical address space; else 0. */
  private signBit: u64;
  private signFill: u64;

  constructor(
    split: u32,
    first: AssocCache,
    data: AssocCache,
    second: AssocCache,
    large: AssocCache,
    pageMask: u64,
    signFill: u64,
  ) {
    this.split = split;
    this.first = first;
    this.data = data;
    this.second = second;
    this.large = large;
    this.pageMask = pageMask;
    this.signFill = signFill;
    this.signBit = signFill != 0 ? (pageMask >> 1) + 1 : 0;
  }

  @inline
  tagOf(process: Asid, page: Vpn): u64 {
    return ((<u64>process) << 49) | (page & this.pageMask);
  }

  /** The tag of a translation of size class `k`. */
  tagOfClass(process: Asid, page: Vpn, k: u32): u64 {
    return ((<u64>process) << 49) | ((<u64>k) << CLASS_SHIFT) | ((page & this.pageMask) >> (k * CLASS_BITS));
  }

  classOf(tag: u64): u32 {
    return <u32>((tag & ~this.pageMask) >> CLASS_SHIFT) & 3;
  }

  /** 0, 1 and 2 are the levels of small translations, 3 the TLB of large ones. */
  cache(index: u32): AssocCache {
    if (index == 3) return this.large;
    return index == 0 ? this.first : index == 1 ? this.data : this.second;
  }

  /** The page of a tag of class 0, sign-extended in a canonical address space. */
  pageOf(tag: u64): Vpn {
    const index = tag & this.pageMask;
    return (index & this.signBit) == 0 ? index : index | this.signFill;
  }

  /** The first page of a tag of any class, sign-extended. */
  firstPageOf(tag: u64): Vpn {
    const bits = this.classOf(tag) * CLASS_BITS;
    return this.pageOf((tag & (this.pageMask >> bits)) << bits);
  }

  /** The first-level TLB for translations of class `k`; `side` is 1 for the data side of a split TLB. */
  firstFor(side: u32, k: u32): AssocCache {
    if (k != 0 && this.large.entries != 0) return this.large;
    return side != 0 ? this.data : this.first;
  }

  /**
   * The frame of the page with the rights that it lacks, or MISS. A read-only translation that a write finds is dropped from
   * every TLB here, and the lookup is a miss. `page` is the page of an address, sign-extended.
   */
  lookup(side: u32, process: Asid, page: Vpn, isWrite: bool): u32 {
    const classes = this.classesInUse;
    for (let k: u32 = 0; k < 3; k++) {
      if (((classes >> k) & 1) == 0) continue;
      const cache = this.firstFor(side, k);
      const found = this.probe(cache, process, page, k, isWrite);
      if (found == MISS) continue;
      this.level = 1;
      this.sizeClass = k;
      return found;
    }
    (side != 0 ? this.data : this.first).misses++;
    return this.lookupSecond(side, process, page, isWrite);
  }

  /**
   * The frame of a small page with all rights if its translation is the one used last of its set in the first level, which changes nothing there;
   * else MISS, with nothing counted.
   */
  @inline
  recall(side: u32, process: Asid, page: Vpn): u32 {
    const cache = side != 0 ? this.data : this.first;
    const recent = cache.setOf(page) * 2;
    if (cache.recent.get(recent) != this.tagOf(process, page)) return MISS;
    const value = <u32>cache.recent.get(recent + 1);
    if ((value & RIGHTS) != 0) return MISS;
    cache.hits++;
    this.level = 1;
    this.sizeClass = 0;
    return value;
  }

  /** Counts a hit for each further touch of the page that the last lookup found or the last fill put into the first level. */
  hitAgain(side: u32, count: u64): void {
    this.firstFor(side, this.sizeClass).hits += count;
  }

  /** After a walk: the translation of class `k`, `value` = frame of its first page, with READ_ONLY if it may not be written to. */
  fill(side: u32, process: Asid, page: Vpn, k: u32, value: u32): void {
    this.sizeClass = k;
    const tag = this.tagOfClass(process, page, k);
    if (k == 0 || this.large.entries == 0) put(this.second, tag, page >> (k * CLASS_BITS), value);
    this.fillFirst(side, tag, page, k, value);
  }

  /** Drops the translation of a page from every TLB; returns how many entries that were. */
  invalidate(tag: u64): u32 {
    const page = this.pageOf(tag);
    return (
      u32(this.first.invalidate(tag, page)) +
      u32(this.data.invalidate(tag, page)) +
      u32(this.second.invalidate(tag, page))
    );
  }

  /** Drops a translation of any class from every TLB; returns how many entries that were. */
  invalidateAny(tag: u64): u32 {
    const k = this.classOf(tag);
    const own = this.firstPageOf(tag) >> (k * CLASS_BITS);
    if (k != 0 && this.large.entries != 0) return u32(this.large.invalidate(tag, own));
    return (
      u32(this.first.invalidate(tag, own)) + u32(this.data.invalidate(tag, own)) + u32(this.second.invalidate(tag, own))
    );
  }

  /** Drops all translations of an address space; returns how many entries that were. */
  invalidateAsid(process: Asid): u32 {
    const before = this.live();
    for (let t: u32 = 0; t < 4; t++) this.cache(t).invalidateAsid(process);
    return before - this.live();
  }

  flush(): void {
    this.first.flush();
    this.data.flush();
    this.second.flush();
    this.large.flush();
  }

  /** Valid entries. */
  live(): u32 {
    return this.first.live + this.data.live + this.second.live + this.large.live;
  }

  /** Places of all entries, the invalid ones of narrow sets too: what a search through all of them costs. */
  places(): u32 {
    return this.first.places() + this.data.places() + this.second.places() + this.large.places();
  }

  private lookupSecond(side: u32, process: Asid, page: Vpn, isWrite: bool): u32 {
    this.level = 0;
    const second = this.second;
    if (second.entries == 0) return MISS;
    const classes = this.large.entries == 0 ? this.classesInUse : 1;
    for (let k: u32 = 0; k < 3; k++) {
      if (((classes >> k) & 1) == 0) continue;
      const found = this.probe(second, process, page, k, isWrite);
      if (found == MISS) continue;
      this.level = 2;
      this.sizeClass = k;
      this.fillFirst(side, this.tagOfClass(process, page, k), page, k, found - <u32>offsetIn(page, k));
      return found;
    }
    second.misses++;
    return MISS;
  }

  /** One lookup in one TLB with one page size. */
  private probe(cache: AssocCache, process: Asid, page: Vpn, k: u32, isWrite: bool): u32 {
    if (cache.live == 0) return MISS;
    const tag = this.tagOfClass(process, page, k);
    const set = cache.setOf(page >> (k * CLASS_BITS));
    const entry = cache.find(tag, set);
    if (entry == NONE) return MISS;
    const value = cache.values.get(entry);
    if (isWrite && (value & READ_ONLY) != 0) {
      this.invalidateAny(tag);
      return MISS;
    }
    cache.use(entry, set);
    cache.hits++;
    note(cache, set, tag, value);
    return value + <u32>offsetIn(page, k);
  }

  /** The miss was counted before it was known which size the page has. */
  private fillFirst(side: u32, tag: u64, page: Vpn, k: u32, value: u32): void {
    const cache = this.firstFor(side, k);
    (side != 0 ? this.data : this.first).misses--;
    cache.misses++;
    put(cache, tag, page >> (k * CLASS_BITS), value);
  }
}

/** Base pages between the start of the page of class `k` and `page`. */
function offsetIn(page: Vpn, k: u32): u64 {
  return page & (((<u64>1) << (k * CLASS_BITS)) - 1);
}

function put(cache: AssocCache, tag: u64, own: u64, value: u32): void {
  if (cache.entries == 0) return;
  const set = cache.setOf(own);
  cache.fills++;
  cache.fill(tag, set, value);
  note(cache, set, tag, value);
}

/** The entry used last, with its rights, unless it is large: who looks there looks for small pages. */
function note(cache: AssocCache, set: u32, tag: u64, value: u32): void {
  if (((tag >> CLASS_SHIFT) & 3) == 0) cache.remember(set, tag, value);
  else cache.recent.set(set * 2, u64.MAX_VALUE);
}
