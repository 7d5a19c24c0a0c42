import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from '../../src/trace/fold.ts';
import { packRecords } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import { type FullRecord, record, trace, unfoldedTrace } from './arbitrary.ts';
import { everyTouch } from './slow-touches.ts';
import { access, readAll, traceWasm } from './support.ts';

async function folded(records: readonly FullRecord[], page: number, foldedPage?: number): Promise<FullRecord[]> {
  const source = traceFromRecords(records, foldedPage === undefined ? {} : { foldedPage });
  return (await readAll(await fold(source, page, await traceWasm))).records;
}

/** Accesses of each op. */
function counts(records: readonly FullRecord[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { op, extent, folded: many } of records) sums[op] = (sums[op] ?? 0) + (many ? extent : 1);
  return sums;
}

describe('folding changes nothing that a machine with pages as large can see', () => {
  test.each([8, 12, 14])('pages of 2^%i bytes', async (shift) => {
    await fc.assert(
      fc.asyncProperty(unfoldedTrace, async (records) => {
        const result = await folded(records, 2 ** shift);
        for (const machine of [shift, shift + 2])
          expect(everyTouch(result, machine)).toEqual(everyTouch(records, machine));
        expect(counts(result)).toEqual(counts(records));
        expect(result.length).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 100 },
    );
  });

  test('runs are as long as can be, their addresses those of the pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 100 }), async (records) => {
        const result = await folded(records, 4096);
        result.forEach((each, index) => {
          const next = result[index + 1];
          if (each.folded) expect(each.address % 4096n).toBe(0n);
          else expect((each.address + BigInt(each.extent) - 1n) >> 12n).not.toBe(each.address >> 12n);
          if (each.folded && next?.folded) {
            expect([next.pid, next.op, next.address]).not.toEqual([each.pid, each.op, each.address]);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  test('folding what is folded', async () => {
    await fc.assert(
      fc.asyncProperty(trace, async (records) => {
        const twice = await folded(await folded(records, 4096, 4096), 4096, 4096);
        expect(twice).toEqual(await folded(records, 4096, 4096));
        expect(everyTouch(twice, 12)).toEqual(everyTouch(records, 12));
      }),
      { numRuns: 50 },
    );
  });
});

test('a drawing', async () => {
  const result = await folded(
    [
      access(1, 'read', 0x1008n, 8),
      access(1, 'read', 0x1ff8n, 8),
      access(1, 'read', 0x1ffcn, 8), // crosses
      access(1, 'read', 0x1000n, 1),
      access(2, 'read', 0x1000n, 1), // another process
      access(2, 'write', 0x1000n, 1), // another op
      access(2, 'write', 0x2000n, 1), // another page
    ],
    4096,
  );
  expect(result).toEqual([
    access(1, 'read', 0x1000n, 2, true),
    access(1, 'read', 0x1ffcn, 8),
    access(1, 'read', 0x1000n, 1, true),
    access(2, 'read', 0x1000n, 1, true),
    access(2, 'write', 0x1000n, 1, true),
    access(2, 'write', 0x2000n, 1, true),
  ]);
});

test('a run goes on from chunk to chunk, and a full chunk of crossing accesses fits', async () => {
  const run = Array.from({ length: 200_000 }, () => access(1, 'read', 0x1000n, 4));
  expect(await folded(run, 4096)).toEqual([access(1, 'read', 0x1000n, 200_000, true)]);
  const crossing = [run[0]!, ...Array.from({ length: 70_000 }, () => access(1, 'read', 0x1ffen, 4)), run[0]!];
  const result = await folded(crossing, 4096);
  expect(result).toHaveLength(70_002);
  expect(result.at(-1)).toEqual(access(1, 'read', 0x1000n, 1, true));
});

test('a run of more accesses than a record can count becomes two', async () => {
  const records = [access(1, 'read', 0n, 0xffff_fffe, true), access(1, 'read', 8n, 1), access(1, 'read', 16n, 1)];
  expect(await folded(records, 4096, 4096)).toEqual([
    access(1, 'read', 0n, 0xffff_ffff, true),
    access(1, 'read', 0n, 1, true),
  ]);
});

test('what it tells of itself', async () => {
  const source = await fold(traceFromRecords([access(1, 'read', 0n)], { name: 'two' }), 65_536, await traceWasm);
  expect([source.name, source.foldedPage]).toEqual(['two', 65_536]);
  expect((await readAll(source)).info).toMatchObject({ foldedPage: 65_536, records: 1, accesses: 1 });
  const larger = traceFromRecords([access(1, 'read', 0n, 3, true)], { foldedPage: 8192 });
  expect((await fold(larger, 4096, await traceWasm)).foldedPage).toBe(8192);
});

test('a page that is none', async () => {
  const source = traceFromRecords(packRecords([access(1, 'read', 0n)]));
  await expect(fold(source, 3000, await traceWasm)).rejects.toThrow('fold page 3000: expected a power of two');
});
