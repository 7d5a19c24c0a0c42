/**
 * One of several things with parameters of its own, as text: `NAME[:PARAMETER=VALUE,…]`, e.g. `clock:bits=2,ref_on_load=0`; any case, `-` or
 * `_`. Names, aliases, parameters and their ranges are rows of the catalog.
 */
import type { PolicyParameter } from '@pagewalk/engine/catalog';
import { nearest } from './nearest.ts';
import type { Complaint } from './tlb.ts';

export interface Choice<Id extends string> {
  readonly id: Id;
  /** Every parameter of the row, in its order. */
  readonly params: Readonly<Record<string, number>>;
}

export interface ChoiceRow<Id extends string> {
  readonly id: Id;
  readonly aliases?: readonly string[];
  readonly params: readonly PolicyParameter[];
}

export const plain = (name: string): string => name.trim().toLowerCase().replaceAll('-', '_');

/** The row of a name or an alias. */
export function rowOf<R extends ChoiceRow<string>>(rows: readonly R[], name: string): R | undefined {
  const wanted = plain(name);
  return rows.find((row) => row.id === wanted || row.aliases?.includes(wanted));
}

/** `kind` is what a row is, for complaints. */
export function parseChoice<Id extends string>(
  rows: readonly ChoiceRow<Id>[],
  kind: string,
  text: string,
): Choice<Id> | Complaint[] {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const given: Record<string, string> = {};
  const complaints: Complaint[] = [];
  for (const part of colon < 0 ? [] : text.slice(colon + 1).split(',')) {
    const match = /^\s*([\w-]+)\s*=\s*(.+?)\s*$/.exec(part);
    const key = match ? plain(match[1] ?? '') : '';
    if (!match) complaints.push({ reason: `'${part}' is not PARAMETER=VALUE`, remedy: 'write name:parameter=value,…' });
    else if (key in given) complaints.push({ reason: `${key} is given twice`, remedy: 'give it once' });
    else given[key] = match[2] ?? '';
  }
  const choice = choose(rows, kind, name, given);
  if (Array.isArray(choice)) return [...complaints, ...choice];
  return complaints.length > 0 ? complaints : choice;
}

/** A choice from a name and its parameters, which may still be text; those left out get their defaults. */
export function choose<Id extends string>(
  rows: readonly ChoiceRow<Id>[],
  kind: string,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Choice<Id> | Complaint[] {
  const row = rowOf(rows, name);
  if (!row) {
    const names = rows.flatMap((each) => [each.id, ...(each.aliases ?? [])]);
    const meant = nearest(plain(name), names);
    const known = `give one of ${rows.map((each) => each.id).join(', ')}`;
    return [{ reason: `no ${kind} '${name}'`, remedy: meant ? `did you mean ${meant}? ${known}` : known }];
  }
  const complaints: Complaint[] = [];
  const names = row.params.map((param) => param.name);
  for (const key of Object.keys(given)) {
    if (names.includes(key)) continue;
    const takes = names.length > 0 ? `${row.id} takes ${names.join(' and ')}` : `${row.id} takes none`;
    const meant = nearest(key, names);
    complaints.push({ reason: `no parameter '${key}'`, remedy: meant ? `${takes}; did you mean ${meant}?` : takes });
  }
  const params: Record<string, number> = {};
  for (const param of row.params) {
    const value = given[param.name] ?? param.default;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= param.min && number <= param.max) {
      params[param.name] = number;
    } else {
      const range = `give a whole number from ${param.min} to ${param.max}`;
      complaints.push({
        reason: `${param.name}=${String(value)} is out of range`,
        remedy: `${range}: ${param.meaning}`,
      });
    }
  }
  return complaints.length > 0 ? complaints : { id: row.id, params };
}

/** The text that `parseChoice` reads back, with every parameter. */
export function choiceText({ id, params }: Choice<string>): string {
  const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return list.length > 0 ? `${id}:${list.join(',')}` : id;
}
