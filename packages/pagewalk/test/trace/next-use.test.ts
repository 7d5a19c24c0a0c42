import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSpool } from '../../src/node/trace/spool.ts';
import { fold } from '../../src/trace/fold.ts';
import { generate } from '../../src/trace/generators/index.ts';
import { NEVER, withNextUse } from '../../src/trace/next-use.ts';
import { unpackRecords } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import type { TraceSource } from '../../src/trace/source.ts';
import { memorySpool, type SpoolFactory } from '../../src/trace/spool.ts';
import { type FullRecord, trace } from './arbitrary.ts';
import { NOWHERE, nextUses, recordTouches, touchNumbers } from './slow-touches.ts';
import { access, readText, traceWasm } from './support.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFile: SpoolFactory = () => fileSpool(folder);

interface Indexed {
  readonly records: FullRecord[];
  readonly uses: number[];
  readonly chunks: number;
}

async function indexed(source: TraceSource, shift: number, spools: SpoolFactory = memorySpool): Promise<Indexed> {
  const result = withNextUse(source, shift, spools);
  const records: FullRecord[] = [];
  const uses: number[] = [];
  let chunks = 0;
  for (let chunk = await result.next(); chunk !== null; chunk = await result.next()) {
    const part = unpackRecords(chunk.bytes);
    expect(chunk.records).toBe(part.length);
    expect(chunk.touches).toBe(chunk.nextUses.length);
    expect(chunk.touches).toBeLessThanOrEqual(131_072);
    for (const record of part) records.push(record);
    for (const use of chunk.nextUses) uses.push(use === NEVER ? -1 : Number(use));
    chunks++;
  }
  expect(await result.next()).toBeNull();
  await result.close();
  return { records, uses, chunks };
}

/** As `nextUses`, in one pass from behind. */
function quickUses(records: readonly FullRecord[], shift: number): number[] {
  const last = new Map<string, number>();
  const touches = recordTouches(records, shift);
  const numbers = touchNumbers(records, shift);
  const uses = new Array<number>(touches.length);
  for (let place = touches.length - 1; place >= 0; place--) {
    const { key } = touches[place]!;
    uses[place] = key === NOWHERE ? -1 : (last.get(key) ?? -1);
    last.set(key, numbers[place]!);
  }
  return uses;
}

describe('the next use of every touch', () => {
  test.each([0, 8, 12, 30])('with pages of 2^%i bytes', async (shift) => {
    const small =
      shift === 0
        ? trace.map((records) => records.map((each) => ({ ...each, extent: Math.min(each.extent, 20) })))
        : trace;
    await fc.assert(
      fc.asyncProperty(small, fc.boolean(), async (records, file) => {
        const source = traceFromRecords(records, { foldedPage: 2 ** shift });
        const result = await indexed(source, shift, file ? inFile : memorySpool);
        expect(result.records).toEqual(records);
        expect(result.uses).toEqual(nextUses(records, shift));
      }),
      { numRuns: 60 },
    );
  });

  test('by hand', async () => {
    const records = [
      access(1, 'read', 0x1000n),
      access(1, 'read', 0x1ffen, 4), // pages 1 and 2
      access(2, 'read', 0x1000n), // another process
      access(1, 'write', 0x2000n, 5, true),
      access(1, 'read', 0x1001n),
    ];
    const { uses } = await indexed(traceFromRecords(records, { foldedPage: 4096 }), 12);
    expect(uses).toEqual([2, 10, 5, -1, -1, -1]);
  });

  test('many chunks, many pages', async () => {
    const made = await generate({ type: 'zipf', accesses: 300_000, processes: 3, seed: 5 }, await traceWasm);
    const { records, uses, chunks } = await indexed(made, 12, inFile);
    expect(records).toHaveLength(300_000);
    expect(chunks).toBe(37);
    expect(uses).toEqual(quickUses(records, 12));
  });

  test('small chunks are joined', async () => {
    const made = await generate({ type: 'sequential', accesses: 200_000, writeRatio: 0 }, await traceWasm);
    const folded = await fold(made, 65_536, await traceWasm);
    const { records, uses, chunks } = await indexed(folded, 16);
    expect(chunks).toBe(2);
    expect(uses).toEqual(quickUses(records, 16));
  });

  test('chunks of more touches than fit are split', async () => {
    const records = Array.from({ length: 30_000 }, (_, index) => access(1, 'read', BigInt(index) * 4096n, 10 * 4096));
    const { uses, chunks, records: back } = await indexed(traceFromRecords(records), 12);
    expect(chunks).toBe(4);
    expect(back).toEqual(records);
    expect(uses).toEqual(quickUses(records, 12));
  });

  test('an access that touches more pages than fit is refused', async () => {
    const source = traceFromRecords([access(1, 'read', 0n, 2 ** 26)], { name: 'wide' });
    await expect(indexed(source, 8)).rejects.toThrow(
      'wide: an access that touches 262144 pages: expected at most 131072 for OPT',
    );
  });

  test('an empty trace', async () => {
    expect(await indexed(traceFromRecords([]), 12)).toEqual({ records: [], uses: [], chunks: 0 });
  });
});

describe('the spool', () => {
  test('leaves no file behind, whatever ends the reading', async () => {
    const whole = traceFromRecords([access(1, 'read', 0n)]);
    await indexed(whole, 12, inFile);
    const stopped = withNextUse(await generate({ type: 'random', accesses: 200_000 }, await traceWasm), 12, inFile);
    await stopped.next();
    await stopped.close();
    await stopped.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a fault of the trace comes through', async () => {
    const { error } = await readText('1 R 0x1\n1 Q 0x1\n');
    const failing: TraceSource = {
      ...traceFromRecords([]),
      next: () => Promise.reject(error),
    };
    const source = withNextUse(failing, 12, inFile);
    await expect(source.next()).rejects.toBe(error);
    await source.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a folder that cannot be written', async () => {
    const source = withNextUse(traceFromRecords([access(1, 'read', 0n)]), 12, () => fileSpool(join(folder, 'absent')));
    await expect(source.next()).rejects.toThrow('ENOENT');
    await source.close();
  });

  test('in memory keeps what is written in any order', async () => {
    const spool = await memorySpool();
    const bytes = Uint8Array.from({ length: 5_000_000 }, (_, index) => index * 7);
    for (let at = bytes.length; at > 0; at -= 1_300_000) {
      const from = Math.max(0, at - 1_300_000);
      await spool.write(from, bytes.subarray(from, at));
    }
    const back = new Uint8Array(3_000_001);
    await spool.read(999_999, back);
    expect(Buffer.compare(back, bytes.subarray(999_999, 4_000_000))).toBe(0);
    await spool.close();
  });
});

test('a page shift that is none', () => {
  expect(() => withNextUse(traceFromRecords([]), 4096)).toThrow('page shift 4096: expected 0 to 30');
});

test('progress goes to its end', async () => {
  const source = withNextUse(await generate({ type: 'random', accesses: 150_000 }, await traceWasm), 12);
  const places: number[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) places.push(source.position());
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.at(-1)).toBe(source.sizeHint);
  await source.close();
});
