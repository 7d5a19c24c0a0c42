/** What the values in a policy's row mean, in the words of the documentation and of `vmm policies`. */
import type { POLICY_FAMILIES, PolicyRow } from './row.ts';

export const FAMILY_WORDS: Readonly<Record<(typeof POLICY_FAMILIES)[number], { title: string; about: string }>> = {
  classic: { title: 'Classics', about: 'what every textbook has, the bound, and chance' },
  clock: { title: 'Clocks', about: 'a hand over the frames and the reference bit' },
  'working-set': { title: 'Working sets', about: 'what a process used lately stays, what it did not may go' },
  lists: { title: 'Several lists', about: 'pages move between queues or by weights, with fixed parameters' },
  adaptive: { title: 'Adaptive', about: 'evicted pages are remembered, and their return moves the borders' },
  modern: { title: 'Modern', about: 'cheap queues, and learning which policy to follow' },
  'write-aware': { title: 'Write-aware', about: 'a dirty page costs more than a clean one' },
  kernel: { title: 'Kernels', about: 'what operating systems run' },
};

export const OBSERVES_WORDS: Readonly<Record<PolicyRow['observes'], string>> = {
  'ref-bit': 'the reference bit that hardware sets; a touch itself it does not see',
  'every-access': 'every touch, which no kernel sees',
  'faults-only': 'loads and evictions, no touch in between',
};

/** Touching again the page that was touched last … */
export const REPEATS_WORDS: Readonly<Record<PolicyRow['repeats'], string>> = {
  never: 'changes nothing',
  once: 'counts once after the page was loaded, and not again',
  always: 'counts each time',
};

export const TRAIT_WORDS = {
  inclusion:
    'a stack algorithm: what is resident with k frames is resident with k + 1, so more memory never means more faults',
  future: 'needs to know when each page is used next, so the whole trace beforehand',
  releases: 'gives pages back before memory is full',
  writes: 'has dirty pages written before it takes them',
  ghosts: 'remembers pages that are gone (ghosts)',
} as const satisfies Readonly<Partial<Record<keyof PolicyRow, string>>>;
