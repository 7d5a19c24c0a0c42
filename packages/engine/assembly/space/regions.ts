import { Column, column } from '../ds/column';
import { Pool } from '../ds/pool';
import { TableArena } from '../pagetable/table-arena';
import { Asid, NONE, Vpn } from '../types';

/** Bits of `Region.flags`; the lower ones are those of the operation mmap. */
export const REGION_READ: u32 = 1;
export const REGION_WRITE: u32 = 2;
export const REGION_EXEC: u32 = 4;
export const REGION_RIGHTS: u32 = 7;
export const REGION_SHARED: u32 = 8;
/** Explicit large pages. */
export const REGION_2M: u32 = 16;
export const REGION_1G: u32 = 32;
export const REGION_FILE: u32 = 64;
export const REGION_SHM: u32 = 128;
export const REGION_LOCKED: u32 = 256;
export const REGION_WANTS_LARGE: u32 = 512;
export const REGION_WANTS_SMALL: u32 = 1024;
export const REGION_SEQUENTIAL: u32 = 2048;
export const REGION_RANDOM: u32 = 4096;
/** Private, and holds or held a page of its own. */
export const REGION_HAS_ANON: u32 = 8192;
/** Made of memory that no operation mapped. */
export const REGION_IMPLICIT: u32 = 16_384;
export const REGION_HEAP: u32 = 32_768;
/** Made by shm_attach. */
export const REGION_ATTACHED: u32 = 65_536;
/** May never be made writable: attached without the right. */
export const REGION_NEVER_WRITE: u32 = 131_072;
/** Made of memory without a region by the operation under way, or by the last one there. */
export const REGION_FRESH: u32 = 524_288;
/** Being locked by the mlock under way. */
export const REGION_LOCKING: u32 = 262_144;

/** A stretch of an address space with one backing, one set of rights and one policy (Linux: a VMA). */
export class Region {
  /** First page, and the one behind the last. */
  start: Vpn;
  end: Vpn;
  /** Page of the object at `start`; of anonymous memory, pages from where it was mapped first. */
  offset: u64;
  /** Nodes of its NUMA policy. */
  mask: u64;
  /** The next region of the process, by address; 0 after the last. */
  next: usize;
  /** The file or shared memory object, NONE for anonymous memory. */
  object: u32;
  flags: u32;
  /** Place in MEMORY_MODES; 0: the policy of the process. */
  mode: u32;

  get isPrivate(): bool {
    return (this.flags & REGION_SHARED) == 0;
  }

  has(flag: u32): bool {
    return (this.flags & flag) != 0;
  }

  indexOf(page: Vpn): u64 {
    return this.offset + (page - this.start);
  }
}

const REGION_BYTES: u32 = 56;

/** The regions of every process: a list by address each. */
export class Regions {
  private heads: Column<usize>;
  private pool: Pool;
  /** What `find` found last, and for whom. */
  private hintProcess: Asid = NONE;
  private hint: usize = 0;

  constructor(processes: u32, arena: TableArena) {
    this.heads = column<usize>(processes);
    this.pool = new Pool(arena, REGION_BYTES);
  }

  /** First region of a process; 0: none. */
  first(process: Asid): usize {
    return this.heads.get(process);
  }

  /** The region that holds a page, or 0. */
  find(process: Asid, page: Vpn): usize {
    if (this.hintProcess == process) {
      const hint = changetype<Region>(this.hint);
      if (page >= hint.start && page < hint.end) return this.hint;
    }
    const at = this.from(process, page);
    if (at == 0 || page < changetype<Region>(at).start) return 0;
    this.hintProcess = process;
    this.hint = at;
    return at;
  }

  /** The first region that ends behind `page`, or 0. A process that does not exist (NONE) has none. */
  from(process: Asid, page: Vpn): usize {
    if (process == NONE) return 0;
    let at = this.heads.get(process);
    while (at != 0 && changetype<Region>(at).end <= page) at = changetype<Region>(at).next;
    return at;
  }

  overlaps(process: Asid, start: Vpn, end: Vpn): bool {
    const at = this.from(process, start);
    return at != 0 && changetype<Region>(at).start < end;
  }

  /** Whether every page of the range is in a region. */
  covers(process: Asid, start: Vpn, end: Vpn): bool {
    let page = start;
    for (let at = this.from(process, start); at != 0 && page < end; at = changetype<Region>(at).next) {
      if (changetype<Region>(at).start > page) return false;
      page = changetype<Region>(at).end;
    }
    return page >= end;
  }

  /** A new region in a hole; the caller fills in the rest. */
  insert(process: Asid, start: Vpn, end: Vpn): Region {
    const at = this.pool.take();
    const region = changetype<Region>(at);
    region.start = start;
    region.end = end;
    region.object = NONE;
    let before: usize = 0;
    let after = this.heads.get(process);
    while (after != 0 && changetype<Region>(after).start < start) {
      before = after;
      after = changetype<Region>(after).next;
    }
    region.next = after;
    if (before == 0) this.heads.set(process, at);
    else changetype<Region>(before).next = at;
    return region;
  }

  /** Makes `page` the start of a region if it is inside of one; true if it split one. */
  split(process: Asid, page: Vpn): bool {
    const at = this.find(process, page);
    if (at == 0) return false;
    const lower = changetype<Region>(at);
    if (lower.start == page) return false;
    const upperAt = this.pool.take();
    const upper = changetype<Region>(upperAt);
    memory.copy(upperAt, at, REGION_BYTES);
    upper.start = page;
    upper.offset = lower.indexOf(page);
    lower.end = page;
    lower.next = upperAt;
    this.forget();
    return true;
  }

  /** Takes a split at `page` back; what the parts have become since, but for pages of their own, is the same. */
  join(process: Asid, page: Vpn): void {
    const at = this.find(process, page);
    const lower = changetype<Region>(this.find(process, page - 1));
    const upper = changetype<Region>(at);
    lower.end = upper.end;
    lower.flags |= upper.flags & REGION_HAS_ANON;
    this.remove(process, at);
  }

  remove(process: Asid, region: usize): void {
    const after = changetype<Region>(region).next;
    let at = this.heads.get(process);
    if (at == region) this.heads.set(process, after);
    else {
      while (changetype<Region>(at).next != region) at = changetype<Region>(at).next;
      changetype<Region>(at).next = after;
    }
    this.forget();
    this.pool.give(region);
  }

  /** To be called when the bounds of a region change. */
  forget(): void {
    this.hintProcess = NONE;
  }
}
