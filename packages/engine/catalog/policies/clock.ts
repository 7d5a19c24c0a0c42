import { TAU, TICK } from './parameters.ts';
import type { PolicyParameter, PolicyRow } from './row.ts';

const REF_ON_LOAD: PolicyParameter = {
  name: 'ref_on_load',
  default: 1,
  min: 0,
  max: 1,
  meaning: 'whether the access that loads a page sets its ref bit',
};

const WRITES: PolicyParameter = {
  name: 'writes',
  default: 32,
  min: 0,
  max: 4096,
  meaning: 'scheduled writes that may be unfinished at once; 0: none is scheduled',
};

export const CLOCK_POLICIES = [
  {
    id: 'enhanced_clock',
    className: 'EnhancedClock',
    aliases: ['enhanced_second_chance'],
    family: 'clock',
    observes: 'ref-bit',
    repeats: 'once',
    params: [REF_ON_LOAD, { ...WRITES, default: 0 }],
    summary: 'CLOCK that prefers, by ref and dirty bit, pages that need not be written',
    source: 'Goldman 1989, Mac VM Revealed, Byte 14 (12); Stallings, Operating Systems, "Clock policy"',
    departs: 'The writes of unreferenced dirty pages can be scheduled ahead; by default none is.',
    kernel:
      'any kernel: the reference and dirty bits are what hardware sets; the virtual memory of System 7 on the Macintosh',
    writes: true,
  },
  {
    id: 'gclock',
    className: 'Gclock',
    aliases: ['generalized_clock'],
    family: 'clock',
    observes: 'ref-bit',
    repeats: 'always',
    params: [
      { name: 'load', default: 2, min: 0, max: 255, meaning: 'weight of a page when it is loaded' },
      { name: 'hit', default: 2, min: 0, max: 255, meaning: 'weight that a use gives to a page' },
      { name: 'add', default: 0, min: 0, max: 1, meaning: '0: a use sets the weight; 1: each access adds it' },
      { name: 'max', default: 5, min: 0, max: 255, meaning: 'most that adding reaches' },
    ],
    summary: 'CLOCK with a counter for each page, which uses raise and the hand lowers',
    source: 'Smith 1978, Sequentiality and prefetching in database systems, doi 10.1145/320263.320276',
    departs:
      'Turns of the hand that cannot find a page are made in one. Adding weights, with a bound, is from later systems.',
    kernel:
      'any kernel by the reference bit (add=0); a database that sees every use of a buffer (add=1), as PostgreSQL does',
  },
  {
    id: 'nfu',
    className: 'Nfu',
    aliases: ['not_frequently_used'],
    family: 'clock',
    observes: 'ref-bit',
    repeats: 'always',
    params: [TICK],
    summary: 'adds each ref bit to a counter at every tick and evicts the smallest; forgets nothing',
    source: 'Tanenbaum, Modern Operating Systems, "Simulating LRU in software"',
    departs: 'Ties go to a page without a reference since the tick, then from a hand on.',
    kernel: 'any kernel with a timer that reads and clears reference bits',
  },
  {
    id: 'wsclock',
    className: 'Wsclock',
    aliases: ['ws_clock'],
    family: 'clock',
    observes: 'ref-bit',
    repeats: 'always',
    params: [
      { ...TAU, default: 1000 },
      {
        name: 'exact',
        default: 0,
        min: 0,
        max: 1,
        meaning: '0: a use is dated when the hand finds its ref bit; 1: when it happens',
      },
      REF_ON_LOAD,
      WRITES,
    ],
    summary:
      'a hand takes the first clean page outside of the working set of its process and has the dirty ones written',
    source: 'Carr, Hennessy 1981, WSClock, doi 10.1145/800216.806596',
    departs:
      "No load control: when all pages are in working sets, a clean one goes, else the one at the hand. The limit of writes is Tanenbaum's.",
    kernel: 'any kernel: reference and dirty bits, and how long each process has run; exact=1 none',
    writes: true,
  },
] as const satisfies readonly PolicyRow[];
