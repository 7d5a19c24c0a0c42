/** Compressed data with bytes changed, cleared and moved behind the magic: what was meant, or an error, and soon. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceError } from '../../../src/trace/source.ts';
import { latin1 } from '../support.ts';
import { contentOf, SOAK } from './damage.ts';
import { PROGRAMS } from './programs.ts';

const TEXT = latin1(
  Array.from({ length: 1000 }, (_, index) => `1 R ${(index * 2_654_435_761) % 4_294_967_291}\n`).join(''),
);
/** Behind every magic, and the type of snappy's first chunk. */
const FIRST = 11;

const change = fc.record({
  at: fc.oneof(fc.nat(40), fc.nat(20_000)),
  from: fc.nat(20_000),
  length: fc.integer({ min: 1, max: 200 }),
  value: fc.option(fc.nat(255)),
});

test.each(PROGRAMS.filter(({ skip }) => !skip))('$name', async ({ compress }) => {
  const whole = compress(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = new Uint8Array(whole);
      const room = bytes.length - FIRST;
      for (const { at, from, length, value } of changes) {
        const to = FIRST + (at % room);
        if (value === null) bytes.copyWithin(to, from % bytes.length, (from % bytes.length) + length);
        else bytes.fill(value, to, to + (length > 20 ? 1 : length));
      }
      const started = performance.now();
      const outcome = await contentOf(bytes);
      if (!(outcome instanceof TraceError)) expect(Buffer.from(outcome).equals(TEXT)).toBe(true);
      expect(performance.now() - started).toBeLessThan(5000);
    }),
    { numRuns: SOAK ? 3000 : 60 },
  );
});
