/** Random machines on random traces: engine and oracle agree in every counter, in time and in all visible state. */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { caseOf, effort, MODELLED_POLICIES, machines } from '../support/arbitrary.ts';
import { compare, compareEachStep } from '../support/compare.ts';

describe('engine = oracle', () => {
  test('after every record of small cases, with every invariant', () => {
    fc.assert(
      fc.property(caseOf(machines(MODELLED_POLICIES), 40), ({ config, trace }) => {
        compareEachStep(config, trace);
      }),
      effort(100),
    );
  });

  test.each(MODELLED_POLICIES)('at the end of longer ones: %s', (policy) => {
    fc.assert(
      fc.property(caseOf(machines([policy]), 400), ({ config, trace }) => {
        compare(config, trace);
      }),
      effort(40),
    );
  });
});
