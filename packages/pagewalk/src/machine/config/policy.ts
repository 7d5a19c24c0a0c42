/** The replacement policy and the prefetcher: choices among rows of the catalog. */
import { POLICIES, type PolicyId, type PolicyRow, PREFETCHERS, type PrefetcherId } from '@pagewalk/engine/catalog';
import { ownPolicy } from '../own/own-policy.ts';
import { OWN_TEXT } from '../own/own-text.ts';
import type { OwnRow } from '../own/row.ts';
import { type Choice, type ChoiceRow, choiceText, choose, parseChoice, rowOf } from './choice.ts';
import type { Complaint } from './tlb.ts';

/** `origin` is there if somebody brought the policy along. */
export interface PolicyChoice extends Choice<string> {
  readonly origin?: string;
}

const POLICY_ROWS: readonly ChoiceRow<PolicyId>[] = POLICIES;

/** Whether a policy asks when pages are used next, so that a trace must be read to its end first. */
export const needsFuture = (choice: PolicyChoice): boolean => rowOfChoice(choice)?.future === true;

/** What the catalog, or the file of a policy that somebody brought along, says of it. */
export function rowOfChoice({ id, origin }: PolicyChoice): OwnRow | PolicyRow | undefined {
  if (origin !== undefined) return ownPolicy(origin)?.row;
  const rows: readonly PolicyRow[] = POLICIES;
  return rows.find((row) => row.id === id);
}

/** The row of a policy, by id or alias. */
export const policyRow = (name: string): (typeof POLICIES)[number] | undefined => rowOf(POLICIES, name);

export function parsePolicy(text: string): PolicyChoice | Complaint[] {
  const [, name, origin, parameters] = OWN_TEXT.exec(text.trim()) ?? [];
  if (name === undefined || origin === undefined) return parseChoice(POLICY_ROWS, 'policy', text);
  return fromOrigin(name, origin, (rows) =>
    parseChoice(rows, 'policy', parameters === undefined ? name : `${name}:${parameters}`),
  );
}

export function choosePolicy(
  { id, origin }: { readonly id: string; readonly origin?: string | undefined },
  given: Readonly<Record<string, unknown>>,
): PolicyChoice | Complaint[] {
  if (origin === undefined) return choose(POLICY_ROWS, 'policy', id, given);
  return fromOrigin(id, origin, (rows) => choose(rows, 'policy', id, given));
}

function fromOrigin(
  id: string,
  origin: string,
  read: (rows: readonly ChoiceRow<string>[]) => Choice<string> | Complaint[],
): PolicyChoice | Complaint[] {
  const own = ownPolicy(origin);
  if (!own) {
    const remedy = `compile its file: compilePolicy({ source, file }), or --policy FILE`;
    return [{ reason: `the policy ${id} of ${origin} is not here`, remedy }];
  }
  const choice = read([own.row]);
  return Array.isArray(choice) ? choice : { ...choice, origin };
}

/** The name with every parameter; `parsePolicy` reads it back if the policy is of the catalog. */
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
