/**
 * The designs of page table. The place of a row is its number in the configuration block; every design but `radix` is a file of
 * `assembly/pagetable/hardware`. All of them give the same translations.
 */
export interface PageTableRow {
  readonly id: string;
  readonly name: string;
  readonly meaning: string;
  readonly source: string;
}

export const PAGE_TABLES = [
  {
    id: 'radix',
    name: 'radix tree',
    meaning: 'a tree of tables per process, followed level by level from its root',
    source: 'Intel SDM vol. 3A, 4',
  },
  {
    id: 'hashed',
    name: 'hashed, chained',
    meaning: 'one table for all processes: 24 bytes a mapping, in chains that begin at 8-byte anchors',
    source: 'Huck, Hays, ISCA 1993',
  },
  {
    id: 'hashed_open',
    name: 'hashed, open addressing',
    meaning: 'one table for all processes: 16 bytes an entry, found by linear probing',
    source: 'Yaniv, Tsafrir, Hash, don’t cache (the page table), SIGMETRICS 2016',
  },
  {
    id: 'clustered',
    name: 'clustered',
    meaning: 'a hashed table with one tag for 16 neighbouring pages: 144 bytes a node',
    source: 'Talluri, Hill, Khalidi 1995, doi 10.1145/224056.224071',
  },
  {
    id: 'inverted',
    name: 'inverted',
    meaning:
      'one entry of 16 bytes a frame, found through 4-byte hash anchors; further mappings of a frame are alias nodes',
    source: 'Chang, Mergen, 801 storage, ACM TOCS 6(1), 1988',
  },
] as const satisfies readonly PageTableRow[];

export type PageTableId = (typeof PAGE_TABLES)[number]['id'];

/** How a key becomes a bucket; the place of a name is its number in the configuration block. */
export const TABLE_HASHES = [
  { name: 'multiplicative', meaning: 'the upper half of process, size and page times 2^64/φ, scaled to the buckets' },
  { name: 'modulo', meaning: 'the page number mod the buckets; pages of several processes collide' },
] as const;

export type TableHash = (typeof TABLE_HASHES)[number]['name'];

/** Lookups that read this many entries or more are counted together. */
export const MOST_PROBES = 15;

/** What a hashed, clustered or inverted table knows of itself, in the order of the block `tableStats()`. */
export const TABLE_STATS = [
  { name: 'lookups', meaning: 'searches by walks: one for each page size in use until the page is found' },
  { name: 'probes', meaning: 'entries that they read' },
  { name: 'probes_max', meaning: 'most entries read by one search' },
  { name: 'mappings', meaning: 'mappings held' },
  { name: 'nodes', meaning: 'records that hold them' },
  { name: 'buckets', meaning: 'anchors, or with open addressing entries' },
  { name: 'aliases', meaning: 'records of an inverted table that are further mappings of a frame' },
  { name: 'entry_bytes', meaning: 'bytes of the table without anchors and aliases' },
  { name: 'anchor_bytes', meaning: 'bytes of the anchors' },
  { name: 'alias_bytes', meaning: 'bytes of the aliases' },
  { name: 'bytes_peak', meaning: 'most bytes of all that at once' },
  { name: 'resizes', meaning: 'times that the table was doubled' },
  { name: 'moves', meaning: 'entries moved for that' },
  { name: 'replacements', meaning: 'mappings displaced by another one of the same frame (inverted without aliases)' },
  ...Array.from({ length: MOST_PROBES + 1 }, (_, n) => ({
    name: `probes_${n}` as const,
    meaning: n === MOST_PROBES ? `searches that read ${n} entries or more` : `searches that read ${n} entries`,
  })),
] as const;

export type TableStatName = (typeof TABLE_STATS)[number]['name'];
