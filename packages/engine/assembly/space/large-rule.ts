import { Column } from '../ds/column';
import { CFG_LARGE_PAGES, CFG_PAGE_SHIFT, CFG_VSPACE } from '../gen/config';
import { RadixShape } from '../pagetable/radix';
import { Asid, NONE64, Vpn } from '../types';
import { PageMap, pagesOf } from './page-map';
import { REGION_1G, REGION_2M, REGION_WANTS_LARGE, REGION_WANTS_SMALL, Region, Regions } from './regions';

/** Values of CFG_LARGE_PAGES. */
export const LARGE_NEVER: u32 = 0;
export const LARGE_MADVISE: u32 = 1;
export const LARGE_ALWAYS: u32 = 2;
export const LARGE_KHUGEPAGED: u32 = 3;
export const LARGE_RESERVE: u32 = 4;

/** log2 of 4096: 2 MiB and 1 GiB are large pages of these. */
const BASE_SHIFT: u64 = 12;

/**
 * Where large pages may be. A large page is private anonymous memory, starts at a multiple of its size, and lies in one region, or outside of
 * all. Linux: thp_vma_allowable_order; the classes beyond 2 MiB that it has today are left out.
 */
export class LargeRule {
  mode: u32;
  private pages: PageMap;
  private regions: Regions;
  /** Largest class that the page tables have leaves for. */
  private mostClass: u32;
  /** Pages of an address space that starts at 0; 0: canonical. */
  private span: u64;

  constructor(config: Column<u64>, pages: PageMap, regions: Regions) {
    this.mode = <u32>config.get(CFG_LARGE_PAGES);
    this.pages = pages;
    this.regions = regions;
    const shift = config.get(CFG_PAGE_SHIFT);
    this.mostClass = shift == BASE_SHIFT ? classesOf(pages.shape) : 0;
    this.span = config.get(CFG_VSPACE) >> shift;
  }

  /** First page of the page of class `k` that would hold `page`. */
  baseOf(page: Vpn, k: u32): Vpn {
    return page & ~(pagesOf(k) - 1);
  }

  /** Class of the large page that a fault in a region (0: implicit memory) makes at once, or 0. */
  classAtFault(region: usize): u32 {
    if (region != 0) {
      const r = changetype<Region>(region);
      if (r.has(REGION_1G)) return 2;
      if (r.has(REGION_2M)) return 1;
    }
    if (this.mode == LARGE_ALWAYS) return u32(this.allows(region));
    return u32(this.mode == LARGE_MADVISE && region != 0 && changetype<Region>(region).has(REGION_WANTS_LARGE));
  }

  /** Whether pages of a region may become large ones later. */
  allows(region: usize): bool {
    return region == 0 || !changetype<Region>(region).has(REGION_WANTS_SMALL);
  }

  /** Whether the whole page of class `k` from `base` on is valid and in this region. */
  fits(process: Asid, region: usize, base: Vpn, k: u32): bool {
    if (k > this.mostClass) return false;
    const end = base + pagesOf(k);
    if (this.span != 0 && end > this.span) return false;
    if (region == 0) return !this.regions.overlaps(process, base, end);
    const r = changetype<Region>(region);
    return base >= r.start && end <= r.end;
  }

  /** Whether nothing is mapped or in swap there. */
  isEmpty(process: Asid, base: Vpn, k: u32): bool {
    return this.pages.next(process, base, base + pagesOf(k)) == NONE64;
  }
}

/** How many of the last levels have tables of 512 entries, so that an entry above them covers a large page; at most 2. */
function classesOf(shape: RadixShape): u32 {
  let k: u32 = 0;
  while (k < 2 && k + 1 < shape.steps) {
    const step = shape.steps - 1 - k;
    if (shape.mask.get(step) + 1 != pagesOf(1) || shape.opens.get(step) == 0) break;
    k++;
  }
  return k;
}
