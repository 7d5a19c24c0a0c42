/** The replacement policy and the prefetcher: choices among rows of the catalog. */
import { POLICIES, type PolicyId, type PolicyRow, PREFETCHERS, type PrefetcherId } from '@pagewalk/engine/catalog';
import { type Choice, type ChoiceRow, choiceText, choose, parseChoice, rowOf } from './choice.ts';
import type { Complaint } from './tlb.ts';

export type PolicyChoice = Choice<PolicyId>;

const POLICY_ROWS: readonly ChoiceRow<PolicyId>[] = POLICIES;

/** Whether a policy asks when pages are used next, so that a trace must be read to its end first. */
export const needsFuture = (id: string): boolean => {
  const rows: readonly PolicyRow[] = POLICIES;
  return rows.some((row) => row.id === id && row.future === true);
};

/** The row of a policy, by id or alias. */
export const policyRow = (name: string): (typeof POLICIES)[number] | undefined => rowOf(POLICIES, name);

export const parsePolicy = (text: string): PolicyChoice | Complaint[] => parseChoice(POLICY_ROWS, 'policy', text);

export const choosePolicy = (name: string, given: Readonly<Record<string, unknown>>): PolicyChoice | Complaint[] =>
  choose(POLICY_ROWS, 'policy', name, given);

/** The text that `parsePolicy` reads back, with every parameter. */
export const policyText = (choice: PolicyChoice): string => choiceText(choice);

export type PrefetchChoice = Choice<PrefetcherId | 'none'>;

/** The place of a row is its number in the configuration block. */
export const PREFETCH_ROWS: readonly ChoiceRow<PrefetcherId | 'none'>[] = [
  { id: 'none', aliases: ['off'], params: [] },
  ...PREFETCHERS,
];

export const parsePrefetch = (text: string): PrefetchChoice | Complaint[] =>
  parseChoice(PREFETCH_ROWS, 'prefetcher', text);

export const choosePrefetch = (name: string, given: Readonly<Record<string, unknown>>): PrefetchChoice | Complaint[] =>
  choose(PREFETCH_ROWS, 'prefetcher', name, given);
