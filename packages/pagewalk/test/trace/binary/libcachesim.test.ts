import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { access, errorOf, readBytes } from '../support.ts';
import { joined, lcs, lcsHeader, le, oldLcsHeader, oracleGeneral, oracleGeneralOpns, type Request } from './pack.ts';

const PAGE = 4096n;
const general = (rows: readonly Request[], options: OpenOptions = {}) =>
  readBytes(joined(...rows.map(oracleGeneral)), { format: 'oracle_general', ...options });
const opns = (rows: readonly Request[], options: OpenOptions = {}) =>
  readBytes(joined(...rows.map(oracleGeneralOpns)), { format: 'oracle_general_opns', ...options });

describe('objects to addresses', () => {
  test.each([
    [{}, 7n * PAGE, 'page'],
    [{ idIs: 'byte' }, 7n, 'byte'],
    [{ idIs: 'lbn512' }, 7n * 512n, 'lbn512'],
  ] as const)('%j', async (options, address, idIs) => {
    const { records, info } = await general([{ id: 7, size: 9000 }], options);
    expect(records).toEqual([access(1, 'read', address, 1)]);
    expect(info.settings).toEqual({ id_is: idIs, sizes: 'ignored' });
  });

  test('sizes', async () => {
    const { records, info } = await general(
      [
        { id: 7, size: 9000 },
        { id: 8, size: 0 },
      ],
      { split: true },
    );
    expect(records).toEqual([access(1, 'read', 7n * PAGE, 9000), access(1, 'read', 8n * PAGE, 1)]);
    expect(info.settings).toEqual({ id_is: 'page', sizes: 'split' });
  });

  test.each([
    ['page', 2n ** 52n, 'the number of a page, below 2^52; --id-is byte takes any'],
    ['lbn512', 2n ** 55n, 'the number of a sector, below 2^55; --id-is byte takes any'],
  ] as const)('ids too large for %s', async (idIs, limit, expected) => {
    const { records } = await general([{ id: limit - 1n }], { idIs });
    expect(records).toHaveLength(1);
    const { error } = await general([{ id: 1 }, { id: limit }], { idIs });
    expect(error?.message).toBe(`trace: record 2: byte 28: bad id '${limit}': expected ${expected}`);
    const any = await general([{ id: 2n ** 64n - 1n }], { idIs: 'byte' });
    expect(any.records[0]?.address).toBe(2n ** 64n - 1n);
  });

  test('a wrong word', async () => {
    await expect(general([{ id: 1 }], { idIs: 'sector' as 'page' })).rejects.toThrow(
      "idIs 'sector': expected page, byte, lbn512",
    );
  });
});

describe('ops', () => {
  test.each([
    ['read', [0, 1, 2, 12]],
    ['write', [3, 4, 5, 6, 7, 8, 10, 11, 13, 14]],
  ] as const)('%s', async (op, codes) => {
    const { records } = await opns(codes.map((code) => ({ id: code, op: code })));
    expect(records.map((record) => record.op)).toEqual(codes.map(() => op));
  });

  test('those that are left out', async () => {
    const { records, info } = await opns([{ id: 1, op: 9 }, { id: 2, op: 255 }, { id: 3, op: 9 }, { id: 4 }]);
    expect(records).toEqual([access(1, 'read', 4n * PAGE)]);
    expect(info.leftOut).toEqual({ deletes: 2, invalid_ops: 1 });
  });

  test('an unknown one', async () => {
    const { error } = await opns([{ id: 1 }, { id: 1, op: 15 }]);
    expect(error?.message).toBe("trace: record 2: byte 43: bad op '15': expected 0 to 14, or 255");
  });
});

describe('the field next', () => {
  const next = async (ids: readonly number[], nexts: readonly (number | bigint)[]): Promise<unknown> =>
    (await general(ids.map((id, at) => ({ id, next: nexts[at] ?? -1 })))).info.facts['next'];

  test.each([
    ['an index', [1, 2, 1, 1], [3, -1, 4, -1], 'index'],
    ['an index, 2^63-1 for never', [1, 2, 1], [3, 2n ** 63n - 1n, -1], 'index'],
    ['a distance', [1, 2, 1, 1], [2, -1, 1, -1], 'distance'],
    ['both at once', [1, 2], [-1, -1], 'index'],
    ['neither', [1, 2, 1, 1], [9, -1, 9, -1], 'wrong in 2 of 4'],
    ['an index from 0', [1, 2, 1, 1], [2, -1, 3, -1], 'wrong in 1 of 4'],
    ['never, but it comes', [1, 1], [-1, -1], 'wrong in 1 of 2'],
    ['one that does not come', [1, 2], [5, -1], 'wrong in 1 of 2'],
  ])('%s', async (_, ids, nexts, told) => {
    expect(await next(ids, nexts)).toBe(told);
  });

  test('of a long trace only the beginning is looked at', async () => {
    const LONG = 70_000;
    const rows = Array.from({ length: LONG }, (_, at) => ({ id: at % 100, next: at + 101 }));
    expect((await general(rows)).info.facts['next']).toBe('index');
    rows.fill({ id: 5, next: 77 }, 65_536);
    expect((await general(rows)).info.facts['next']).toBe('index');
    rows[60_000] = { id: 0, next: 77 };
    expect((await general(rows)).info.facts['next']).toBe('wrong in 1 of 65436');
  });
});

test('times', async () => {
  const { info } = await general([5, 9, 7, 7, 3].map((time, id) => ({ id, time })));
  expect(info.facts).toMatchObject({ first_time: 5, last_time: 3, times_backwards: 2 });
  expect((await general([{ id: 1, time: 4 }])).info.facts).toEqual({ first_time: 4, last_time: 4, next: 'index' });
});

test('what they are is told', async () => {
  expect((await general([{ id: 1 }])).info.notes).toEqual([
    'requests of objects in a cache, not accesses of a program',
  ]);
});

describe('lcs', () => {
  const rows: Request[] = [
    { time: 1, id: 5, size: 700, op: 12, next: 3 },
    { time: 2, id: 6, size: 8000, op: 13, next: -1 },
    { time: 2, id: 5, size: 700, op: 9, next: -1 },
  ];

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('version %i', async (version) => {
    const bytes = joined(lcsHeader(version, 3, 2), ...rows.map((row) => lcs(version, row)));
    const { records, info } = await readBytes(bytes, { split: true });
    const all = [
      access(1, 'read', 5n * PAGE, 700),
      access(1, version === 1 ? 'read' : 'write', 6n * PAGE, 8000),
      access(1, 'read', 5n * PAGE, 700),
    ];
    expect(records).toEqual(version === 1 ? all : all.slice(0, 2));
    expect(info).toMatchObject({
      format: 'lcs',
      facts: { version, declared_requests: 3, declared_objects: 2, first_time: 1, last_time: 2, next: 'index' },
    });
  });

  test.each([3, 8])('version %i: sizes of 64 bits', async (version) => {
    const row = (size: bigint) => joined(lcsHeader(version), lcs(version, { id: 1, size }));
    expect((await readBytes(row(2n ** 40n))).records).toHaveLength(1);
    expect((await errorOf(row(2n ** 40n), { split: true })).message).toBe(
      "trace: record 1: byte 8204: bad size '1099511627776': expected 0 to 4294967295",
    );
    expect((await errorOf(row(-1n))).message).toContain("bad size '18446744073709551615'");
  });

  test('the older header: fields where it says', async () => {
    const header = oldLcsHeader({ format: '<hqBiIc', bytes: 20, id: 2, size: 5, time: 4, next: 1, op: 3 });
    const request = (next: number, id: number, op: number, time: number, size: number) => [
      ...le(2, next),
      ...le(8, id),
      op,
      ...le(4, time),
      ...le(4, size),
      0x7f,
    ];
    const bytes = joined(header, request(2, 9, 13, -5, 100), request(-1, 9, 2, 4, 200));
    const { records, info } = await readBytes(bytes, { split: true });
    expect(records).toEqual([access(1, 'write', 9n * PAGE, 100), access(1, 'read', 9n * PAGE, 200)]);
    expect(info.facts).toMatchObject({ version: 1, declared_requests: 3, declared_objects: 2, next: 'index' });
  });

  test('the older header: times of 64 bits', async () => {
    const header = oldLcsHeader({ format: '<qQ', bytes: 16, id: 2, time: 1 });
    const { info } = await readBytes(joined(header, le(8, 2n ** 60n + 1n), le(8, 5), le(8, -1), le(8, 6)));
    expect(info.facts).toMatchObject({ first_time: '1152921504606846977', last_time: '18446744073709551615' });
  });

  test('the older header: an id alone', async () => {
    const bytes = joined(oldLcsHeader({ format: '<fH', bytes: 6, id: 2 }), [0, 0, 0, 0, ...le(2, 65_535)]);
    const { records, info } = await readBytes(bytes, { split: true });
    expect(records).toEqual([access(1, 'read', 65_535n * PAGE, 1)]);
    expect(info.facts).toEqual({ version: 1, declared_requests: 3, declared_objects: 2 });
  });

  const good = { format: '<IQ', bytes: 12, id: 2, time: 1 };
  test.each([
    ['big-endian', { ...good, format: '>IQ' }, "byte 8: bad format '>'"],
    ['no letter', { ...good, format: '<IZ' }, "byte 10: bad field 'Z'"],
    ['an id with a fraction', { ...good, format: '<Id' }, "byte 10: bad field 'd': expected an integer"],
    ['too few fields', { ...good, fields: 3 }, "byte 1000: bad number of fields '3'"],
    ['a field that is not there', { ...good, op: 3 }, "byte 253: bad number of a field '3'"],
    ['no id', { ...good, id: 0 }, "byte 248: bad field of the id '0'"],
    ['another size', { ...good, bytes: 16 }, "byte 1004: bad size of a request '16'"],
  ])('a bad older header: %s', async (_, header, message) => {
    const bytes = joined(oldLcsHeader(header), new Array<number>(12).fill(1));
    expect((await errorOf(bytes)).message).toContain(message);
    expect((await errorOf(bytes, { lenient: true })).message).toContain(message);
  });

  test('bad headers', async () => {
    const header = joined(lcsHeader(3));
    header[8184] = 0;
    expect((await errorOf(header)).message).toContain('byte 8184: bad magic number at the end of the header');
    const zero = joined(lcsHeader(0));
    expect((await errorOf(zero)).message).toContain('byte 1016: bad magic number at the end of the header');
    expect((await errorOf(header.subarray(0, 5000))).message).toContain(
      'truncated record: expected a header of 8192 bytes',
    );
    expect((await errorOf(header.subarray(0, 9), { format: 'lcs' })).message).toContain('truncated record');
    expect((await errorOf(joined(lcsHeader(3)))).message).toContain('holds no access');
  });
});
