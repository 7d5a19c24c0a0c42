/** Whatever the bytes: an error that says what is wrong, or records; in bounded time. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../../src/trace/formats/index.ts';
import { traceFromBytes } from '../../../src/trace/open.ts';
import { TraceError } from '../../../src/trace/source.ts';
import { latin1, traceWasm } from '../support.ts';
import { damaged } from './case.ts';

const SAMPLES = new URL('../../../../../traces/samples/', import.meta.url);
const RUNS = process.env['SOAK'] === '1' ? 2000 : 25;
/** A line of DAMON may stand for any number of pages. */
const MOST_CHUNKS = 50;

const CALLS = [
  'SYSCALL[12,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4028000) ',
  'SYSCALL[12,1](9) sys_mmap ( 0x0, 8192, 3, 34, -1, 0 ) --> [pre-success] Success(0x4829000) ',
  'SYSCALL[12,1](257) sys_openat ( -100, 0x4025a1(/etc/ld.so.cache), 524288 ) --> [async] ... L 04025a10,8',
  'SYSCALL[12,1](257) ... [async] --> Success(0x3) ',
  'I  04001090,3',
  '==12== done',
].join('\n');
const samples = [
  ...readdirSync(SAMPLES).map((file) => new Uint8Array(readFileSync(new URL(file, SAMPLES))).slice(0, 3000)),
  latin1(CALLS),
];
const trace = fc.oneof(
  { weight: 4, arbitrary: damaged(fc.constantFrom(...samples)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...samples), fc.constantFrom(...samples))
      .map((two) => Uint8Array.from(two.flatMap((one) => [...one]))),
  },
);

describe.each([...FORMATS.map(({ name }) => name), undefined])('read as %s', (format) => {
  test('any bytes', async () => {
    const module = await traceWasm;
    await fc.assert(
      fc.asyncProperty(trace, fc.boolean(), async (bytes, lenient) => {
        try {
          const source = await traceFromBytes(bytes, { module, lenient, ...(format === undefined ? {} : { format }) });
          let chunks = 0;
          while ((await source.next()) !== null && ++chunks < MOST_CHUNKS);
          await source.close();
        } catch (thrown) {
          if (!(thrown instanceof TraceError)) throw thrown;
          expect(thrown.message).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
