/**
 * The subjects of the conformance suite: every row of the catalog, with its usual parameters and with each of them at its ends. A
 * new row takes part without being named here. What a policy cannot keep by its nature is an exception with a reason, which is printed and itself
 * tested: an exception that is no longer needed fails.
 */
import { POLICIES, type PolicyId, type PolicyParameter, type PolicyRow } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import type { MachineConfig } from '../oracle/config.ts';
import { effort, machines } from '../support/arbitrary.ts';
import { Dice } from '../support/dice.ts';
import { EXCEPTIONS, type Property } from './exceptions.ts';

export interface Subject {
  readonly id: PolicyId;
  readonly row: PolicyRow;
  /** Lists of parameters, the usual ones first. */
  readonly settings: readonly (readonly number[])[];
}

const WIDE = 100;

function settingsOf({ id, params }: PolicyRow): number[][] {
  const dice = new Dice([...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const usual = params.map((param) => param.default);
  const small = ({ min, max }: PolicyParameter) => dice.between(min, Math.min(max, min + 40));
  const any = ({ min, max }: PolicyParameter) => dice.between(min, max);
  const ends = params.flatMap((param, at) => {
    const values = [param.min, param.max, ...(param.max - param.min > WIDE ? [small(param)] : [])];
    return [...new Set(values)].filter((value) => value !== param.default).map((value) => usual.with(at, value));
  });
  return params.length === 0 ? [[]] : [usual, ...ends, params.map(small), params.map(any)];
}

export const SUBJECTS: readonly Subject[] = POLICIES.map((row) => ({ id: row.id, row, settings: settingsOf(row) }));

/** A test of each policy for which it is asked. */
export function eachPolicy(
  property: Property,
  check: (subject: Subject) => void,
  applies: (row: PolicyRow) => boolean = () => true,
): void {
  describe(property, () => {
    const given: string[] = [];
    for (const subject of SUBJECTS.filter(({ row }) => applies(row))) {
      const reason = EXCEPTIONS[property]?.[subject.id];
      if (reason === undefined) test(subject.id, () => check(subject));
      else {
        given.push(`${property}: not ${subject.id}: ${reason}`);
        test.fails(`not ${subject.id}: ${reason}`, () => unshrunk(() => check(subject)));
      }
    }
    afterAll(() => {
      if (given.length > 0) process.stdout.write(`${given.join('\n')}\n`);
    });
  });
}

const PATIENCE = 30;

/** Of what is expected to fail nobody wants the smallest case, but it may need more tries to fail once. */
function unshrunk(check: () => void): void {
  fc.configureGlobal({ endOnFailure: true });
  try {
    for (let attempt = 0; attempt < PATIENCE; attempt++) check();
  } finally {
    fc.resetConfigureGlobal();
  }
}

/** A property of each setting on random machines; about so many cases a policy, but each setting has its share. */
export function eachSetting<T>(
  { id, settings }: Subject,
  cases: number,
  given: (config: fc.Arbitrary<MachineConfig>) => fc.Arbitrary<T>,
  holds: (given: T) => void,
): void {
  for (const [at, params] of settings.entries()) {
    const share = at === 0 ? cases / 2 : cases / 2 / (settings.length - 1);
    const config = machines([id]).map((config) => ({ ...config, params }));
    const property = fc.property(given(config), (one) => {
      holds(one);
    });
    fc.assert(property, effort(Math.max(1, Math.round(share))));
  }
}
