/**
 * Which policies are compared, as text: `all` for the whole catalog, `lru,clock:bits=2,ref_on_load=0,fifo` for some, `all,-mru` for all but some. A
 * part with `=` belongs to the policy before it.
 */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import {
  needsFuture,
  type PolicyChoice,
  parsePolicy,
  policyRow,
  policyText,
  rowOfChoice,
} from '../../machine/config/policy.ts';
import type { ConfigProblem } from '../../machine/config/problem.ts';

export interface ComparedPolicy {
  /** What it is called in the outcome: its id, with the parameters that are not the defaults. */
  readonly name: string;
  readonly choice: PolicyChoice;
}

const ROWS: readonly PolicyRow[] = POLICIES;

/** The policies in the order of the list; what is wrong with it goes to `problems`. */
export function parsePolicyList(text: string, problems: ConfigProblem[]): ComparedPolicy[] {
  const complain = (value: string, reason: string, remedy: string): void => {
    problems.push({ path: 'policies', value, reason, remedy });
  };
  let policies: ComparedPolicy[] = [];
  for (const part of partsOf(text)) {
    if (part === '') complain(text, 'a name is missing', 'give names with a comma between them');
    else if (part === 'all') policies.push(...ROWS.map(({ id }) => policyNamed(id)));
    else if (part.startsWith('-')) {
      const id = policyRow(part.slice(1))?.id;
      const rest = policies.filter(({ choice }) => choice.id !== id);
      if (rest.length === policies.length)
        complain(part, 'it is not there', 'leave out what was named before, as in all,-mru');
      policies = rest;
    } else {
      const choice = parsePolicy(part);
      if (!Array.isArray(choice)) policies.push({ name: nameOf(choice), choice });
      else for (const { reason, remedy } of choice) complain(part, reason, remedy);
    }
  }
  const names = policies.map(({ name }) => name);
  for (const name of new Set(names.filter((each, at) => names.indexOf(each) !== at))) {
    complain(name, 'given twice', 'give it once');
  }
  if (problems.length === 0 && policies.length === 0) complain(text, 'no policy is left', 'give at least one');
  return policies;
}

/** A policy with its defaults. */
export function policyNamed(id: string): ComparedPolicy {
  const choice = parsePolicy(id);
  if (Array.isArray(choice)) throw new RangeError(`no policy ${id}`);
  return { name: nameOf(choice), choice };
}

/** Whether the policy has to know when pages are used next. */
export const knowsFuture = ({ choice }: ComparedPolicy): boolean => needsFuture(choice);

/** `clock:bits=2`, `ref_on_load=0` and `fifo` of `clock:bits=2,ref_on_load=0,fifo`: the second belongs to the first. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(',').map((each) => each.trim())) {
    const last = parts.at(-1);
    const continues = last?.includes(':') && piece.includes('=') && !piece.includes(':');
    if (continues) parts[parts.length - 1] = `${last},${piece}`;
    else parts.push(piece);
  }
  return parts;
}

function nameOf(choice: PolicyChoice): string {
  const row = rowOfChoice(choice);
  const changed = (row?.params ?? []).filter((param) => choice.params[param.name] !== param.default);
  const params = Object.fromEntries(changed.map(({ name }) => [name, choice.params[name] as number]));
  return policyText({ ...choice, params });
}
