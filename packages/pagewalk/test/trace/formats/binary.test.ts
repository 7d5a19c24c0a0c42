import fc from 'fast-check';
import { describe, test } from 'vitest';
import { compare, damaged, PIECES, RUNS } from './case.ts';
import { BINARY } from './cases.ts';

describe.each(BINARY)('$format', (one) => {
  const options = fc.constantFrom(...(one.options ?? [{}]));

  test('whole traces, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(one.traces, PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });

  test('damaged ones', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(one.traces), PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });

  test('cut off at every byte, and every bit turned over', async () => {
    const [trace = new Uint8Array()] = fc.sample(
      one.traces.filter(({ length }) => length > 60),
      { numRuns: 1, seed: 7 },
    );
    const header = one.format === 'lcs' ? 8192 : 0;
    const end = Math.min(trace.length, header + 50);
    const lenient = [false, true];
    // A reader that keeps a table takes its time to open.
    const step = one.facts?.includes('next') ? 7 : 1;
    for (let length = header; length <= end; length += step) {
      for (const mode of lenient) await compare(one, trace.subarray(0, length), mode);
    }
    for (let bit = header * 8; bit < end * 8; bit += step) {
      const turned = trace.slice(0, end);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      for (const mode of lenient) await compare(one, turned, mode);
    }
  });
});
