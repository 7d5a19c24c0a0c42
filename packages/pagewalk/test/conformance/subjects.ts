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
  const dice = new Dice(POLICIES.findIndex((row) => row.id === id));
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

/** The usual parameters in every third case, one of the other settings in the rest. */
export const settingOf = ({ settings }: Subject): fc.Arbitrary<readonly number[]> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(settings[0] as readonly number[]) },
    { weight: 2, arbitrary: fc.constantFrom(...settings) },
  );

/** A property of random machines with the policy, in so many cases on an ordinary day. */
export function eachMachine<T>(
  subject: Subject,
  cases: number,
  given: (config: fc.Arbitrary<MachineConfig>) => fc.Arbitrary<T>,
  holds: (given: T) => void,
): void {
  const config = fc
    .tuple(machines([subject.id]), settingOf(subject))
    .map(([config, params]) => ({ ...config, params: [...params] }));
  const property = fc.property(given(config), (one) => {
    holds(one);
  });
  fc.assert(property, effort(cases));
}
