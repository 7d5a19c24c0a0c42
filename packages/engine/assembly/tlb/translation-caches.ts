import { Asid, Vpn } from '../types';
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
  /** Top bit of a page's index bits, and the bits above them, in a canonical address space; else 0. */
  private signBit: u64;
  private signFill: u64;

  constructor(split: u32, first: AssocCache, data: AssocCache, second: AssocCache, pageMask: u64, signFill: u64) {
    this.split = split;
    this.first = first;
    this.data = data;
    this.second = second;
    this.pageMask = pageMask;
    this.signFill = signFill;
    this.signBit = signFill != 0 ? (pageMask >> 1) + 1 : 0;
  }

  @inline
  tagOf(process: Asid, page: Vpn): u64 {
    return ((<u64>process) << 49) | (page & this.pageMask);
  }

  cache(index: u32): AssocCache {
    return index == 0 ? this.first : index == 1 ? this.data : this.second;
  }

  /** The page of a tag, sign-extended in a canonical address space. */
  pageOf(tag: u64): Vpn {
    const index = tag & this.pageMask;
    return (index & this.signBit) == 0 ? index : index | this.signFill;
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

  flush(): void {
    this.first.flush();
    this.data.flush();
    this.second.flush();
  }
}
