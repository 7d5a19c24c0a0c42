import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/lab/inspect/inspect.ts';
import { PageTable } from '../../../src/lab/inspect/page-table.ts';
import { inspectionSchema } from '../../../src/lab/inspect/schema.ts';
import { eventHash } from '../../../src/trace/event-hash.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import type { TraceSource } from '../../../src/trace/source.ts';
import { type FullRecord, trace, unfoldedTrace } from '../../trace/arbitrary.ts';
import { operationTrace } from '../../trace/operations.ts';
import { access } from '../../trace/support.ts';
import { slowInspection } from './slow-inspection.ts';

const source = (records: readonly FullRecord[], foldedPage = 4096) => traceFromRecords(records, { foldedPage });
/** Addresses whose pages wrap past 2^64 are told by the readers as they are; the slow way counts pages that there are not. */
const ends = ({ address, extent, folded }: FullRecord): boolean =>
  folded || (address + BigInt(extent) - 1n) >> 64n === 0n;

describe('counts', () => {
  test.each([12, 14])('those of every touch one by one, pages of 2^%i bytes', async (shift) => {
    await fc.assert(
      fc.asyncProperty(trace, async (given) => {
        const records = given.filter(ends);
        fc.pre(records.length > 0);
        const { byPage, firsts, ...expected } = slowInspection(records, shift);
        const { inspection } = await inspect(source(records), { page: 2 ** shift, top: 5 });
        expect(inspection).toMatchObject(expected);
        expect(inspection.records).toBe(records.length);
        inspectionSchema().parse(inspection);
        for (const { pid, page, ...rest } of inspection.hot_pages) {
          const key = `${pid}:${BigInt(page) >> BigInt(shift)}`;
          expect([rest.touches, rest.reads, rest.writes, rest.fetches]).toEqual(byPage.get(key));
        }
        const most = [...byPage.values()].map(([count]) => count!).sort((a, b) => b - a);
        expect(inspection.hot_pages.map(({ touches }) => touches)).toEqual(most.slice(0, 5));
        const { step, pages, new_pages, reads, writes, fetches } = inspection.timeline;
        pages.forEach((sum, row) => {
          expect(sum).toBe(firsts.filter((first) => first <= (row + 1) * step).length);
          const inRow = reads[row]! + writes[row]! + fetches[row]!;
          expect(inRow).toBe(Math.min(step, expected.accesses - row * step));
        });
        expect(new_pages.reduce((sum, each) => sum + each, 0)).toBe(byPage.size);
        const inRegions = inspection.regions.reduce((sum, region) => sum + region.pages, 0);
        expect(inRegions).toBe(byPage.size);
        expect(inspection.regions.reduce((sum, { touches }) => sum + touches, 0)).toBe(expected.touches);
      }),
      { numRuns: 100 },
    );
  });

  test('small pages', async () => {
    await fc.assert(
      fc.asyncProperty(unfoldedTrace, async (given) => {
        const records = given.filter(ends);
        fc.pre(records.length > 0);
        const { byPage: _, firsts: __, ...expected } = slowInspection(records, 6);
        const { inspection } = await inspect(traceFromRecords(records), { page: 64 });
        expect(inspection).toMatchObject(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('operations, and the hash of the events', async () => {
    await fc.assert(
      fc.asyncProperty(operationTrace, async ({ records, names }) => {
        const given = () => traceFromRecords(records, { objects: names });
        const { inspection } = await inspect(given(), { picture: true });
        const operations = records.filter((record) => 'operation' in record);
        expect(inspection.operations_total).toBe(operations.length);
        for (const { operation } of operations) {
          expect(inspection.operations[operation]).toBe(
            operations.filter((each) => each.operation === operation).length,
          );
        }
        expect(inspection.trace.event_sha256).toBe(await eventHash(given()));
        expect((await inspect(given(), { eventHash: false })).inspection.trace.event_sha256).toBeNull();
        inspectionSchema().parse(inspection);
      }),
      { numRuns: 50 },
    );
  });

  test('sizes and alignments', async () => {
    const records = [
      access(1, 'read', 0x1000n, 8),
      access(1, 'read', 0x1004n, 8),
      access(1, 'write', 0x1001n, 1),
      access(1, 'write', 0x2000n, 1000),
      access(1, 'ifetch', 0x3003n, 3),
    ];
    const { inspection } = await inspect(source(records));
    expect(inspection.sizes).toEqual([
      { bytes: 1, more: false, reads: 0, writes: 1, fetches: 0 },
      { bytes: 3, more: false, reads: 0, writes: 0, fetches: 1 },
      { bytes: 8, more: false, reads: 2, writes: 0, fetches: 0 },
      { bytes: 257, more: true, reads: 0, writes: 1, fetches: 0 },
    ]);
    expect(inspection.alignment.data).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(inspection.alignment.fetches[0]).toBe(1);
    expect(inspection.alignment.natural_ratio).toBe(0.5);
  });

  test('processes, the busiest first', async () => {
    const records = [
      access(7, 'read', 0n, 5, true),
      access(3, 'write', 0n, 9, true),
      access(7, 'ifetch', 0x9000n, 1, true),
    ];
    const { inspection } = await inspect(source(records), { top: 1 });
    expect(inspection.processes_total).toBe(2);
    expect(inspection.processes).toEqual([
      { pid: 3, accesses: 9, reads: 0, writes: 9, fetches: 0, operations: 0, pages: 1, first: 6, last: 14 },
    ]);
  });

  test('pages are as large as the fold, and not smaller', async () => {
    const records = [access(1, 'read', 0n, 5, true)];
    expect((await inspect(source(records, 65_536))).inspection.page_size).toBe(65_536);
    await expect(inspect(source(records, 65_536), { page: 4096 })).rejects.toThrow(
      'records was folded with pages of 64KiB and does not say where inside them its accesses are; page 4KiB is too small',
    );
    await expect(inspect(source(records), { page: 3000 })).rejects.toThrow('page 3000: expected a power of two');
  });
});

describe('more pages than are kept', () => {
  test('are estimated, and told as such', async () => {
    const records = Array.from({ length: 60_000 }, (_, page) =>
      access(1, 'read', BigInt((page * 7919) % 60_000) << 12n, 8),
    );
    const { inspection } = await inspect(source(records), { mostPages: 4096, eventHash: false });
    expect(inspection.pages.exact).toBe(false);
    // At least 2048 are kept, so the error is below 5/√2048 but for once in a million.
    expect(Math.abs(inspection.pages.distinct / 60_000 - 1)).toBeLessThan(5 / Math.sqrt(2048));
    expect(inspection.findings.map(({ id }) => id)).toContain('estimated');
    const inRegions = inspection.regions.reduce((sum, region) => sum + region.pages, 0);
    expect(inRegions).toBe(inspection.pages.distinct);
  });

  test('those touched most stay', () => {
    const table = new PageTable(4096);
    for (let page = 0; page < 20_000; page++) {
      const hot = table.find(page % 16, 7, 1);
      table.counts[hot * 3]! += 10;
      table.counts[table.find(page, 0, 1) * 3 + 1]!++;
    }
    const kept = Array.from({ length: 16 }, (_, page) => table.find(page, 7, 1));
    expect(kept.every((id) => id >= 0 && table.counts[id * 3] === 12_500)).toBe(true);
    expect(table.size).toBeLessThanOrEqual(4096);
    expect(table.isExact).toBe(false);
  });
});

/** Every record is of a page that was not touched before. */
function endless(count: number): TraceSource {
  const words = new Uint32Array(8192 * 4);
  let made = 0;
  const source = traceFromRecords([]);
  return {
    ...source,
    async next() {
      if (made >= count) return null;
      for (let at = 0; at < words.length; at += 4) {
        words[at] = (made << 12) >>> 0;
        words[at + 1] = made >>> 20;
        words[at + 2] = 8;
        words[at + 3] = 1 << 8;
        made++;
      }
      return { bytes: new Uint8Array(words.buffer), records: 8192 };
    },
  };
}

test.skipIf(process.env['SOAK'] !== '1')(
  'memory stays below 512 MB, whatever the trace (SOAK=1)',
  { timeout: 300_000 },
  async () => {
    const { inspection } = await inspect(endless(40_000_000), { picture: true });
    expect(Math.abs(inspection.pages.distinct / inspection.accesses - 1)).toBeLessThan(0.005);
    expect(process.resourceUsage().maxRSS).toBeLessThan(512 * 1024);
  },
);
