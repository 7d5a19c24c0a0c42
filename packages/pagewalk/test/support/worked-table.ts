/** The table worked out by hand on a policy's page (docs/policies), held against the engine after each reference. */
import { readFileSync } from 'node:fs';
import { POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import { expect } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { RawEngine } from './raw-engine.ts';

/** Cells by the heads of their columns. */
export type Row = Readonly<Record<string, string>>;

/** What the row says of the resident pages: the policy's word on each, by page. */
export type States = Readonly<Record<string, number>>;

export interface Worked {
  readonly policy: PolicyId;
  readonly frames: number;
  readonly statesOf: (row: Row) => States;
  /** Pages written with a set ref bit, for policies that live on it. */
  readonly referenced?: (row: Row) => readonly string[];
  readonly faults: number;
}

/** Runs the references of the page's table; each row must show what is in memory then, as what, and whether there was a fault. */
export function follows({ policy, frames, statesOf, referenced, faults }: Worked): void {
  const rows = tableOf(policy);
  const engine = new RawEngine(machine({ policy, frames }), draw(rows.map((row) => row['reference']).join(' ')));
  let before = 0;
  for (const [at, row] of rows.entries()) {
    engine.advance(1);
    const after = engine.counters().page_faults;
    const held = engine.frames();
    const words = engine.view('policy_state');
    const resident = [...held.keys()].filter((frame) => held[frame] !== null);
    const page = (frame: number) => `${held[frame]?.page}`;
    expect(
      {
        fault: after > before ? '*' : '',
        states: Object.fromEntries(resident.map((frame) => [page(frame), Number(words[frame])])),
        referenced: referenced
          ? resident
              .filter((frame) => held[frame]?.ref)
              .map(page)
              .toSorted()
          : [],
        broken: engine.check(),
      },
      `row ${at + 1}: ${Object.values(row).join(' | ')}`,
    ).toEqual({
      fault: row['fault'],
      states: statesOf(row),
      referenced: referenced?.(row).toSorted() ?? [],
      broken: 'none',
    });
    before = after;
  }
  expect(before).toBe(faults);
}

/** Words of a cell. */
export const wordsOf = (cell: string | undefined): string[] => (cell ?? '').split(' ').filter((word) => word !== '');

/** Pages of a cell, without the letters and marks at them. */
export const pagesOf = (cell: string | undefined): string[] => wordsOf(cell).map((word) => word.replace(/\D/g, ''));

/** Pages that are marked with a set ref bit in any cell. */
export const marked = (row: Row): string[] =>
  Object.values(row).flatMap((cell) =>
    pagesOf(
      wordsOf(cell)
        .filter((word) => word.endsWith('′'))
        .join(' '),
    ),
  );

function tableOf(policy: PolicyId): Row[] {
  expect(POLICIES.map(({ id }) => id)).toContain(policy);
  const page = new URL(`../../../../docs/policies/${policy.replaceAll('_', '-')}.md`, import.meta.url);
  const byHand = readFileSync(page, 'utf8').split('\n## By hand\n')[1] ?? '';
  const [heads = [], , ...rows] = byHand
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(heads.slice(0, 2)).toEqual(['reference', 'fault']);
  return rows.map((cells) => Object.fromEntries(heads.map((head, column) => [head, cells[column] ?? ''])));
}
