/**
 * The prefetchers. One row and one file (`assembly/prefetch/<id>.ts`, exporting `className`) are a prefetcher. A row's place + 1 is its
 * number in the configuration block, where 0 is none; parameters are passed in the order of their rows.
 *
 * `maps`: wanted pages are mapped at once, with the accessed bit clear; else they are read into the page cache or the swap cache, and the
 * first touch of one is a minor fault.
 */
import type { PolicyParameter } from './policies.ts';

export interface PrefetcherRow {
  readonly id: string;
  readonly className: string;
  readonly maps: boolean;
  readonly params: readonly PolicyParameter[];
  readonly summary: string;
  readonly source: string;
}

export const PREFETCHERS = [
  {
    id: 'next',
    className: 'Next',
    maps: true,
    params: [
      { name: 'distance', default: 4, min: 1, max: 64, meaning: 'pages prefetched at a time' },
      {
        name: 'trigger',
        default: 2,
        min: 1,
        max: 64,
        meaning: 'faults in sequence that start it; 1 prefetches at every fault',
      },
    ],
    summary: 'the pages behind the one that faults, when the last faults of the process were in sequence',
    source: 'Smith 1978, doi 10.1109/C-M.1978.218016',
  },
  {
    id: 'stride',
    className: 'Stride',
    maps: true,
    params: [
      { name: 'distance', default: 4, min: 1, max: 64, meaning: 'strides kept prefetched ahead of the demand' },
      { name: 'streams', default: 8, min: 1, max: 16, meaning: 'streams told apart in a process' },
      {
        name: 'confidence',
        default: 2,
        min: 1,
        max: 16,
        meaning: 'equal distances in a row before a stream prefetches',
      },
    ],
    summary: 'streams of equal distances, forwards or backwards, several per process',
    source: 'Baer, Chen 1991, doi 10.1145/125826.125932',
  },
  {
    id: 'readahead',
    className: 'Readahead',
    maps: false,
    params: [
      { name: 'pages', default: 32, min: 0, max: 1024, meaning: 'largest window of a file; 0 reads no file ahead' },
      {
        name: 'cluster',
        default: 3,
        min: 0,
        max: 6,
        meaning: 'log2 of the aligned cluster of slots that a swap-in reads',
      },
      {
        name: 'request',
        default: 1,
        min: 1,
        max: 1024,
        meaning: 'pages that sequential advice asks for at a time; a whole window: as Linux in a mapping',
      },
    ],
    summary: 'Linux: read-around and growing windows in mapped files, clusters in swap',
    source: 'Wu, Xi, Xu 2008, doi 10.1145/1400097.1400106; mm/readahead.c, mm/filemap.c',
  },
  {
    id: 'markov',
    className: 'Markov',
    maps: true,
    params: [
      { name: 'successors', default: 2, min: 1, max: 8, meaning: 'pages remembered behind a page' },
      { name: 'entries', default: 4096, min: 16, max: 1_048_576, meaning: 'pages whose successors are remembered' },
    ],
    summary: 'the pages that were demanded next the last times that this page was demanded',
    source: 'Joseph, Grunwald 1997, doi 10.1145/264107.264207',
  },
] as const satisfies readonly PrefetcherRow[];

export type PrefetcherId = (typeof PREFETCHERS)[number]['id'];
