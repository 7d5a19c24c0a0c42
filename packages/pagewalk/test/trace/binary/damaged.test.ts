/** Samples cut at every byte and with flipped bits: an error with its place or, leniently, a count; and never a record from nowhere. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type Read, readBytes, trickle } from '../support.ts';
import { SAMPLES, type Sample } from './samples.ts';

const formatOf = ({ file }: Sample): string => file.slice(0, file.indexOf('.'));
const soak = process.env['SOAK'] === '1';
if (soak) vi.setConfig({ testTimeout: 600_000 });
/** Of a long header only the end is cut, and of the records the first few. */
const BYTES = soak ? 600 : 100;
const RUNS = soak ? 1000 : 10;
const headers: Readonly<Record<string, number>> = { 'lcs.v3.lcs': 8192, 'lcs.old.lcs': 1024 };

const read = (sample: Sample, bytes: Uint8Array, lenient = false): Promise<Read> =>
  readBytes(bytes, { format: formatOf(sample), lenient });

describe.each(SAMPLES)('$file', (sample) => {
  test('cut anywhere: what comes before, then an error with the place, or nothing at all', async () => {
    const whole = await read(sample, sample.bytes);
    const header = headers[sample.file] ?? 0;
    for (let length = Math.max(0, header - 20); length < header + BYTES; length++) {
      const cut = sample.bytes.subarray(0, length);
      const strict = await read(sample, cut);
      expect(strict.records, `of ${length} bytes`).toEqual(whole.records.slice(0, strict.records.length));
      if (strict.error !== null && !strict.error.message.includes('holds no access')) {
        const { byte, record, message } = strict.error;
        expect(message).toContain('truncated record');
        expect(byte).toBeLessThan(length);
        expect(record).toBeGreaterThan(0);
        if (length % 4 !== 0 && !soak) continue;
        const lenient = await read(sample, cut, true);
        expect(lenient.records).toEqual(strict.records);
        if (byte !== 0) expect(lenient.info.truncatedTail, message).toBe(length - (byte ?? 0));
      }
    }
  });

  test('with flipped bits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: sample.bytes.length * 8 - 1 }), { minLength: 1, maxLength: 9 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 }),
        async (bits, pieces) => {
          const bytes = sample.bytes.slice();
          for (const bit of bits) bytes[bit >> 3]! ^= 1 << (bit & 7);
          const strict = await read(sample, bytes);
          const lenient = await read(sample, bytes, true);
          expect(lenient.records.slice(0, strict.records.length)).toEqual(strict.records);
          if (strict.error === null) expect(lenient.info.skipped).toBe(0);
          else expect(strict.error.byte ?? 0).toBeLessThan(bytes.length);
          const inPieces = await readBytes(trickle(bytes, [70_000, ...pieces]), { format: formatOf(sample) });
          expect(inPieces.records).toEqual(strict.records);
          expect(inPieces.error?.message).toBe(strict.error?.message);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('in pieces of any length', async () => {
    const whole = await read(sample, sample.bytes);
    for (const length of [1, 7, 13, 1000]) {
      const { records, info } = await readBytes(trickle(sample.bytes, [length]));
      expect(records).toEqual(whole.records);
      expect(info).toEqual(whole.info);
    }
  });
});

test('random bytes as any of the formats', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SAMPLES), fc.uint8Array({ maxLength: 3000 }), async (sample, noise) => {
      const bytes = formatOf(sample) === 'lcs' ? Uint8Array.of(...sample.bytes.subarray(0, -400), ...noise) : noise;
      const { error } = await read(sample, bytes);
      if (error !== null && error.byte !== null) expect(error.byte).toBeLessThan(bytes.length);
      const { info } = await read(sample, bytes, true);
      expect(info.accesses).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: RUNS * 3 },
  );
});
