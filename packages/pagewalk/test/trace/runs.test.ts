import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packRecords, RECORD_BYTES, recordWords, unpackRecords } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import { plainPieces, recordsAt, stepsAt } from '../../src/trace/run-groups.ts';
import { withoutRuns, withRuns } from '../../src/trace/runs.ts';
import type { Chunk, TraceSource } from '../../src/trace/source.ts';
import { type FullRecord, folded, runTrace } from '../support/run-traces.ts';
import { trace } from './arbitrary.ts';
import { readAll, traceWasm } from './support.ts';

const FOLDED_PAGE = { foldedPage: 4096 };
const source = (records: readonly FullRecord[] | Uint8Array): TraceSource => traceFromRecords(records, FOLDED_PAGE);

const gathered = async (records: readonly FullRecord[] | Uint8Array) => withRuns(source(records), await traceWasm);

async function chunksOf(from: TraceSource): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let chunk = await from.next(); chunk; chunk = await from.next()) {
    chunks.push({ bytes: chunk.bytes.slice(), records: chunk.records });
  }
  return chunks;
}

/** Groups in a chunk: what their headers say. */
function groupsOf(chunk: Chunk): { members: number; steps: number; accesses: number; records: number }[] {
  const words = recordWords(chunk);
  const groups = [];
  for (let at = 0; at < chunk.records; at += recordsAt(words, at)) {
    const meta = words[at * 4 + 3]!;
    if ((meta & 15) !== 5) continue;
    groups.push({
      members: (meta >>> 8) & 255,
      steps: stepsAt(words, at),
      accesses: words[at * 4 + 2]!,
      records: recordsAt(words, at),
    });
  }
  return groups;
}

const loop = (pages: readonly number[], turns: number, count = 1): FullRecord[] =>
  Array.from({ length: turns }, () => pages.map((page) => folded(1, 'read', page, count))).flat();

describe('what a run stands for is the records that it was made of', () => {
  test.each([
    ['programs', runTrace()],
    ['many pages and processes', runTrace({ pids: 4, pages: 4000, steps: 30 })],
    ['anything', trace],
  ])('%s', async (_name, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (records) => {
        const chunks = await chunksOf(await gathered(records));
        // Two that do not know each other: the engine's expansion and one in TypeScript.
        const plain = (await readAll(await withoutRuns(await gathered(records), await traceWasm))).records;
        expect(plain).toEqual(records);
        expect(chunks.flatMap(plainPieces).flatMap(({ bytes }) => unpackRecords(bytes))).toEqual(records);
        expect(chunks.reduce((sum, chunk) => sum + chunk.records, 0)).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 60 },
    );
  });
});

test('the form of a run', async () => {
  const first = loop([1, 2, 3], 1);
  const steps = [...loop([1, 2], 10, 3), folded(1, 'read', 3, 300), folded(1, 'read', 1, 1)];
  const [chunk] = await chunksOf(await gathered([...first, ...steps]));
  const words = recordWords(chunk!);
  expect(chunk!.records).toBe(3 + 1 + 3 + 2);
  expect([...words.subarray(12, 16)]).toEqual([22, 0, 361, 5 | (3 << 8) | (2 << 16)]);
  // In order of their last access.
  const member = (at: number): number[] => [...words.subarray(at * 4, at * 4 + 4)];
  expect(member(4)).toEqual([0x2000, 0, 30, 6 | (1 << 8)]);
  expect(member(5)).toEqual([0x3000, 0, 300, 6 | (1 << 8)]);
  expect(member(6)).toEqual([0x1000, 0, 31, 6 | (1 << 8)]);
  const bytes = chunk!.bytes.subarray(7 * RECORD_BYTES);
  const expected = [...Array.from({ length: 10 }, () => [0x23, 0x03]).flat(), 0x10, 0xac, 0x02, 0x21];
  expect([...bytes]).toEqual([...expected, ...Array.from({ length: 32 - expected.length }, () => 0)]);
});

test('a run has one process, at most 16 members and 2048 bytes of steps, and lies in one chunk', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(runTrace({ pages: 200, steps: 500 }), { minLength: 5, maxLength: 10 }), async (parts) => {
      for (const chunk of await chunksOf(await gathered([...parts.flat(), ...loop([1, 2, 3], 2000)]))) {
        expect(chunk.records).toBeLessThanOrEqual(8192);
        const words = recordWords(chunk);
        for (let at = 0; at < chunk.records; at += recordsAt(words, at)) {
          const meta = words[at * 4 + 3]!;
          expect(at + recordsAt(words, at)).toBeLessThanOrEqual(chunk.records);
          if ((meta & 15) !== 5) continue;
          const members = (meta >>> 8) & 255;
          expect(members).toBeLessThanOrEqual(16);
          expect(meta >>> 16).toBeLessThanOrEqual(128);
          const pids = Array.from({ length: members }, (_, i) => words[(at + 1 + i) * 4 + 3]! >>> 8);
          expect(new Set(pids).size).toBe(1);
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('a loop over a few pages is a run, one over many is none', async () => {
  const few = await chunksOf(await gathered(loop([1, 2, 3, 4, 5, 6, 7, 8], 1000)));
  expect(few.flatMap(groupsOf).map(({ members }) => members)).toEqual(few.flatMap(groupsOf).map(() => 8));
  expect(few[0]!.records).toBeLessThan(600);
  const pages = Array.from({ length: 400 }, (_, page) => page);
  const many = await chunksOf(await gathered(loop(pages, 10)));
  expect(many.flatMap(groupsOf)).toEqual([]);
});

test('long traces: chunks are filled, and nothing is lost between them', async () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const records = Array.from({ length: 60_000 }, (_, at) =>
    folded(1 + (random(300) === 0 ? 1 : 0), 'read', (at >> 9) * 3 + random(12), 1 + random(20)),
  );
  const chunks = await chunksOf(await gathered(packRecords(records)));
  for (const { records: length } of chunks.slice(0, -1)) expect(length).toBeGreaterThan(8192 - 1024 - 145 * 2);
  expect(chunks.flatMap(plainPieces).flatMap(({ bytes }) => unpackRecords(bytes))).toEqual(records);
});

test('a source that is bad further on: what came before is handed out first', async () => {
  const good = source(loop([1, 2], 100));
  const bad: TraceSource = {
    ...good,
    next: async () => {
      const chunk = await good.next();
      if (!chunk) throw new Error('bad');
      return chunk;
    },
  };
  const from = await withRuns(bad, await traceWasm);
  expect(plainPieces((await from.next())!).reduce((sum, { records }) => sum + records, 0)).toBe(200);
  await expect(from.next()).rejects.toThrow('bad');
});

test('a source with runs of its own is asked for them', async () => {
  let asked = 0;
  const own: TraceSource = { ...source(loop([1], 1)), wantRuns: () => asked++ };
  expect(await withRuns(own)).toBe(own);
  expect(asked).toBe(1);
});
