/** What a process has asked for: ranges of pages with one backing and one protection each. Ranges never overlap and are never merged. */
import type { Backing } from '@pagewalk/engine/catalog';
import type { MemoryObject } from './memory.ts';

export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

/** Pages start ≤ page < end. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export const pagesOf = ({ start, end }: Range): number[] =>
  Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);

export interface Region extends Range {
  readonly protection: number;
  readonly shared: boolean;
  /** Shared anonymous memory is an object without a name. */
  readonly backing: Backing;
  readonly object: MemoryObject | null;
  /** Page of the object at the start of the region. */
  readonly offset: number;
  readonly locked: boolean;
  /** Shared memory that was attached, not mapped, or a piece of that. */
  readonly attached: boolean;
  /** What the protection can be raised to: shared memory attached for reading is never written. */
  readonly most: number;
  /** Made by brk, which makes it longer instead of adding another. */
  readonly heap: boolean;
  /** Advice that is kept, in its two kinds, and the place of the policy of memory; empty and 0: none. */
  readonly order: string;
  readonly size: string;
  readonly policy: number;
  /** Base pages of the large pages that were asked for; 1 where none were. It is cut between them only. */
  readonly grain: number;
  /** Some page of it was copied once: fork then copies what is mapped, else the child finds it in the object. */
  readonly copied: boolean;
  /** Nobody asked for it: memory that was there, even if some operation has changed it since. */
  readonly implicit: boolean;
}

export function anonymous(range: Range, protection: number): Region {
  const { start, end } = range;
  return {
    start,
    end,
    protection,
    shared: false,
    backing: 'anon',
    object: null,
    offset: 0,
    locked: false,
    attached: false,
    most: READ | WRITE | EXECUTE,
    heap: false,
    grain: 1,
    order: '',
    size: '',
    policy: 0,
    copied: false,
    implicit: false,
  };
}

export class Regions {
  list: Region[] = [];

  at(page: number): Region | undefined {
    return this.list.find(({ start, end }) => start <= page && page < end);
  }

  within(range: Range): Region[] {
    return this.list.filter((region) => Math.max(region.start, range.start) < Math.min(region.end, range.end));
  }

  /** The ranges inside `range` that no region covers. */
  gaps(range: Range): Range[] {
    const gaps: Range[] = [];
    let start = range.start;
    for (const region of this.within(range)) {
      if (start < region.start) gaps.push({ start, end: region.start });
      start = region.end;
    }
    if (start < range.end) gaps.push({ start, end: range.end });
    return gaps;
  }

  add(...added: Region[]): void {
    this.list = [...this.list, ...added].sort((a, b) => a.start - b.start);
  }

  /** Cuts what is inside out of the list and returns it. */
  remove(range: Range): Region[] {
    const inside = this.within(range);
    this.list = this.list.filter((region) => !inside.includes(region));
    for (const region of inside) {
      if (region.start < range.start) this.add(part(region, region.start, range.start));
      if (region.end > range.end) this.add(part(region, range.end, region.end));
    }
    return inside.map((region) => part(region, Math.max(region.start, range.start), Math.min(region.end, range.end)));
  }

  /** Changes what is inside, and only that. */
  change(range: Range, change: Partial<Region>): void {
    this.add(...this.remove(range).map((region) => ({ ...region, ...change })));
  }

  /** Changes the whole region of a page. */
  changeAt(page: number, change: Partial<Region>): void {
    this.list = this.list.map((region) => (region === this.at(page) ? { ...region, ...change } : region));
  }
}

function part(region: Region, start: number, end: number): Region {
  return { ...region, start, end, offset: region.offset + (region.object === null ? 0 : start - region.start) };
}

/** The page of its object that a page of a region shows. */
export const indexOf = (region: Region, page: number): number => region.offset + page - region.start;
