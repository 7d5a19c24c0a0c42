import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GeneratorOptions, generate, PATTERNS } from '../../src/trace/generators/index.ts';
import { CHECKSUMS } from './checksums.ts';
import { type Read, readAll, traceWasm } from './support.ts';

const types = PATTERNS.map(({ name }) => name);

async function made(options: GeneratorOptions): Promise<Read> {
  return readAll(await generate(options, await traceWasm));
}

async function checksum(options: GeneratorOptions): Promise<string> {
  const source = await generate(options, await traceWasm);
  const hash = createHash('sha256');
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) hash.update(chunk.bytes);
  return hash.digest('hex').slice(0, 16);
}

const pages = ({ records }: Read): number[] => records.map(({ address }) => Number(address >> 12n));

describe.each(types)('%s', (type) => {
  test('the same records everywhere and always', async () => {
    const options = { type, accesses: 210_000, processes: 3, seed: 7 };
    expect(await checksum(options)).toBe(CHECKSUMS[type]);
    expect(await checksum(options)).toBe(CHECKSUMS[type]);
  });

  test('stays within its address space, its processes and its length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.oneof(
          fc.integer({ min: 4096, max: 2 ** 20 }),
          fc.integer({ min: 4096, max: 2 ** 57 }),
          fc.constant(2 ** 57),
        ),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (accesses, processes, addressSpace, seed) => {
          const { records, info } = await made({ type, accesses, processes, addressSpace, seed });
          expect(records).toHaveLength(accesses);
          expect(info).toMatchObject({ format: type, accesses, records: accesses, sha256: null });
          const end = BigInt(Math.floor(addressSpace / 4096)) * 4096n;
          expect(records.filter(({ address }) => address >= end)).toEqual([]);
          expect(records.filter(({ pid }) => pid < 1 || pid > processes)).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('writes about as often as asked', async () => {
    for (const writeRatio of [0, 0.3, 1]) {
      const { records } = await made({ type, accesses: 20_000, writeRatio });
      const writes = records.filter(({ op }) => op === 'write').length / 20_000;
      expect(Math.abs(writes - writeRatio)).toBeLessThan(0.02);
    }
  });
});

describe('the patterns', () => {
  test('sequential goes page by page and starts again', async () => {
    expect(pages(await made({ type: 'sequential', accesses: 7, addressSpace: 3 * 4096 }))).toEqual([
      0, 1, 2, 0, 1, 2, 0,
    ]);
  });

  test('thrashing goes round over its pages', async () => {
    const read = await made({ type: 'thrashing', accesses: 7, parameters: { cycle_pages: 5 } });
    expect(pages(read)).toEqual([0, 1, 2, 3, 4, 0, 1]);
  });

  test('loop stays on a page for 64 accesses', async () => {
    const read = await made({ type: 'loop', accesses: 300, parameters: { loop_pages: 2 } });
    expect(pages(read)).toEqual(Array.from({ length: 300 }, (_, index) => Math.floor(index / 64) % 2));
  });

  test('random reaches all pages about equally', async () => {
    const counts = histogram(pages(await made({ type: 'random', accesses: 64_000, addressSpace: 64 * 4096 })));
    expect(counts.size).toBe(64);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  test('working_set keeps to a set for a phase', async () => {
    const phase = 2000;
    const parameters = { hot_pages: 16, phase };
    const all = pages(await made({ type: 'working_set', accesses: 3 * phase, parameters }));
    for (const start of [0, phase, 2 * phase]) {
      const counts = [...histogram(all.slice(start, start + phase))].sort((a, b) => b[1] - a[1]).slice(0, 16);
      const places = counts.map(([page]) => page);
      expect(Math.max(...places) - Math.min(...places)).toBe(15);
      expect(counts.reduce((sum, [, count]) => sum + count, 0) / phase).toBeGreaterThan(0.92);
    }
  });

  test('locality stays near nine times in ten', async () => {
    const { records } = await made({ type: 'locality', accesses: 20_000, parameters: { reach: 100 } });
    const near = records.filter(({ address }, index) => {
      const step = index > 0 ? address - records[index - 1]!.address : 0n;
      return step >= -100n && step <= 100n;
    });
    expect(Math.abs(near.length / 20_000 - 0.9)).toBeLessThan(0.01);
  });

  test.each([0.5, 0.99, 1, 1.5])('zipf with exponent %f has the frequencies of its law', async (exponent) => {
    const accesses = 200_000;
    const options = { type: 'zipf', accesses, addressSpace: 1000 * 4096, parameters: { exponent } };
    const ranked = [...histogram(pages(await made(options))).values()].sort((a, b) => b - a);
    const total = Array.from({ length: 1000 }, (_, index) => (index + 1) ** -exponent).reduce(
      (sum, share) => sum + share,
    );
    for (const rank of [1, 2, 5, 20]) {
      const expected = (accesses * rank ** -exponent) / total;
      expect(Math.abs(ranked[rank - 1]! - expected)).toBeLessThan(6 * Math.sqrt(expected) + 0.06 * expected);
    }
  });

  test('zipf spreads its ranks over all pages', async () => {
    const places = pages(
      await made({ type: 'zipf', accesses: 100_000, addressSpace: 777 * 4096, parameters: { exponent: 0.1 } }),
    );
    expect(new Set(places).size).toBe(777);
    const hottest = [...histogram(places)].sort((a, b) => b[1] - a[1]).slice(0, 20);
    expect(hottest.filter(([page]) => page < 388).length).toBeGreaterThan(3);
  });
});

describe('what cannot be made', () => {
  test.each<[string, Partial<GeneratorOptions>, string]>([
    [
      'a type',
      { type: 'gauss' },
      "unknown generator 'gauss': expected sequential, random, working_set, locality, thrashing, zipf, loop, fork_server, " +
        'shared_memory, file_scan, operations',
    ],
    ['no accesses', { accesses: 0 }, 'accesses 0: expected a whole number from 1 to 9007199254740991'],
    ['half an access', { accesses: 1.5 }, 'accesses 1.5: expected a whole number'],
    ['no process', { processes: 0 }, 'processes 0: expected a whole number from 1 to 65536'],
    ['less than a page', { addressSpace: 4095 }, 'addressSpace 4095: expected a whole number from 4096'],
    ['a ratio', { writeRatio: 1.5 }, 'writeRatio 1.5: expected a number from 0 to 1'],
    ['a seed', { seed: -1 }, 'seed -1: expected a whole number from 0'],
    ['a parameter', { parameters: { exponent: 1 } }, "random has no parameter 'exponent': expected none"],
    [
      'its value',
      { type: 'zipf', parameters: { exponent: Number.NaN } },
      'exponent NaN: expected a number from 0.01 to 10',
    ],
  ])('%s', async (_name, options, message) => {
    await expect(made({ type: 'random', accesses: 10, ...options })).rejects.toThrow(message);
  });
});

function histogram(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
