import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limited, type Part } from '../../src/trace/limited.ts';
import { type AccessRecord, type TraceRecord, unpackTrace } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import { TraceError, type TraceInfo } from '../../src/trace/source.ts';
import { type FullRecord, trace, unfoldedTrace } from './arbitrary.ts';
import { operationTrace } from './operations.ts';
import { everyTouch, NOWHERE } from './slow-touches.ts';
import { access } from './support.ts';

interface Got {
  readonly records: TraceRecord[];
  readonly info: TraceInfo;
  readonly error: string | null;
}

async function part(records: readonly TraceRecord[], options: Part, names: string[] = []): Promise<Got> {
  const source = limited(traceFromRecords(records, { foldedPage: 4096, objects: names }), options);
  const got: TraceRecord[] = [];
  let error: string | null = null;
  try {
    for (let chunk = await source.next(); chunk; chunk = await source.next()) {
      expect(chunk.records).toBeGreaterThan(0);
      expect(chunk.records).toBeLessThanOrEqual(8192);
      expect(chunk.bytes).toHaveLength(chunk.records * 16);
      got.push(...unpackTrace(chunk.bytes.slice()));
    }
  } catch (thrown) {
    if (!(thrown instanceof TraceError)) throw thrown;
    error = thrown.message;
  }
  return { records: got, info: source.info(), error };
}

const isAccess = (record: TraceRecord): record is AccessRecord => !('operation' in record);
const countOf = (records: readonly TraceRecord[]): number =>
  records.filter(isAccess).reduce((sum, { folded, extent = 1 }) => sum + (folded === true ? extent : 1), 0);

/** One access after the other, counted one by one. */
function slowWindow(records: readonly TraceRecord[], skip: number, length: number): TraceRecord[] {
  let number = 0;
  const out: TraceRecord[] = [];
  for (const record of records) {
    if (number >= skip + length) break;
    if (!isAccess(record)) out.push(record);
    else if (record.folded === true) {
      let extent = 0;
      for (let each = 0; each < (record.extent ?? 1); each++, number++) {
        if (number >= skip && number < skip + length) extent++;
      }
      if (extent > 0) out.push({ ...record, extent });
    } else {
      if (number >= skip) out.push(record);
      number++;
    }
  }
  return out;
}

const small = fc.integer({ min: 0, max: 60 });

describe('skip and length', () => {
  test('count every access, and cut folded records', async () => {
    await fc.assert(
      fc.asyncProperty(trace, small, small, async (records, skip, more) => {
        const expected = slowWindow(records, skip, more + 1);
        const { records: got, info, error } = await part(records, { skip, length: more + 1 });
        expect(got).toEqual(expected);
        expect([info.accesses, info.records]).toEqual([countOf(expected), expected.length]);
        expect(error !== null).toBe(countOf(records) <= skip && (skip > 0 || records.length === 0));
      }),
      { numRuns: 300 },
    );
  });

  test('operations before the part stay', async () => {
    await fc.assert(
      fc.asyncProperty(operationTrace, small, async ({ records, names }, skip) => {
        fc.pre(countOf(records) > skip);
        const { records: got, info } = await part(records, { skip }, names);
        const accessesOnly = got.filter(isAccess);
        expect(accessesOnly).toEqual(records.filter(isAccess).slice(skip));
        expect(got.filter((record) => !isAccess(record))).toEqual(records.filter((record) => !isAccess(record)));
        expect(info.operations).toBe(got.length - accessesOnly.length);
      }),
      { numRuns: 100 },
    );
  });

  test('are told in the settings', async () => {
    const { info } = await part([access(1, 'read', 0n, 9, true)], { skip: 2, length: 3 });
    expect(info.settings).toEqual({ skip: 2, length: 3 });
  });

  test('too much left out', async () => {
    const { error } = await part([access(1, 'read', 0n, 9, true)], { skip: 9 });
    expect(error).toBe('records: no access behind the first 9, the trace has 9: expected fewer to be left out');
  });

  test('numbers that are none', () => {
    const source = traceFromRecords([]);
    expect(() => limited(source, { skip: -1 })).toThrow('skip -1: expected a whole number of at least 0');
    expect(() => limited(source, { length: 0 })).toThrow('length 0: expected a whole number of at least 1');
    expect(() => limited(source, { sample: 0 })).toThrow('sample 0: expected a whole number from 1 to 65536');
    expect(() => limited(source, { sample: 2, page: 3000 })).toThrow('page 3000: expected a power of two');
    expect(limited(source, {})).toBe(source);
  });
});

/** The hash of docs/inspect.md, in BigInt. */
function slowHash(pid: bigint, page: bigint): bigint {
  const word = 2n ** 32n;
  const mix = (value: bigint): bigint => {
    let h = value % word;
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) % word;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) % word;
    return h ^ (h >> 16n);
  };
  return mix((page % word) ^ mix((page / word) ^ mix((pid + 0x9e3779b9n) % word)));
}

const isKept = (key: string, sample: number): boolean => {
  const [pid = 0n, page = 0n] = key.split(':').map(BigInt);
  return slowHash(pid, page) % 2n ** 24n < 2n ** 24n / BigInt(sample);
};

const touches = (records: readonly TraceRecord[], shift: number) =>
  everyTouch(records.filter(isAccess) as FullRecord[], shift).filter(({ key }) => key !== NOWHERE);

describe('a sample of the pages', () => {
  test.each([
    [12, trace],
    [14, trace],
    [8, unfoldedTrace],
  ])('keeps the touches of its pages in their order, and no other (2^%i bytes)', async (shift, traces) => {
    // The records are declared as folded on 4096, so smaller pages need a source that is not.
    await fc.assert(
      fc.asyncProperty(traces, fc.integer({ min: 2, max: 5 }), async (records, sample) => {
        const source = limited(traceFromRecords(records, shift < 12 ? {} : { foldedPage: 4096 }), {
          sample,
          page: 2 ** shift,
        });
        const got: TraceRecord[] = [];
        const expected = touches(records, shift).filter(({ key }) => isKept(key, sample));
        try {
          for (let chunk = await source.next(); chunk; chunk = await source.next())
            got.push(...unpackTrace(chunk.bytes));
        } catch (error) {
          expect([expected, (error as Error).message]).toEqual([[], expect.stringContaining('is in the sample of')]);
        }
        expect(touches(got, shift)).toEqual(expected);
        expect(source.info().accesses).toBe(countOf(got));
      }),
      { numRuns: 150 },
    );
  });

  test('of one access to so many pages that its stretches fill several chunks', async () => {
    const wide = [access(1, 'read', 0x7ff_f123n, 0x1000_0000), access(1, 'write', 0n, 8)];
    const { records } = await part(wide, { sample: 2 });
    expect(touches(records, 12)).toEqual(touches(wide, 12).filter(({ key }) => isKept(key, 2)));
    expect(records.length).toBeGreaterThan(10_000);
  });

  test('takes about 1/R of the pages, and says what it is', async () => {
    const pages = Array.from({ length: 20_000 }, (_, page) => access(1, 'read', BigInt(page) << 12n));
    for (const sample of [2, 10, 100]) {
      const { info } = await part(pages, { sample });
      const expected = pages.length / sample;
      expect(Math.abs(info.accesses - expected)).toBeLessThan(5 * Math.sqrt(expected));
      expect(info.settings).toEqual({ sample: `1/${sample}`, sample_page: 4096 });
    }
  });

  test('a sample is part of every larger one, and the same after skipping', async () => {
    await fc.assert(
      fc.asyncProperty(trace, fc.integer({ min: 0, max: 20 }), async (records, skip) => {
        const few = new Set(touches((await part(records, { sample: 6 })).records, 12).map(({ key }) => key));
        const many = new Set(touches((await part(records, { sample: 3 })).records, 12).map(({ key }) => key));
        expect([...few].filter((key) => !many.has(key))).toEqual([]);
        const later = await part(slowWindow(records, skip, 1000), { sample: 3 });
        expect((await part(records, { skip, sample: 3 })).records).toEqual(later.records);
      }),
      { numRuns: 50 },
    );
  });

  test('keeps operations', async () => {
    await fc.assert(
      fc.asyncProperty(operationTrace, async ({ records, names }) => {
        const { records: got } = await part(records, { sample: 3 }, names);
        expect(got.filter((record) => !isAccess(record))).toEqual(records.filter((record) => !isAccess(record)));
      }),
      { numRuns: 50 },
    );
  });

  test('without any page', async () => {
    const { error } = await part([access(1, 'read', 0n)], { sample: 65_536 });
    expect(error).toBe('records: no page of the trace is in the sample of 1/65536: expected a larger sample');
  });
});
