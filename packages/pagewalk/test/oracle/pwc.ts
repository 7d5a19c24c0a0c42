/**
 * Page-walk caches: for each inner level of the table a fully associative LRU cache of the entries read there, found by the bits of the page
 * that led to the entry. A hit saves the references of its level and of all above. Intel SDM vol. 3A, "Caching Translation Information".
 */
import { bitsFrom, prefixOf, type TableShape } from './table.ts';
import { type CacheCounts, noCounts } from './tlb.ts';

interface Level {
  readonly entries: number;
  readonly counts: CacheCounts;
  /** `asid:prefix`, least recently used first. */
  keys: string[];
}

export class WalkCaches {
  readonly levels: Level[];
  private readonly shape: TableShape;

  constructor(shape: TableShape, entries: readonly number[]) {
    this.shape = shape;
    this.levels = Array.from({ length: shape.levels - 1 }, (_, level) => ({
      entries: entries[level] ?? 0,
      counts: noCounts(),
      keys: [],
    }));
  }

  /** Levels of the table that need not be read: one more than the deepest level that hits. */
  lookup(asid: number, page: bigint): number {
    for (const [level, cache] of [...this.levels.entries()].reverse()) {
      if (cache.entries === 0) continue;
      const key = this.keyOf(asid, page, level);
      if (cache.keys.includes(key)) {
        cache.counts.hits++;
        cache.keys = [...cache.keys.filter((other) => other !== key), key];
        return level + 1;
      }
      cache.counts.misses++;
    }
    return 0;
  }

  /** After a walk that skipped `skipped` levels and read the rest. */
  fill(asid: number, page: bigint, skipped: number): void {
    for (const [level, cache] of this.levels.entries()) {
      if (level < skipped || cache.entries === 0) continue;
      if (cache.keys.length === cache.entries) {
        cache.keys.shift();
        cache.counts.evictions++;
      }
      cache.keys.push(this.keyOf(asid, page, level));
      cache.counts.fills++;
    }
  }

  dropProcess(asid: number): void {
    for (const cache of this.levels) {
      const kept = cache.keys.filter((key) => !key.startsWith(`${asid}:`));
      cache.counts.invalidations += cache.keys.length - kept.length;
      cache.keys = kept;
    }
  }

  flush(): void {
    for (const cache of this.levels) cache.keys = [];
  }

  private keyOf(asid: number, page: bigint, level: number): string {
    return `${asid}:${prefixOf(this.shape, page, bitsFrom(this.shape, level + 1)).toString(16)}`;
  }
}
