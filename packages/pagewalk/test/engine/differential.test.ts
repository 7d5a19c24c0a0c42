/** Random machines on random traces: engine and oracle agree in every counter, in time and in all visible state. */
import { POLICIES } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { caseOf, effort, machines } from '../support/arbitrary.ts';
import { compare, compareEachStep } from '../support/compare.ts';

describe('engine = oracle', () => {
  test('after every record of small cases, with every invariant', () => {
    fc.assert(
      fc.property(caseOf(machines(), 40), ({ config, trace }) => {
        compareEachStep(config, trace);
      }),
      effort(100),
    );
  });

  test.each(POLICIES.map(({ id }) => id))('at the end of longer ones: %s', (policy) => {
    fc.assert(
      fc.property(caseOf(machines(policy), 400), ({ config, trace }) => {
        compare(config, trace);
      }),
      effort(40),
    );
  });
});
