/** Written, read, written again: equal bytes, and equal events where nothing was lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../../../src/node/trace/index.ts';
import { eventHash } from '../../../src/trace/event-hash.ts';
import { traceFromBytes } from '../../../src/trace/open.ts';
import type { TraceRecord } from '../../../src/trace/record.ts';
import { unpackTrace } from '../../../src/trace/record.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import type { TraceSource } from '../../../src/trace/source.ts';
import { LossError, WRITERS, type WriteOptions, write } from '../../../src/trace/writers/index.ts';
import { type FullRecord, trace, unfoldedTrace } from '../arbitrary.ts';
import { access, latin1, openText, traceWasm } from '../support.ts';

const SOAK = process.env['SOAK'] === '1';

interface Output {
  readonly bytes: Uint8Array;
  readonly lost: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

async function output(source: TraceSource, format: string, options: WriteOptions = {}): Promise<Output> {
  const { pieces, lost, notes } = write(source, format, { ...options, module: await traceWasm });
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(new Uint8Array(piece));
  return { bytes: Buffer.concat(all), lost, notes };
}

const OPTIONS: Readonly<Record<string, WriteOptions>> = { oracle_general: { ids: 'byte' } };

/** `oracle_general` has object ids, which here are addresses. */
const read = async (format: string, bytes: Uint8Array): Promise<TraceSource> =>
  traceFromBytes(bytes, { format, module: await traceWasm, ...(format === 'oracle_general' ? { idIs: 'byte' } : {}) });

const records = async (source: TraceSource): Promise<readonly unknown[]> => {
  const all: unknown[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next())
    all.push(...unpackTrace(chunk.bytes));
  return all;
};

/** Of a random trace, what the format can hold. */
const FITTING: Readonly<Record<string, (list: readonly FullRecord[]) => readonly FullRecord[]>> = {
  vmt: (list) => list,
  text: (list) => list,
  csv: (list) => list,
  drmemtrace: (list) => list,
  champsim: (list) => [access(1, 'ifetch', 0x1000n), ...list.flatMap(instruction)],
  oracle_general: (list) => list.map(({ address }) => access(1, 'read', address)),
};

/** A fetch, and of the other accesses a read and a write. */
function instruction({ address, extent, op }: FullRecord): FullRecord[] {
  if (op === 'ifetch') return [access(1, 'ifetch', address)];
  const data = access(1, 'read', address === 0n ? 1n : address);
  return [access(1, 'ifetch', BigInt(extent) * 4n), data, ...(op === 'write' ? [{ ...data, op }] : [])];
}

test('a row for each format that is written', () => {
  expect(WRITERS.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(FITTING)));
  expect(new Set(WRITERS.flatMap(({ suffixes }) => suffixes)).size).toBe(
    WRITERS.flatMap(({ suffixes }) => suffixes).length,
  );
});

describe.each(Object.keys(FITTING))('%s', (format) => {
  const options = OPTIONS[format] ?? {};
  // A .vmt takes some milliseconds however short it is.
  const numRuns = (format === 'vmt' ? 5 : 50) * (SOAK ? 20 : 1);

  test('what the format can hold comes back, and is written as before', async () => {
    await fc.assert(
      fc.asyncProperty(unfoldedTrace, async (list) => {
        const fitting = FITTING[format]!(list);
        if (fitting.length === 0) return;
        const { bytes, lost, notes } = await output(traceFromRecords(fitting), format, options);
        expect([lost, notes]).toEqual([{}, []]);
        const back = await read(format, bytes);
        expect(await records(back)).toEqual(fitting);
        const again = await output(await read(format, bytes), format, options);
        expect(Buffer.from(again.bytes).equals(bytes)).toBe(true);
      }),
      { numRuns },
    );
  });

  test('with losses, what was written is written the same again', async () => {
    await fc.assert(
      fc.asyncProperty(trace, async (list) => {
        if (list.length === 0) return;
        const source = traceFromRecords(list, { foldedPage: 4096 });
        const { bytes } = await output(source, format, { ...options, lossy: true });
        if (format === 'champsim' && bytes.length === 0) return;
        const again = await output(await read(format, bytes), format, options);
        expect(Buffer.from(again.bytes).equals(bytes)).toBe(true);
      }),
      { numRuns },
    );
  });

  test('more than a chunk, and folded records of many accesses', async () => {
    const list: FullRecord[] = Array.from({ length: 20_000 }, (_, index) =>
      access(1, index % 3 === 0 ? 'ifetch' : 'read', BigInt(0x10000 + index * 8)),
    );
    const folded = [access(1, 'ifetch', 0x5123n, 70_000, true), access(1, 'read', 0x6000n, 3, true)];
    const source = traceFromRecords([...list, ...folded], { foldedPage: 4096 });
    const { bytes, notes } = await output(source, format, { ...options, lossy: true });
    const back = await read(format, bytes);
    await records(back);
    // Two or three reads behind a fetch are one instruction of ChampSim's.
    expect(back.info().accesses).toBe(90_003);
    const { folds } = WRITERS.find(({ name }) => name === format)!;
    expect(notes).toEqual(
      folds ? [] : ['70003 accesses were folded on pages of 4096 bytes: each stands by itself, where its page begins'],
    );
  });
});

test('encodings of one trace have one hash', async () => {
  const list = Array.from({ length: 10_000 }, (_, index) =>
    access(
      1 + (index % 3),
      (['ifetch', 'read', 'write'] as const)[index % 3]!,
      BigInt(index) * 40_961n,
      1 + (index % 16),
    ),
  );
  const expected = await eventHash(traceFromRecords(list));
  for (const format of ['vmt', 'text', 'csv', 'drmemtrace']) {
    const { bytes } = await output(traceFromRecords(list), format);
    expect(await eventHash(await traceFromBytes(bytes, { module: await traceWasm })), format).toBe(expected);
  }
});

test('what was written is taken for what it is', async () => {
  const lines = Array.from(
    { length: 300 },
    (_, index) => `1 I ${0x401000 + index * 4}\n1 R ${0x7ffe0000 + index * 8}\n`,
  );
  for (const { name } of WRITERS) {
    const { bytes } = await output(await openText(lines.join('')), name, { lossy: true });
    const source = await traceFromBytes(bytes, { module: await traceWasm });
    expect(source.format).toBe(name);
    await source.close();
  }
});

describe('losses', () => {
  const lossOf = async (list: readonly TraceRecord[] | string, format: string): Promise<string> => {
    const source = (): Promise<TraceSource> | TraceSource =>
      typeof list === 'string' ? openText(list) : traceFromRecords(list);
    await expect(output(await source(), format)).rejects.toThrow(LossError);
    const { lost } = await output(await source(), format, { lossy: true });
    return Object.entries(lost)
      .map(([loss, count]) => `${loss} ${count}`)
      .join(', ');
  };

  test.each([
    ['csv', '1 fork 2\n2 R 0x10 8\n', 'operations 1'],
    ['drmemtrace', '1 mmap 0x1000 4096 rw- private file:a 0\n1 R 0x1000 70000\n', 'operations 1, sizes 1'],
    ['champsim', '1 I 0x10 4\n2 I 0x20\n', 'sizes 1, processes 1'],
    ['champsim', '1 R 0x10\n', 'fetches_added 1'],
    ['champsim', '1 I 0x10\n1 W 0x20\n1 R 0x20\n', 'order 1'],
    ['champsim', '1 I 0x10\n1 W 0x20\n1 W 0x30\n1 W 0x40\n', 'fetches_added 1'],
    ['champsim', '1 I 0x10\n1 R 0\n', 'zero_addresses 1'],
    ['oracle_general', '1 R 0x1000\n2 W 0x1004\n', 'processes 1, ops 1, offsets 1'],
    ['oracle_general', '1 R 0x1ffc 8\n', 'sizes 1, offsets 1, crossings 1'],
  ])('%s: %j', async (format, text, lost) => {
    expect(await lossOf(text, format)).toBe(lost);
  });

  test('the message says what it is about', async () => {
    await expect(output(await openText('1 fork 2\n'), 'csv')).rejects.toThrow(
      'format csv cannot hold operations (fork, mmap and all else that is no access): allow the loss, or take another format',
    );
    expect(() => write(traceFromRecords([]), 'lackey')).toThrow(
      "format 'lackey': expected vmt, text, drmemtrace, champsim, oracle_general, csv",
    );
  });
});

describe('oracle_general', () => {
  test('next is the number of the request that asks for the page next', async () => {
    await fc.assert(
      fc.asyncProperty(trace, async (list) => {
        const { bytes } = await output(traceFromRecords(list, { foldedPage: 4096 }), 'oracle_general', { lossy: true });
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const requests = Array.from({ length: bytes.length / 24 }, (_, index) => ({
          time: view.getUint32(index * 24, true),
          id: view.getBigUint64(index * 24 + 4, true),
          next: view.getBigInt64(index * 24 + 16, true),
        }));
        for (const [index, { time, id, next }] of requests.entries()) {
          expect(time).toBe(index + 1);
          const later = requests.findIndex((other, at) => at > index && other.id === id);
          // Past the end of the address space there is no page, and no next use.
          if (id < 2n ** 52n) expect(next).toBe(later < 0 ? -1n : BigInt(later + 1));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the reader finds nothing wrong with it', async () => {
    const text = Array.from({ length: 2000 }, (_, index) => `1 R ${((index * index) % 97) * 4096}\n`).join('');
    const { bytes } = await output(await openText(text), 'oracle_general');
    const source = await traceFromBytes(bytes, { module: await traceWasm });
    await records(source);
    expect(source.info().facts).toMatchObject({ next: 'index' });
  });
});

test('drmemtrace tells its version, threads and end', async () => {
  const { bytes } = await output(
    await openText('7 I 0x10 4\n7 R 0x20 8\n9 W 0x30 8\n7 R 0x20 8\n0 R 0x40\n'),
    'drmemtrace',
  );
  const source = await traceFromBytes(bytes, { format: 'drmemtrace', module: await traceWasm });
  expect(await records(source)).toEqual([
    access(7, 'ifetch', 0x10n, 4),
    access(7, 'read', 0x20n, 8),
    access(9, 'write', 0x30n, 8),
    access(7, 'read', 0x20n, 8),
    access(0, 'read', 0x40n),
  ]);
  expect(source.info().facts).toMatchObject({ version: 4, threads: 3, processes: 3 });
  expect(source.info().facts).not.toHaveProperty('footer');
  expect(Buffer.from(latin1('\x19\x00\x00\x00\x04')).equals(bytes.subarray(0, 5))).toBe(true);
});
