/** A process: its regions, and for each page that it has touched where the page is. */
import type { Entry, MemoryObject } from './memory.ts';
import { anonymous, EXECUTE, indexOf, type Range, READ, type Region, Regions, WRITE } from './region.ts';

export class Process {
  readonly pid: number;
  readonly regions = new Regions();
  pages = new Map<number, Entry>();
  alive = true;
  /** Pages of the heap, once the process has said where it begins. */
  heap: Range | null = null;

  constructor(pid: number) {
    this.pid = pid;
  }

  /** Without strict regions, memory that nobody asked for is there all the same. */
  regionAt(page: number, strict: boolean): Region | undefined {
    const region = this.regions.at(page);
    if (region !== undefined || strict) return region;
    return { ...anonymous({ start: page, end: page + 1 }, READ | WRITE | EXECUTE), implicit: true };
  }

  pagesIn({ start, end }: Range): [page: number, entry: Entry][] {
    return [...this.pages].filter(([page]) => start <= page && page < end).sort(([a], [b]) => a - b);
  }

  /** Drops pages and regions. */
  unmap(range: Range): void {
    this.forget(range);
    this.regions.remove(range);
  }

  forget(range: Range): void {
    for (const [page] of this.pagesIn(range)) this.pages.delete(page);
  }

  /** The object page that a page of the process shows if it has no copy of its own. */
  objectPage(page: number): { object: MemoryObject; index: number } | null {
    const region = this.regions.at(page);
    if (region === undefined || region.object === null) return null;
    return { object: region.object, index: indexOf(region, page) };
  }
}
