import type { PolicyParameter, PolicyRow } from './row.ts';

const WHOLE_STEPS: PolicyParameter = {
  name: 'whole_steps',
  default: 0,
  min: 0,
  max: 1,
  meaning:
    'whether a step of the target for T1 is rounded down to whole pages; the papers do not, programs with integers do',
};

const HIR_PERCENT: PolicyParameter = {
  name: 'hir_percent',
  default: 1,
  min: 1,
  max: 99,
  meaning: 'share of the frames for HIR pages; at least one frame',
};

const GHOSTS_PERCENT: PolicyParameter = {
  name: 'ghosts_percent',
  default: 300,
  min: 0,
  max: 1000,
  meaning: 'most HIR pages remembered that are not resident, per hundred frames; the paper has no bound',
};

const REPEATS: PolicyParameter = {
  name: 'repeats',
  default: 0,
  min: 0,
  max: 1,
  meaning: "whether a touch of the page that was touched last counts; in the authors' programs it does not",
};

export const ADAPTIVE_POLICIES = [
  {
    id: 'arc',
    className: 'Arc',
    aliases: [],
    family: 'adaptive',
    observes: 'every-access',
    repeats: 'once',
    byLastHit: true,
    params: [WHOLE_STEPS],
    summary:
      'keeps pages used once and pages used again in two lists and learns their sizes from faults on evicted pages',
    source: 'Megiddo, Modha 2003, ARC: a self-tuning, low overhead replacement cache, USENIX FAST',
    departs: '',
    kernel:
      'none for mapped pages: the order of all accesses is nowhere to be had; ZFS has it for file blocks, which are read by calls',
    ghosts: true,
  },
  {
    id: 'car',
    className: 'Car',
    aliases: [],
    family: 'adaptive',
    observes: 'ref-bit',
    repeats: 'once',
    params: [WHOLE_STEPS],
    summary: 'ARC with two clocks in the place of its lists',
    source: 'Bansal, Modha 2004, CAR: clock with adaptive replacement, USENIX FAST',
    departs: '',
    kernel: 'any kernel: it needs ref bits and a table of evicted pages',
    ghosts: true,
  },
  {
    id: 'cart',
    className: 'Cart',
    aliases: [],
    family: 'adaptive',
    observes: 'ref-bit',
    repeats: 'once',
    params: [WHOLE_STEPS],
    summary: 'CAR in which uses close together do not make a page a frequent one',
    source: 'Bansal, Modha 2004, CAR: clock with adaptive replacement, USENIX FAST',
    departs: '',
    kernel: 'any kernel: it needs ref bits and a table of evicted pages; Linux had it as a patch, never merged',
    ghosts: true,
  },
  {
    id: 'lirs',
    className: 'Lirs',
    aliases: [],
    family: 'adaptive',
    observes: 'every-access',
    repeats: 'always',
    params: [HIR_PERCENT, GHOSTS_PERCENT, REPEATS],
    summary: 'keeps pages whose last two uses lie close together, and gives the others a small share of the frames',
    source:
      'Jiang, Zhang 2002, LIRS: an efficient low inter-reference recency set replacement policy, doi 10.1145/511334.511340',
    departs: "the ghosts in the stack are bounded, and touches in a row count as one, as in the authors' program",
    kernel: 'none for mapped pages: the order of all accesses is nowhere to be had; CLOCK-Pro is its form for kernels',
    ghosts: true,
  },
  {
    id: 'lirs2',
    className: 'Lirs2',
    aliases: [],
    family: 'adaptive',
    observes: 'every-access',
    repeats: 'always',
    params: [HIR_PERCENT, GHOSTS_PERCENT, REPEATS],
    summary: 'LIRS by the sum of the last two reuse distances of a page',
    source: 'Zhong, Zhao, Jiang 2021, LIRS2: an improved LIRS replacement algorithm, doi 10.1145/3456727.3463772',
    departs:
      'the ghosts are bounded instead of the stack, and pages used once have one entry in the stack, which decides the same',
    kernel: 'none for mapped pages: the order of all accesses is nowhere to be had',
    ghosts: true,
  },
  {
    id: 'clock_pro',
    className: 'ClockPro',
    aliases: [],
    family: 'adaptive',
    observes: 'ref-bit',
    repeats: 'once',
    params: [
      {
        name: 'cold_percent',
        default: 1,
        min: 1,
        max: 99,
        meaning: 'share of the frames for cold pages at the start; it adapts',
      },
    ],
    summary:
      'LIRS with ref bits: a cold page used during its test period becomes hot, a hot page not used becomes cold',
    source:
      'Jiang, Chen, Zhang 2005, CLOCK-Pro: an effective improvement of the CLOCK replacement, USENIX Annual Technical Conference',
    departs: 'the circle is kept as a list that begins behind HAND_hot, so that the hands follow from its order',
    kernel: "any kernel: made for one, as a patch of Linux 2.4; Linux's refault distance is akin to its test period",
    ghosts: true,
  },
] as const satisfies readonly PolicyRow[];
