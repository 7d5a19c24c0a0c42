/** One row per generator: names, words for help and docs, defaults and limits of the parameters. */

export interface GeneratorParameter {
  readonly name: string;
  readonly summary: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Any number, not only whole ones. */
  readonly fraction?: boolean;
}

export interface GeneratorRow {
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly GeneratorParameter[];
}

const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const MAX_PAGES = 2 ** 45;

/** Patterns of addresses, in the order of trace.wasm. */
export const PATTERNS: readonly GeneratorRow[] = [
  {
    name: 'sequential',
    summary: 'page after page through the whole address space, then from its start again',
    parameters: [],
  },
  { name: 'random', summary: 'every page equally likely', parameters: [] },
  {
    name: 'working_set',
    summary: '95 % of the accesses fall into a set of neighbouring pages that moves to another place from time to time',
    parameters: [
      { name: 'hot_pages', summary: 'pages of the set', default: 256, min: 1, max: MAX_PAGES },
      {
        name: 'phase',
        summary: 'accesses of a process after which its set moves',
        default: 10_000,
        min: 1,
        max: MAX_COUNT,
      },
    ],
  },
  {
    name: 'locality',
    summary: '90 % of the accesses lie near the one before, the others jump anywhere',
    parameters: [{ name: 'reach', summary: 'bytes that count as near', default: 4096, min: 0, max: 2 ** 40 }],
  },
  {
    name: 'thrashing',
    summary: 'round and round over more pages than fit, one access each',
    parameters: [
      {
        name: 'cycle_pages',
        summary: 'pages of a round (the default is twice the default memory)',
        default: 32_768,
        min: 1,
        max: MAX_PAGES,
      },
    ],
  },
  {
    name: 'zipf',
    summary: 'few pages take most accesses: the page of rank k with probability proportional to 1/k^exponent',
    parameters: [{ name: 'exponent', summary: 'the exponent', default: 1, min: 0.01, max: 10, fraction: true }],
  },
  {
    name: 'loop',
    summary: 'again and again through an array, 64 bytes on at each access',
    parameters: [{ name: 'loop_pages', summary: 'pages of the array', default: 1024, min: 1, max: MAX_PAGES }],
  },
];

const MAX_SCENARIO_PAGES = 2 ** 20;

/** Programs that ask the operating system for something; each is a file in `scenarios/`. */
export const SCENARIOS: readonly GeneratorRow[] = [
  {
    name: 'fork_server',
    summary: 'a server forks a child for each request; children read its memory, write some of it and exit',
    parameters: [
      { name: 'children', summary: 'forks', default: 32, min: 1, max: 32_000 },
      { name: 'heap_pages', summary: 'pages of the server', default: 512, min: 1, max: MAX_SCENARIO_PAGES },
      {
        name: 'dirty_pages',
        summary: 'pages of these that a child writes',
        default: 16,
        min: 1,
        max: MAX_SCENARIO_PAGES,
      },
    ],
  },
  {
    name: 'shared_memory',
    summary: 'one process fills a shared buffer, the others read it at addresses of their own',
    parameters: [
      { name: 'buffer_pages', summary: 'pages of the buffer', default: 256, min: 1, max: MAX_SCENARIO_PAGES },
    ],
  },
  {
    name: 'file_scan',
    summary: 'scans of a mapped file between lookups and updates in another one, with msync now and then',
    parameters: [
      { name: 'file_pages', summary: 'pages of the file', default: 2048, min: 1, max: MAX_SCENARIO_PAGES },
      { name: 'table_pages', summary: 'pages of the other', default: 256, min: 1, max: MAX_SCENARIO_PAGES },
      { name: 'sync', summary: 'accesses between two msyncs', default: 1000, min: 1, max: MAX_COUNT },
    ],
  },
  {
    name: 'operations',
    summary: 'random operations of all kinds, all of them legal, between random accesses to what is mapped',
    parameters: [
      { name: 'every', summary: 'accesses between two operations', default: 20, min: 1, max: MAX_COUNT },
      { name: 'region_pages', summary: 'pages of the largest mapping', default: 64, min: 2, max: 512 },
    ],
  },
];

export const GENERATORS: readonly GeneratorRow[] = [...PATTERNS, ...SCENARIOS];

/** @throws RangeError naming the generators there are. */
export function generatorOf(name: string): GeneratorRow {
  const row = GENERATORS.find((candidate) => candidate.name === name);
  if (row === undefined) {
    throw new RangeError(`unknown generator '${name}': expected ${GENERATORS.map((each) => each.name).join(', ')}`);
  }
  return row;
}
