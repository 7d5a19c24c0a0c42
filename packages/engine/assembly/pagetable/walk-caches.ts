import { AssocCache, REPLACE_LRU } from '../tlb/assoc-cache';
import { Asid, Vpn } from '../types';
import { RadixShape } from './radix';

/**
 * Page-walk caches (x86: paging-structure caches): per inner level of the table a small fully associative LRU cache from the upper
 * part of a page number to the next table, so that a walk may begin below the root. Entries come from present entries only, and dropping a
 * page drops all entries of its address space, as INVLPG does (Intel SDM vol. 3A, 4.10.3–4.10.4).
 */
export class WalkCaches {
  levels: u32;
  enabled: bool;
  private caches: StaticArray<AssocCache>;
  private shape: RadixShape;

  constructor(shape: RadixShape, entries: StaticArray<u32>) {
    const inner = shape.levels - 1;
    this.levels = inner;
    this.shape = shape;
    let enabled = false;
    const caches = new StaticArray<AssocCache>(inner);
    for (let l: u32 = 0; l < inner; l++) {
      const n = entries[l];
      if (n != 0) enabled = true;
      caches[l] = new AssocCache(n, n == 0 ? 1 : n, REPLACE_LRU, 0);
    }
    this.caches = caches;
    this.enabled = enabled;
  }

  cache(level: u32): AssocCache {
    return unchecked(this.caches[level]);
  }

  prefixOf(level: u32, page: Vpn): u64 {
    return (page & this.shape.pageMask) >> this.shape.bitsBelow(level);
  }

  tagOf(level: u32, process: Asid, page: Vpn): u64 {
    return ((<u64>process) << 49) | this.prefixOf(level, page);
  }

  /** Remembers that the entry of this level for `page` points to `table`. */
  fill(level: u32, process: Asid, page: Vpn, table: usize): void {
    const cache = this.cache(level);
    if (cache.entries == 0) return;
    const tag = this.tagOf(level, process, page);
    const set = cache.setOf(this.prefixOf(level, page));
    if (cache.find(tag, set) != u32.MAX_VALUE) return;
    cache.fills++;
    cache.fill(tag, set, <u32>(table >> 3));
  }

  invalidateAsid(process: Asid): void {
    for (let l: u32 = 0; l < this.levels; l++) this.cache(l).invalidateAsid(process);
  }

  flush(): void {
    for (let l: u32 = 0; l < this.levels; l++) this.cache(l).flush();
  }
}
