import type { PolicyId } from '@pagewalk/engine/catalog';

export type Property =
  | 'its victims are resident and may be taken'
  | 'the same run twice is the same'
  | 'a run in pieces is the run in one'
  | 'it has no fewer faults than OPT'
  | 'a snapshot run on is the straight run'
  | 'it allocates nothing when it has been made'
  | 'folded or written out is the same'
  | 'in runs or one by one is the same'
  | 'verified or plain is the same'
  | 'watched or not is the same'
  | 'with regions or without is the same'
  | 'other names of pages change nothing'
  | 'other names of processes change nothing'
  | 'repeats change what its row says'
  | 'with more memory there is more in it'
  | 'it lives with operations in mid-run'
  | 'it lives with large pages and nodes';

/** What a policy cannot keep by its nature, and why. */
export const EXCEPTIONS: Partial<Record<Property, Partial<Record<PolicyId, string>>>> = {
  'other names of pages change nothing': {
    w_tinylfu: 'its sketch counts pages by hashes of their numbers, so other numbers collide otherwise',
  },
};
