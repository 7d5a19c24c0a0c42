import type { PolicyParameter, PolicyRow } from './row.ts';

const GHOST_PERCENT: PolicyParameter = {
  name: 'ghost_percent',
  default: 100,
  min: 0,
  max: 1000,
  meaning: 'remembered pages, in percent of the pages that the main queue is meant to hold',
};

const MAX: PolicyParameter = {
  name: 'max',
  default: 3,
  min: 1,
  max: 255,
  meaning: 'most uses that are counted: how often a page may go round in the main queue',
};

const historyPercent = (percent: number): PolicyParameter => ({
  name: 'history_percent',
  default: percent,
  min: 1,
  max: 1000,
  meaning: 'pages that each of the two histories remembers, in percent of the frames',
});

export const MODERN_POLICIES = [
  {
    id: 'sieve',
    className: 'Sieve',
    aliases: [],
    family: 'modern',
    observes: 'ref-bit',
    repeats: 'once',
    params: [],
    summary:
      'a hand passes over a queue from old to new, clears ref bits and evicts the first page without one; survivors stay where they are',
    source: 'Zhang, Yang, Yue, Vigfusson, Rashmi, NSDI 2024, SIEVE is Simpler than LRU',
    departs: '',
    kernel: 'any kernel could: the visited bit is the reference bit, cleared when the page is loaded; none is known to',
  },
  {
    id: 's3_fifo',
    className: 'S3Fifo',
    aliases: ['s3fifo'],
    family: 'modern',
    observes: 'every-access',
    repeats: 'always',
    params: [
      {
        name: 'small_percent',
        default: 10,
        min: 1,
        max: 99,
        meaning: 'share of the frames that the small queue is meant to have; at least one frame',
      },
      GHOST_PERCENT,
      MAX,
      {
        name: 'threshold',
        default: 2,
        min: 1,
        max: 255,
        meaning: 'uses after the load that take a page from the small queue to the main one',
      },
    ],
    summary:
      'new pages pass a small FIFO queue; those used in it, and those that come back soon, go to a main one where use buys another round',
    source: 'Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023, doi 10.1145/3600006.3613147',
    departs:
      'Frames are never free while a page must go: the size of the small queue is a target, exceeded while memory fills.',
    kernel:
      'accesses by read and write could be counted, as cache_ext (SOSP 2025) does for the page cache; those of mapped pages cannot',
    ghosts: true,
  },
  {
    id: 'qd_lp_fifo',
    className: 'QdLpFifo',
    aliases: ['qdlp'],
    family: 'modern',
    observes: 'every-access',
    repeats: 'always',
    params: [
      {
        name: 'probation_percent',
        default: 10,
        min: 1,
        max: 99,
        meaning: 'share of the frames that pages on probation are meant to have; at least one frame',
      },
      GHOST_PERCENT,
      MAX,
    ],
    summary:
      'quick demotion and lazy promotion: a short FIFO queue that unused pages leave at once, before a CLOCK with two bits',
    source: 'Yang, Qiu, Zhang, Yue, Rashmi, HotOS 2023, doi 10.1145/3593856.3595887',
    departs: 'The shares of the two queues decide which of them gives up a page; while frames are free, neither does.',
    kernel: 'with max=1 one reference bit would do; with more, each access must be seen',
    ghosts: true,
  },
  {
    id: 'lecar',
    className: 'Lecar',
    aliases: [],
    family: 'modern',
    observes: 'every-access',
    repeats: 'always',
    params: [
      historyPercent(100),
      {
        name: 'learning_permille',
        default: 450,
        min: 0,
        max: 1000,
        meaning: 'learning rate λ, in thousandths',
      },
    ],
    summary: 'LRU and LFU propose, a weighted coin decides, and whose victim is missed soon loses weight',
    source: 'Vietri et al., HotStorage 2018, Driving Cache Replacement with ML-based LeCaR',
    departs:
      'Among pages of equal frequency the least recently used one goes; the exponential is a stated approximation.',
    kernel: 'none: it needs the order and the number of all accesses',
    ghosts: true,
  },
  {
    id: 'cacheus',
    className: 'Cacheus',
    aliases: [],
    family: 'modern',
    observes: 'every-access',
    repeats: 'always',
    params: [
      historyPercent(50),
      {
        name: 'scan_percent',
        default: 1,
        min: 1,
        max: 100,
        meaning: 'share of the frames that pages not yet used again have at first; at least one frame',
      },
    ],
    summary: 'LeCaR with a scan-resistant LRU, a churn-resistant LFU and a learning rate that adapts',
    source: 'Rodriguez et al., FAST 2021, Learning Cache Replacement with CACHEUS',
    departs:
      'Pages that are loaded while memory fills are treated like all others; the exponential is a stated approximation.',
    kernel: 'none: it needs the order and the number of all accesses',
    ghosts: true,
  },
] as const satisfies readonly PolicyRow[];
