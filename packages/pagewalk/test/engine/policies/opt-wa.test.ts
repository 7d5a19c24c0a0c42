import { expect, test } from 'vitest';
import { always, byHand, run } from '../../support/policy-cases.ts';

test('a clean page that is needed sooner goes before a dirty one, if not too soon', () => {
  byHand(
    'opt_wa',
    [100],
    `
    W1  2  3  4  3  5  4  3  2  1
     1  1  1  1  1  1  1  1  1  1
        2  2  4  4  4  4  3  2  2
           3  3  3  5  5  5  5  5
     *  *  *  *     *     *  *`,
  );
});

test('where writes cost nothing it has the faults of OPT', () => {
  always((trace, frames) => {
    const faults = (policy: 'opt' | 'opt_wa', params: number[]) =>
      run({ policy, params }, frames, trace).counters().page_faults;
    expect(faults('opt_wa', [0])).toBe(faults('opt', []));
  });
});
