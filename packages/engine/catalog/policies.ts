/**
 * The replacement policies. One row and one file (`assembly/policy/<id>.ts`, exporting `className`) are a policy: ids, the factory,
 * names on the command line, help, JSON Schema, documentation and the test matrix all follow from here.
 *
 * `observes` is what the policy may see, and so whether a kernel could run it:
 *   `ref-bit`       the reference bit that hardware sets; the policy itself is not called on a hit;
 *   `every-access`  `onHit` at each touch: no kernel can have this, only a simulator or a cache in software;
 *   `faults-only`   loads and evictions.
 * `repeats`: whether touching the page that was touched last changes anything (LFU counts it, OPT learns its new next use, LRU does not care).
 * Parameters are passed to the constructor in the order of their rows.
 */
export interface PolicyParameter {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

export interface PolicyRow {
  readonly id: string;
  readonly className: string;
  readonly aliases: readonly string[];
  readonly observes: 'ref-bit' | 'every-access' | 'faults-only';
  readonly repeats: boolean;
  readonly params: readonly PolicyParameter[];
  readonly summary: string;
  readonly source: string;
}

const TICK: PolicyParameter = {
  name: 'tick',
  default: 1000,
  min: 1,
  max: 4_294_967_295,
  meaning: 'touches between two timer ticks',
};

export const POLICIES = [
  {
    id: 'fifo',
    className: 'Fifo',
    aliases: [],
    observes: 'faults-only',
    repeats: false,
    params: [],
    summary: 'evicts the page that was loaded first',
    source: 'Belady, Nelson, Shedler 1969, doi 10.1145/363011.363155',
  },
  {
    id: 'lru',
    className: 'Lru',
    aliases: [],
    observes: 'every-access',
    repeats: false,
    params: [],
    summary: 'evicts the page that was not used for the longest time',
    source: 'Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078',
  },
  {
    id: 'clock',
    className: 'Clock',
    aliases: ['second_chance'],
    observes: 'ref-bit',
    repeats: false,
    params: [
      {
        name: 'bits',
        default: 1,
        min: 1,
        max: 8,
        meaning: 'passes of the hand that a page survives without a reference',
      },
      {
        name: 'ref_on_load',
        default: 1,
        min: 0,
        max: 1,
        meaning: 'whether the access that loads a page sets its ref bit; published CLOCKs differ in this',
      },
    ],
    summary: 'a hand passes over the frames, clears ref bits and evicts the first page it finds without one',
    source: 'Corbato 1968, A paging experiment with the Multics system',
  },
  {
    id: 'aging',
    className: 'Aging',
    aliases: ['approx_lru'],
    observes: 'ref-bit',
    repeats: false,
    params: [{ name: 'bits', default: 8, min: 1, max: 31, meaning: 'width of the age counter' }, TICK],
    summary: 'shifts each ref bit into an age counter at every tick and evicts the smallest age',
    source: 'Tanenbaum, Modern Operating Systems, "Simulating LRU in software"',
  },
  {
    id: 'nru',
    className: 'Nru',
    aliases: ['not_recently_used'],
    observes: 'ref-bit',
    repeats: false,
    params: [TICK],
    summary: 'clears ref bits at every tick and evicts from the lowest class of (referenced, dirty)',
    source: 'Tanenbaum, Modern Operating Systems, "Not recently used"',
  },
  {
    id: 'lfu',
    className: 'Lfu',
    aliases: [],
    observes: 'every-access',
    repeats: true,
    params: [],
    summary: 'evicts the page with the fewest uses since it was loaded, among equals the least recently used',
    source: 'Shah, Mitra, Matani 2010, An O(1) algorithm for implementing the LFU cache eviction scheme',
  },
  {
    id: 'mru',
    className: 'Mru',
    aliases: [],
    observes: 'every-access',
    repeats: false,
    params: [],
    summary: 'evicts the page that was used last',
    source: 'Chou, DeWitt 1985, doi 10.1007/BF01840450',
  },
  {
    id: 'random',
    className: 'Random',
    aliases: ['rand'],
    observes: 'faults-only',
    repeats: false,
    params: [],
    summary: 'evicts any page with equal probability, from a seeded generator',
    source: 'Belady 1966, doi 10.1147/sj.52.0078',
  },
  {
    id: 'opt',
    className: 'Opt',
    aliases: ['optimal', 'min', 'belady'],
    observes: 'every-access',
    repeats: true,
    params: [],
    summary: 'evicts the page whose next use is furthest away: needs the future, the bound for all others',
    source: 'Belady 1966, doi 10.1147/sj.52.0078',
  },
] as const satisfies readonly PolicyRow[];

export type PolicyId = (typeof POLICIES)[number]['id'];

/** Replacement inside the sets of a TLB or page-walk cache; the place of a name is its number in the configuration block. */
export const TLB_POLICIES = ['lru', 'fifo', 'random', 'plru'] as const;

export type TlbPolicy = (typeof TLB_POLICIES)[number];
