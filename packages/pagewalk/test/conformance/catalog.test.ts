/** What goes with a row of the catalog: a slow model, a page of definition, numbers that must come out. */
import { existsSync, readFileSync } from 'node:fs';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { MODELLED } from '../oracle/policies/index.ts';
import { EXCEPTIONS } from './exceptions.ts';

const rows: readonly PolicyRow[] = POLICIES;
const ids = rows.map(({ id }) => id);

describe('the catalog of policies', () => {
  test('has a slow model for each row, and a row for each slow model', () => {
    expect(MODELLED.toSorted()).toEqual(ids.toSorted());
  });

  test('has names that mean one policy each', () => {
    const names = rows.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('has parameters whose usual value is one that is accepted', () => {
    for (const { id, params } of rows) {
      expect(params.length, id).toBeLessThanOrEqual(8);
      for (const { name, min, max, default: usual } of params) {
        expect(Number.isSafeInteger(min) && Number.isSafeInteger(max), `${id} ${name}`).toBe(true);
        expect(usual >= min && usual <= max, `${id} ${name}`).toBe(true);
      }
    }
  });

  test('has no exception without a row and a reason', () => {
    for (const reasons of Object.values(EXCEPTIONS)) {
      for (const [id, reason] of Object.entries(reasons)) {
        expect(ids).toContain(id);
        expect(reason.length, id).toBeGreaterThan(20);
      }
    }
  });

  test('has a page with its definition for each row', () => {
    const pageOf = (id: string) => new URL(`../../../../docs/policies/${id.replaceAll('_', '-')}.md`, import.meta.url);
    const without = ids.filter(
      (id) => !existsSync(pageOf(id)) || !readFileSync(pageOf(id), 'utf8').includes('## How it works'),
    );
    expect(without).toEqual([]);
  });
});
