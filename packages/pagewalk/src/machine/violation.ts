/** What `check` found broken, in the words of the catalog. */
import { VIOLATIONS } from '@pagewalk/engine/catalog';
import type { Core } from './core.ts';
import { BrokenMachineError } from './errors.ts';

export interface Violation {
  readonly name: (typeof VIOLATIONS)[number]['name'];
  readonly meaning: string;
  readonly details: Readonly<Record<string, bigint>>;
}

interface Row {
  readonly name: Violation['name'];
  readonly meaning: string;
  readonly details?: readonly string[];
}

/** The first invariant that does not hold, or null. */
export function findViolation(core: Core): Violation | null {
  const { exports } = core.engine;
  const place = exports.check();
  if (place === 0) return null;
  const words = core.engine.words(exports.checkDetail(), 4);
  const row: Row | undefined = VIOLATIONS[place];
  if (!row) throw new Error(`unknown violation ${place}`);
  const details = Object.fromEntries((row.details ?? []).map((name, word) => [name, words[word] ?? 0n]));
  return { name: row.name, meaning: row.meaning, details };
}

export function violationText({ name, meaning, details }: Violation): string {
  const list = Object.entries(details).map(([key, value]) => `${key} ${value}`);
  return `invariant ${name} is broken: ${meaning} (${list.join(', ')})`;
}

/** @throws BrokenMachineError if an invariant does not hold. */
export function assertInvariants(core: Core): void {
  const found = findViolation(core);
  if (found) throw new BrokenMachineError(violationText(found));
}
