import { Column, column } from '../../ds/column';
import { MOST_PROBES } from '../../gen/page-tables';
import { Asid, Pte, Vpn } from '../../types';

/** Bits of a large page's number that are those of the base pages in it, per size class. */
const CLASS_BITS: u64 = 9;

/**
 * A page table that the walker of the modelled machine searches by key instead of following it level by level. It holds the present
 * mappings of all processes; the operating system's own map (radix.ts) says what is where, and tells this table with `set` and `clear`
 * what becomes present, changes, and goes. The two agree at any time, except that an inverted table without alias chains may have
 * forgotten a mapping, which is then set again when a walk misses it.
 *
 * A key is (process, size class k, page >> 9k), one word laid out like the tag of a TLB entry:
 *
 *   63......49 48.47 46..............0
 *   process      k   page >> 9k          (base pages of less than 4 KiB have no large ones: their numbers may fill bits 47 and 48)
 */
export abstract class HardwareTable {
  /** Memory references of the last `find`: entries, and the anchor that led to them. */
  refs: u32 = 0;
  /** The host has given no more memory; the `set` that noticed returned false. */
  exhausted: bool = false;
  /** A mapping may be missing although nobody cleared it. */
  forgets: bool = false;

  lookups: u64 = 0;
  /** Entries read by all of them, and by the one that read the most. */
  probes: u64 = 0;
  probesMax: u32 = 0;
  /** Lookups by number of entries read, 0 … MOST_PROBES. */
  histogram: Column<u64>;
  /** Times that the table was made larger, and entries moved for it. */
  resizes: u32 = 0;
  moves: u64 = 0;
  /** Mappings that another mapping of their frame has displaced. */
  replacements: u64 = 0;
  bytesPeak: u64 = 0;

  /** Entries read by the last `lookup`. */
  protected read: u32 = 0;
  /** Memory references of a lookup besides the entries. */
  protected anchorRefs: u32;

  constructor(anchorRefs: u32) {
    this.anchorRefs = anchorRefs;
    this.histogram = column<u64>(MOST_PROBES + 1);
  }

  /** The PTE of a page (a base page number) as a leaf of size class k, 0 if there is none. Counts as a lookup by hardware. */
  find(process: Asid, page: Vpn, k: u32): Pte {
    const pte = this.lookup(keyOf(process, page, k));
    const read = this.read;
    this.refs = read + this.anchorRefs;
    this.lookups++;
    this.probes += read;
    if (read > this.probesMax) this.probesMax = read;
    const bin = read < MOST_PROBES ? read : MOST_PROBES;
    this.histogram.set(bin, this.histogram.get(bin) + 1);
    return pte;
  }

  /** The same without counting. */
  peek(process: Asid, page: Vpn, k: u32): Pte {
    return this.lookup(keyOf(process, page, k));
  }

  /** Makes or changes a present mapping. False, with nothing changed, if the host gives no memory for it. */
  set(process: Asid, page: Vpn, k: u32, pte: Pte): bool {
    if (!this.put(keyOf(process, page, k), pte)) {
      this.exhausted = true;
      return false;
    }
    const bytes = this.bytes();
    if (bytes > this.bytesPeak) this.bytesPeak = bytes;
    return true;
  }

  /** Forgets a mapping; one that is not there is not missed. */
  clear(process: Asid, page: Vpn, k: u32): void {
    this.drop(keyOf(process, page, k));
  }

  /** Mappings held. */
  abstract count(): u32;

  /** Records that hold them: as many, but for a clustered table. */
  abstract nodes(): u32;

  /** Places for a search to begin. */
  abstract buckets(): u32;

  /** Records that an inverted table needs beside those of its frames, and their bytes. */
  aliases(): u32 {
    return 0;
  }

  aliasBytes(): u64 {
    return 0;
  }

  anchorBytes(): u64 {
    return 0;
  }

  /** Without anchors and aliases. */
  abstract entryBytes(): u64;

  /** Memory of the modelled machine that the table takes. */
  bytes(): u64 {
    return this.anchorBytes() + this.entryBytes() + this.aliasBytes();
  }

  loadPermille(): u32 {
    return <u32>((<u64>this.nodes() * 1000) / this.buckets());
  }

  /** Sets `read`. */
  protected abstract lookup(key: u64): Pte;
  /** False if there is no memory. */
  protected abstract put(key: u64, pte: Pte): bool;
  protected abstract drop(key: u64): void;
}

function keyOf(process: Asid, page: Vpn, k: u32): u64 {
  return ((<u64>process) << 49) | ((<u64>k) << 47) | (page >> (CLASS_BITS * k));
}
