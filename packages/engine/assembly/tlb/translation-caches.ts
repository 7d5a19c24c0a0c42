import { Asid, OP_IFETCH, Vpn } from '../types';
import { AssocCache } from './assoc-cache';

/**
 * The TLBs of one cpu: a first level, unified or split into instructions and data, and a second level behind it (0 entries: none).
 * The second level is filled with the first on a walk and keeps no promise of inclusion; victims of the first are not written to it.
 */
export class TranslationCaches {
  split: u32;
  /** Unified, or for instructions when split. */
  first: AssocCache;
  data: AssocCache;
  second: AssocCache;
  private pageMask: u64;

  constructor(split: u32, first: AssocCache, data: AssocCache, second: AssocCache, pageMask: u64) {
    this.split = split;
    this.first = first;
    this.data = data;
    this.second = second;
    this.pageMask = pageMask;
  }

  /** 0: `first`, 1: `data`. */
  sideOf(op: u32): u32 {
    return this.split & u32(op != OP_IFETCH);
  }

  tagOf(process: Asid, page: Vpn): u64 {
    return ((<u64>process) << 49) | (page & this.pageMask);
  }

  cache(index: u32): AssocCache {
    return index == 0 ? this.first : index == 1 ? this.data : this.second;
  }

  /** Drops the translation of a page from every TLB; returns how many entries that were. */
  invalidate(process: Asid, page: Vpn): u32 {
    const tag = this.tagOf(process, page);
    return (
      u32(this.first.invalidate(tag, page)) +
      u32(this.data.invalidate(tag, page)) +
      u32(this.second.invalidate(tag, page))
    );
  }

  flush(): void {
    this.first.flush();
    this.data.flush();
    this.second.flush();
  }
}
