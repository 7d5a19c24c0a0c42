import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { traceFromBytes } from '../../../src/trace/open.ts';
import type { TraceRecord } from '../../../src/trace/record.ts';
import { unpackTrace } from '../../../src/trace/record.ts';
import { plainPieces } from '../../../src/trace/run-groups.ts';
import { withoutRuns } from '../../../src/trace/runs.ts';
import type { Chunk, TraceSource } from '../../../src/trace/source.ts';
import { folded, runTrace } from '../../support/run-traces.ts';
import { trace } from '../arbitrary.ts';
import { operation } from '../operations.ts';
import { traceWasm } from '../support.ts';
import { eventsOf, joined, readBack, written } from './support.ts';

const RUNS = process.env['SOAK'] === '1' ? 2000 : 20;

async function open(bytes: Uint8Array): Promise<TraceSource> {
  const source = await traceFromBytes(bytes, { module: await traceWasm });
  source.wantRuns!();
  return source;
}

async function chunksOf(source: TraceSource): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let chunk = await source.next(); chunk; chunk = await source.next()) {
    chunks.push({ bytes: chunk.bytes.slice(), records: chunk.records });
  }
  return chunks;
}

/** Counts that a step has in its byte, or behind it, or cannot have. */
const counts = fc.constantFrom(1, 2, 15, 16, 127, 128, 20_000, (1 << 20) - 1, 1 << 20, 0xffff_ffff);
const loops: fc.Arbitrary<TraceRecord[]> = fc
  .array(
    fc.tuple(
      fc.array(fc.tuple(fc.constantFrom(1, 1, 1, 2), fc.integer({ min: 0, max: 40 }), counts), {
        minLength: 1,
        maxLength: 19,
      }),
      fc.integer({ min: 1, max: 40 }),
      fc.option(operation),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) =>
    parts.flatMap(([body, turns, call]) => {
      const once = body.map(([pid, page, count]) => folded(pid, 'read', page, count));
      return [...Array.from({ length: turns }, () => once).flat(), ...(call ? [call] : [])];
    }),
  );

describe('runs stand for the records that were written', () => {
  test.each<[string, fc.Arbitrary<readonly TraceRecord[]>]>([
    ['programs', runTrace()],
    ['many pages and processes', runTrace({ pids: 4, pages: 4000, steps: 30 })],
    ['loops', loops],
    ['anything', trace],
  ])('%s', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 20, max: 5000 }), async (records, blockEvents) => {
        if (!records.some((each) => !('operation' in each))) return;
        const bytes = await written({ records, foldedPage: 4096, names: ['a'] }, { blockEvents });
        const plain = await readBack(bytes);
        const source = await open(bytes);
        const chunks = await chunksOf(source);
        expect(unpackTrace(joined(chunks.flatMap(plainPieces).map(({ bytes }) => bytes)))).toEqual(
          unpackTrace(
            joined((await chunksOf(await traceFromBytes(bytes, { module: await traceWasm }))).map((c) => c.bytes)),
          ),
        );
        const { accesses, records: count, operations } = source.info();
        expect([accesses, count, operations]).toEqual([plain.info.accesses, plain.info.records, plain.info.operations]);
        expect((await eventsOf(await withoutRuns(await open(bytes), await traceWasm))).events).toEqual(plain.events);
      }),
      { numRuns: RUNS },
    );
  });
});

test('a loop is a few groups', async () => {
  const records = Array.from({ length: 5000 }, () => [0, 1, 2, 3].map((page) => folded(1, 'read', page, 2))).flat();
  const chunks = await chunksOf(await open(await written({ records, foldedPage: 4096 })));
  expect(chunks.length).toBe(1);
  expect(chunks[0]!.records).toBeLessThan(20_000 / 15);
});
