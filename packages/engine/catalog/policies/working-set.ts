import { TAU } from './parameters.ts';
import type { PolicyRow } from './row.ts';

export const WORKING_SET_POLICIES = [
  {
    id: 'ws',
    className: 'Ws',
    aliases: ['working_set'],
    family: 'working-set',
    observes: 'every-access',
    repeats: 'always',
    params: [
      TAU,
      {
        name: 'global',
        default: 0,
        min: 0,
        max: 1,
        meaning: '0: the window is in references of the process; 1: of all processes',
      },
    ],
    summary: 'keeps the pages that a process used within its last tau references, and gives back all others',
    source: 'Denning 1968, The working set model for program behavior, doi 10.1145/363095.363141',
    departs:
      'No load control: when memory is full the least recently used page goes. A shared page is in the set of its last user.',
    kernel: 'none: the age of every page at every reference; kernels sample reference bits, as WSClock does',
    releases: true,
  },
  {
    id: 'pff',
    className: 'Pff',
    aliases: ['page_fault_frequency'],
    family: 'working-set',
    observes: 'every-access',
    repeats: 'always',
    params: [
      {
        name: 'interval',
        default: 10_000,
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
        meaning: 'references of a process between two faults above which it has too much memory',
      },
    ],
    summary: 'gives a process a frame with each fault, and takes what it did not use when its faults are far apart',
    source: 'Chu, Opderbeck 1972, The page fault frequency replacement algorithm, doi 10.1145/1479992.1480077',
    departs:
      'Pages are given back behind the load, not before it. When memory is full the least recently used page goes.',
    kernel:
      'any kernel: a reference bit that each fault clears would do; the order of use spares the walk over the bits',
    releases: true,
  },
  {
    id: 'vmin',
    className: 'Vmin',
    aliases: [],
    family: 'working-set',
    observes: 'every-access',
    repeats: 'always',
    params: [{ ...TAU, meaning: 'touches within which a page must be used again to stay' }],
    summary:
      'gives a page back at once unless it is used again within tau: least memory for the faults of the working set',
    source: 'Prieve, Fabry 1976, VMIN, doi 10.1145/360051.360231',
    departs: 'The window is in touches of all processes. When memory is full the page used again last goes.',
    kernel: 'none: it needs the future',
    future: true,
    releases: true,
  },
] as const satisfies readonly PolicyRow[];
