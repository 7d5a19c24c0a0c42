import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/node/trace/file.ts';
import { EventHasher, eventHash } from '../../../src/trace/event-hash.ts';
import { fold } from '../../../src/trace/fold.ts';
import { generate } from '../../../src/trace/generators/index.ts';
import { limited } from '../../../src/trace/limited.ts';
import { traceFromBytes } from '../../../src/trace/open.ts';
import { ObjectNames } from '../../../src/trace/operations/names.ts';
import type { AccessRecord, TraceRecord } from '../../../src/trace/record.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import { vmtOf } from '../../../src/trace/vmt/writer.ts';
import { record, trace } from '../arbitrary.ts';
import { operation, operationTrace } from '../operations.ts';
import { access, readBytes, traceWasm, trickle } from '../support.ts';
import { eventsFrom, eventsOf, readBack, sourceBytes, written } from './support.ts';

const RUNS = process.env['SOAK'] === '1' ? 2000 : 20;

const some = fc.integer({ min: 1, max: 30 });
const folded: fc.Arbitrary<AccessRecord> = fc
  .tuple(
    fc.constantFrom(1, 2, 0xffffff),
    fc.constantFrom('read' as const, 'write' as const, 'ifetch' as const),
    fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 2n ** 52n - 1n })),
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(15, 16, 127, 128, 0xffff_ffff)),
    fc.constantFrom(0n, 0n, 0n, 0n, 5n),
  )
  .map(([pid, op, page, extent, inside]) => ({ pid, op, address: page * 4096n + inside, extent, folded: true }));

describe('what is written is read back', () => {
  test('whole accesses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 200 }), some, async (records, blockEvents) => {
        const { events, error } = await readBack(await written({ records }, { blockEvents }));
        expect(error).toBeNull();
        expect(events).toEqual(eventsFrom(records, new ObjectNames()));
      }),
      { numRuns: RUNS },
    );
  });

  test('folded accesses, on their pages and inside, and whole ones between', async () => {
    const mixed = fc.array(fc.oneof({ weight: 8, arbitrary: folded }, { weight: 1, arbitrary: record }), {
      minLength: 1,
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          mixed,
          trace.filter(({ length }) => length > 0),
        ),
        some,
        async (records, blockEvents) => {
          const bytes = await written({ records, foldedPage: 4096 }, { blockEvents, frameBytes: blockEvents * 4 });
          const { events, error, info } = await readBack(bytes);
          expect(error).toBeNull();
          expect(events).toEqual(eventsFrom(records, new ObjectNames()));
          expect(info.foldedPage).toBe(4096);
          expect(info.records).toBe(records.length);
          const counts = records.map((each) => (each.folded ? (each.extent ?? 1) : 1));
          expect(info.accesses).toBe(counts.reduce((sum, count) => sum + count, 0));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('operations, with the names of their objects', async () => {
    const more = fc.array(fc.oneof(operation, folded), { minLength: 1, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(operationTrace, more, some, fc.boolean(), async (given, rest, blockEvents, isFolded) => {
        const records: TraceRecord[] = isFolded ? [...given.records, ...rest] : given.records;
        const bytes = await written({ ...given, records, ...(isFolded ? { foldedPage: 4096 } : {}) }, { blockEvents });
        const { events, error, info } = await readBack(bytes);
        if (records.every((each) => 'operation' in each)) return;
        expect(error).toBeNull();
        expect(events).toEqual(eventsFrom(records, new ObjectNames(given.names)));
        expect(info.operations).toBe(records.filter((each) => 'operation' in each).length);
      }),
      { numRuns: RUNS },
    );
  });

  test('in pieces of any length', async () => {
    const records = Array.from({ length: 3000 }, (_, index) =>
      access(1, 'read', BigInt(index * index), (index % 9) + 1),
    );
    const bytes = await written({ records }, { blockEvents: 500 });
    for (const lengths of [[1], [3, 1, 70, 2], [1000], [11, 1, 8, 100_000]]) {
      expect((await readBack(trickle(bytes, lengths))).events).toEqual(eventsFrom(records, new ObjectNames()));
    }
  });

  test('every address bit, every size, the first and the last', async () => {
    const addresses = Array.from({ length: 64 }, (_, bit) => 2n ** BigInt(bit)).concat(0n, 2n ** 64n - 1n);
    const sizes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 32, 64, 128, 512, 513, 65_536, 0xffff_ffff];
    const ops = ['read', 'write', 'ifetch'] as const;
    const records = addresses.flatMap((address, at) =>
      sizes.map((size, index) => access(at % 3, ops[(at + index) % 3]!, address, size)),
    );
    expect((await readBack(await written({ records }))).events).toEqual(eventsFrom(records, new ObjectNames()));
  });

  test('folded on pages of one byte is not whole', async () => {
    const records = [access(1, 'read', 7n, 3, true), access(1, 'read', 7n, 3)];
    const { events, info } = await readBack(await written({ records, foldedPage: 1 }));
    expect(events).toEqual(records);
    expect(info.foldedPage).toBe(1);
  });

  test('full blocks, and blocks of another kind when the trace changes', async () => {
    const page = (index: number) => access(1, 'read', BigInt(index % 97) * 4096n, (index % 20) + 1, true);
    const records = [
      ...Array.from({ length: 100_000 }, (_, index) => page(index)),
      ...Array.from({ length: 100_000 }, (_, index) => access(1, 'write', BigInt(index) * 8n, 8)),
      ...Array.from({ length: 70_000 }, (_, index) => page(index)),
    ];
    const bytes = await written({ records, foldedPage: 4096 });
    expect(bytes.length).toBeLessThan(20_000);
    const { events, error } = await readBack(bytes);
    expect(error).toBeNull();
    expect(events.length).toBe(records.length);
    expect(events).toEqual(records);
  });

  test('what it says of itself', async () => {
    const facts = { tool: 'vmm record 9', command: 'ls "a b"\n', cpus: 4, ünïcode: '✓', __proto__: 'x' };
    const { info } = await readBack(await written({ records: [access(1, 'read', 1n)] }, { facts }));
    expect(info.facts).toEqual({ version: 1, tool: 'vmm record 9', command: 'ls "a b"\n', cpus: '4', ünïcode: '✓' });
    expect(info.format).toBe('vmt');
    expect(info.foldedPage).toBeNull();
  });

  test('the hash of events is that of the trace', async () => {
    const made = async () =>
      fold(await generate({ type: 'zipf', accesses: 200_000 }, await traceWasm), 4096, await traceWasm);
    const bytes = await sourceBytes(await made());
    const back = await traceFromBytes(bytes, { module: await traceWasm });
    expect(await eventHash(back, sha256())).toBe(await eventHash(await made(), sha256()));
    expect(EventHasher).toBeDefined();
  });
});

test('blocks are stored where the host cannot compress', async () => {
  const records = Array.from({ length: 100 }, (_, index) => access(1, 'read', BigInt(index)));
  const bytes = await written({ records }, { host: {}, blockEvents: 10 });
  expect((await readBack(bytes)).events).toEqual(records);
});

test('a trace without any access is none', async () => {
  const bytes = await written({ records: [] });
  expect((await readBack(bytes)).error?.message).toBe('trace: holds no access');
});

test('runs are no records to write', async () => {
  const run = new Uint8Array(16);
  run[12] = 5;
  await expect(
    sourceBytes({ ...traceFromRecords([access(1, 'read', 1n)]), next: async () => ({ bytes: run, records: 1 }) }),
  ).rejects.toThrow('a record of op 5: expected accesses and operations');
});

test('options out of range', async () => {
  await expect(written({ records: [] }, { blockEvents: 65_537 })).rejects.toThrow(RangeError);
});

test('a trace that is closed early lets go', async () => {
  const records = Array.from({ length: 5000 }, (_, index) => access(1, 'read', BigInt(index)));
  const source = await traceFromBytes(await written({ records }, { blockEvents: 100 }), { module: await traceWasm });
  await source.next();
  await source.close();
  expect((await eventsOf(source)).error).toBeNull();
});

test('what must be known to read results is kept, and how the source was read', async () => {
  const records = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((page) => ({
    pid: 1,
    op: 'read' as const,
    address: page * 4096n,
  }));
  const sample = limited(traceFromRecords(records), { skip: 1, sample: 2 });
  const pieces: Uint8Array[] = [];
  for await (const piece of vmtOf(sample, { module: await traceWasm })) pieces.push(piece);
  const bytes = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
  const { facts, notes } = (await readBytes(bytes)).info;
  expect(facts).toMatchObject({ skip: '1', sample: '1/2', sample_page: '4096' });
  expect(notes).toEqual(['a sample of 1/2 of the pages by their hash (SHARDS)']);
});
