import { Column, column } from '../ds/column';
import { CFG_PAGE_SHIFT, CFG_STRICT_REGIONS, CFG_VA_BITS, CFG_VSPACE } from '../gen/config';
import { OPERROR_BAD_ALIGNMENT, OPERROR_BAD_RANGE, OPERROR_NONE, OPERROR_NOTHING_MAPPED } from '../gen/operations';
import { Asid, NONE, Vpn } from '../types';
import { Kernel } from './kernel';
import { Lifecycle } from './lifecycle';
import { Ranges } from './ranges';
import { REGION_EXEC, REGION_FRESH, REGION_IMPLICIT, REGION_READ, REGION_WRITE, Region } from './regions';

/** The most words of an operation. */
export const MOST_WORDS: u32 = 8;

/**
 * One operation being done: its words, the range of pages that they name, and why it is refused. Each is gone through twice. First `dry`, when
 * everything that can be wrong is found and nothing is changed (the process may be NONE: it does not exist yet); then to do it.
 */
export class Call {
  words: Column<u64>;
  dry: bool = false;
  error: u32 = OPERROR_NONE;
  details: Column<u64>;
  /** Set by `range`: first page, and the one behind the last. */
  start: Vpn = 0;
  end: Vpn = 0;

  /** Whether `cutRegions` cut a region at either end. */
  private hasCutStart: bool = false;
  private hasCutEnd: bool = false;
  pageShift: u64;
  strict: bool;
  private bias: u64;
  private span: u64;
  private kernel: Kernel;
  private ranges: Ranges;
  private lifecycle: Lifecycle;

  constructor(config: Column<u64>, kernel: Kernel, ranges: Ranges, lifecycle: Lifecycle) {
    const vspace = config.get(CFG_VSPACE);
    const vaBits = config.get(CFG_VA_BITS);
    this.kernel = kernel;
    this.ranges = ranges;
    this.lifecycle = lifecycle;
    this.words = column<u64>(MOST_WORDS);
    this.details = column<u64>(3);
    this.pageShift = config.get(CFG_PAGE_SHIFT);
    this.strict = config.get(CFG_STRICT_REGIONS) != 0;
    this.span = vspace != 0 ? vspace : (<u64>1) << vaBits;
    this.bias = vspace != 0 ? 0 : (<u64>1) << (vaBits - 1);
  }

  word(index: u32): u64 {
    return this.words.get(index);
  }

  refuse(error: u32, a: u64, b: u64, c: u64): bool {
    this.error = error;
    this.details.set(0, a);
    this.details.set(1, b);
    this.details.set(2, c);
    return false;
  }

  /** Pages that so many bytes take. */
  pagesIn(bytes: u64): u64 {
    const mask = ((<u64>1) << this.pageShift) - 1;
    return (bytes >> this.pageShift) + u64((bytes & mask) != 0);
  }

  addressOf(page: Vpn): u64 {
    return page << this.pageShift;
  }

  isAligned(address: u64): bool {
    const size = (<u64>1) << this.pageShift;
    return (address & (size - 1)) == 0 || this.refuse(OPERROR_BAD_ALIGNMENT, address, size, 0);
  }

  /** Sets `start` and `end` to the pages of the bytes at an address. */
  range(address: u64, length: u64): bool {
    if (!this.isAligned(address)) return false;
    const last = address + length - 1;
    if (length == 0 || last < address || (address ^ last) >> 63 != 0 || !this.isValid(address) || !this.isValid(last)) {
      return this.refuse(OPERROR_BAD_RANGE, address, length, 0);
    }
    this.start = address >> this.pageShift;
    this.end = this.start + this.pagesIn(length);
    return true;
  }

  isValid(address: u64): bool {
    return address + this.bias < this.span;
  }

  /**
   * Sees to it that every page of the range is in a region, and that regions begin and end where the range does. Memory that no operation mapped
   * becomes a region for that, or is refused where everything must be mapped.
   */
  cover(process: Asid): bool {
    const regions = this.kernel.regions;
    if (!this.isMapped(process)) return false;
    if (this.dry) return true;
    for (let at = this.firstRegion(process); this.isIn(at); at = changetype<Region>(at).next) {
      changetype<Region>(at).flags &= ~REGION_FRESH;
    }
    for (let page = this.start; page < this.end; ) {
      const at = regions.from(process, page);
      const begins = at == 0 ? this.end : min<u64>(changetype<Region>(at).start, this.end);
      if (begins > page) {
        const region = regions.insert(process, page, begins);
        region.flags = REGION_READ | REGION_WRITE | REGION_EXEC | REGION_IMPLICIT | REGION_FRESH;
      }
      page = at == 0 ? this.end : changetype<Region>(at).end;
    }
    this.cutRegions(process);
    return true;
  }

  /** Whether every page of the range is in a region, where that is asked for; nothing is cut. */
  isMapped(process: Asid): bool {
    if (!this.strict || this.kernel.regions.covers(process, this.start, this.end)) return true;
    return this.refuse(OPERROR_NOTHING_MAPPED, this.addressOf(this.firstGap(process)), 0, 0);
  }

  private firstGap(process: Asid): Vpn {
    const regions = this.kernel.regions;
    let page = this.start;
    let at = regions.from(process, page);
    while (at != 0 && changetype<Region>(at).start <= page) {
      page = changetype<Region>(at).end;
      at = changetype<Region>(at).next;
    }
    return page;
  }

  /** Makes both ends of the range ends of regions. A large page does not reach from one region into the next (Linux: vma_adjust_trans_huge). */
  cutRegions(process: Asid): void {
    this.ranges.cutEnds(process, this.start, this.end);
    this.hasCutStart = this.cut(process, this.start);
    this.hasCutEnd = this.cut(process, this.end);
  }

  /** Takes back what `cutRegions` did, for an operation that failed after all. */
  joinRegions(process: Asid): void {
    if (this.hasCutEnd) this.join(process, this.end);
    if (this.hasCutStart) this.join(process, this.start);
  }

  /** Makes `page` the start of a region if it is inside of one: both parts map the object then. True if it was. */
  private cut(process: Asid, page: Vpn): bool {
    const kernel = this.kernel;
    if (!kernel.regions.split(process, page)) return false;
    const object = changetype<Region>(kernel.regions.find(process, page)).object;
    if (object != NONE) kernel.objects.get(object).attachments++;
    return true;
  }

  private join(process: Asid, page: Vpn): void {
    const kernel = this.kernel;
    const object = changetype<Region>(kernel.regions.find(process, page)).object;
    kernel.regions.join(process, page);
    if (object != NONE) kernel.objects.get(object).attachments--;
  }

  /** First region of the range, to be followed by `next` while `isIn`; 0: none. */
  firstRegion(process: Asid): usize {
    return this.kernel.regions.from(process, this.start);
  }

  isIn(region: usize): bool {
    return region != 0 && changetype<Region>(region).start < this.end;
  }

  /** Takes everything out of a range, pages and regions. */
  clear(process: Asid, start: Vpn, end: Vpn): void {
    const regions = this.kernel.regions;
    this.ranges.unmap(process, start, end);
    this.cut(process, start);
    this.cut(process, end);
    let at = regions.from(process, start);
    while (at != 0 && changetype<Region>(at).start < end) {
      const next = changetype<Region>(at).next;
      this.lifecycle.removeRegion(process, at);
      at = next;
    }
  }

  /** Whether the process has any page, in memory or swap, in a range. */
  hasPages(process: Asid, start: Vpn, end: Vpn): bool {
    return process != NONE && this.kernel.pages.next(process, start, end) != u64.MAX_VALUE;
  }
}
