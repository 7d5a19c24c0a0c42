import { describe, expect, test } from 'vitest';
import { access, errorOf, readBytes } from '../support.ts';
import { entry, joined, marker } from './pack.ts';

const read = (...entries: number[][]) => readBytes(joined(...entries), { format: 'drmemtrace' });

describe('what becomes of each type', () => {
  test.each([
    [0, 'read'],
    [1, 'write'],
    [10, 'ifetch'],
    [11, 'ifetch'],
    [12, 'ifetch'],
    [13, 'ifetch'],
    [14, 'ifetch'],
    [15, 'ifetch'],
    [16, 'ifetch'],
    [30, 'ifetch'],
    [31, 'ifetch'],
    [48, 'ifetch'],
    [49, 'ifetch'],
  ] as const)('%i is a %s', async (type, op) => {
    const { records, info, error } = await read(entry(type, 4, 0x7f98_7654_3210n));
    expect(error).toBeNull();
    expect(records).toEqual([access(1, op, 0x7f98_7654_3210n, 4)]);
    expect(info).toMatchObject({ accesses: 1, leftOut: {}, settings: { addresses: 'virtual' } });
  });

  test.each([
    [[2, 3, 4, 5, 6, 7, 8, 9, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46], 'prefetches'],
    [[27], 'hardware_prefetches'],
    [[18, 19, 20, 21], 'flushes'],
    [[47], 'encodings'],
    [[29], 'unfetched_instructions'],
    [[22, 23, 24], 'thread_records'],
    [[25, 26], 'headers_and_footers'],
  ])('%j are left out as %s', async (types, name) => {
    const all = types.map((type) => entry(type, 4, 9));
    const { records, info } = await read(...all, entry(0, 8, 0x1000));
    expect(records).toEqual([access(types.includes(24) ? 9 : 1, 'read', 0x1000n, 8)]);
    expect(info.leftOut).toEqual({ [name]: types.length });
  });

  test.each([
    ['kernel_markers', [0, 1, 13, 24, 27, 28, 34, 35]],
    ['timestamps', [2]],
    ['cpu_markers', [3]],
    ['function_markers', [4, 5, 6, 7]],
    ['header_markers', [9, 10, 12, 18, 20]],
    ['window_markers', [14]],
    ['address_markers', [15, 16, 17]],
    ['syscall_markers', [19, 25, 26, 30, 31]],
    ['chunk_markers', [21, 22]],
    ['other_markers', [8, 11, 23, 29, 32, 33, 36, 37, 99, 100, 65_535]],
  ])('markers: %s', async (name, subtypes) => {
    const { info } = await read(...subtypes.map((subtype) => marker(subtype, 5)), entry(0, 1, 1));
    expect(info.leftOut).toEqual({ [name]: subtypes.length });
  });

  test('an unknown type', async () => {
    const error = await errorOf(joined(entry(25, 0, 4), entry(77, 4, 0)), { format: 'drmemtrace', name: 't' });
    expect(error.message).toBe("t: record 2: byte 12: bad type '77': expected 0 to 49");
    expect(error).toMatchObject({ record: 2, byte: 12, line: null });
  });
});

describe('instructions', () => {
  test('a bundle goes on where the instruction before it ends, and the next one behind it', async () => {
    const { records } = await read(
      entry(10, 4, 0x1000),
      entry(17, 3, 0x05_0302),
      entry(0, 8, 0x9000),
      entry(17, 1, 0xff_ff01),
    );
    const fetches = [[0x1000n, 4] as const, [0x1004n, 2] as const, [0x1006n, 3] as const, [0x1009n, 5] as const];
    expect(records).toEqual([
      ...fetches.map(([address, size]) => access(1, 'ifetch', address, size)),
      access(1, 'read', 0x9000n, 8),
      access(1, 'ifetch', 0x100en, 1),
    ]);
  });

  test('eight to a bundle, also behind one that is not fetched', async () => {
    const { records } = await read(entry(29, 2, 0x1000), entry(17, 8, 0x0101_0101_0101_0101n));
    expect(records.map(({ address }) => Number(address))).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((n) => 0x1000 + n));
  });

  test('one that may be fetched is so unless it is the one before again', async () => {
    const { records, info } = await read(
      entry(30, 2, 0x1000),
      entry(0, 8, 0x9000),
      entry(30, 2, 0x1000),
      entry(30, 2, 0x1002),
      entry(29, 2, 0x1000),
      entry(30, 2, 0x1000),
    );
    expect(records.map(({ address }) => address)).toEqual([0x1000n, 0x9000n, 0x1002n]);
    expect(info.leftOut).toEqual({ unfetched_instructions: 3 });
  });

  test('bundles do not count for that', async () => {
    const { records } = await read(entry(10, 2, 0x1000), entry(17, 1, 4), entry(30, 2, 0x1000), entry(30, 2, 0x1002));
    expect(records.map(({ address }) => address)).toEqual([0x1000n, 0x1002n, 0x1002n]);
  });

  test('one without size only tells a place', async () => {
    const { records, info } = await read(entry(10, 4, 0x1000), entry(13, 0, 0x5000), entry(17, 1, 2), entry(30, 0, 1));
    expect(records.map(({ address }) => address)).toEqual([0x1000n, 0x1004n]);
    expect(info.leftOut).toEqual({ bare_addresses: 2 });
  });

  test('an access of no bytes has one', async () => {
    const { records } = await read(entry(0, 0, 0x1000), entry(1, 65_535, 2n ** 64n - 1n));
    expect(records).toEqual([access(1, 'read', 0x1000n, 1), access(1, 'write', 2n ** 64n - 1n, 65_535)]);
  });

  test.each([
    ['no instruction before', [entry(17, 1, 4)], 'record 1: byte 0: a bundle without an instruction before it'],
    [
      'no length',
      [entry(10, 1, 4), entry(17, 3, 0x04_0004)],
      "record 2: byte 17: bad length of an instruction in a bundle '0'",
    ],
    ['none', [entry(10, 1, 4), entry(17, 0, 4)], "record 2: byte 14: bad number of instructions in a bundle '0'"],
    ['nine', [entry(10, 1, 4), entry(17, 9, 4)], "record 2: byte 14: bad number of instructions in a bundle '9'"],
  ])('a bad bundle: %s', async (_, entries, message) => {
    const { error } = await read(...entries);
    expect(error?.message).toContain(message);
  });
});

describe('processes and threads', () => {
  test('a thread has the pid that it told last', async () => {
    const { records, info } = await read(
      entry(0, 1, 1),
      entry(22, 4, 100),
      entry(24, 4, 7),
      entry(0, 1, 2),
      entry(22, 4, 200),
      entry(0, 1, 3),
      entry(24, 4, 8),
      entry(0, 1, 4),
      entry(22, 4, 100),
      entry(0, 1, 5),
      entry(24, 4, 9),
      entry(22, 4, 200),
      entry(0, 1, 6),
      entry(22, 4, 100),
      entry(0, 1, 7),
    );
    expect(records.map(({ pid }) => pid)).toEqual([1, 7, 7, 8, 7, 8, 9]);
    expect(info.facts).toMatchObject({ threads: 2, processes: 3 });
  });

  test('a thread that tells no pid keeps the one that it came with', async () => {
    const { records } = await read(
      entry(22, 0, 1),
      entry(24, 0, 7),
      entry(22, 0, 2),
      entry(0, 1, 1),
      entry(22, 0, 1),
      entry(24, 0, 9),
      entry(22, 0, 2),
      entry(0, 1, 2),
    );
    expect(records.map(({ pid }) => pid)).toEqual([7, 7]);
  });

  test('many threads', async () => {
    const threads = Array.from({ length: 3000 }, (_, thread) => thread);
    const { records, info } = await read(
      ...threads.flatMap((thread) => [entry(22, 0, BigInt(thread) << 30n), entry(24, 0, thread + 5)]),
      ...threads.toReversed().flatMap((thread) => [entry(22, 0, BigInt(thread) << 30n), entry(1, 1, thread)]),
    );
    expect(records.map(({ pid }) => pid)).toEqual(threads.toReversed().map((thread) => thread + 5));
    expect(info.facts).toMatchObject({ threads: 3000, processes: 3000 });
  });

  test('a pid that does not fit', async () => {
    const { error } = await read(entry(24, 4, 16_777_216));
    expect(error?.message).toContain("record 1: byte 4: bad pid '16777216': expected 0 to 16777215");
  });
});

describe('what the trace says of itself', () => {
  test('versions, sizes, times', async () => {
    const { info } = await read(
      entry(25, 0, 2),
      marker(12, 5),
      marker(9, 0x240),
      marker(10, 128),
      marker(18, 65_536),
      marker(2, 13_186_525_363_117_589n),
      marker(2, 13_186_525_363_000_000n),
      entry(0, 1, 1),
      entry(26, 0, 0),
    );
    expect(info.facts).toEqual({
      version: 5,
      file_type: '0x240 (x86_64, encodings)',
      cache_line_size: 128,
      page_size: 65_536,
      first_timestamp: '2018-11-12T19:42:43.000000Z',
      last_timestamp: '2018-11-12T19:42:43.117589Z',
    });
  });

  test.each([
    [26, 26],
    [11_644_473_600_000_000n, '1970-01-01T00:00:00.000000Z'],
    [11_644_473_599_999_999n, '11644473599999999'],
    [2n ** 64n - 1n, '18446744073709551615'],
  ])('time %i', async (time, told) => {
    expect((await read(marker(2, time), entry(0, 1, 1))).info.facts).toMatchObject({
      last_timestamp: told,
      footer: 'none',
    });
  });
});

describe('damage', () => {
  test('a record that is cut', async () => {
    const bytes = joined(entry(0, 1, 1), entry(0, 1, 2)).subarray(0, -1);
    const { error } = await readBytes(bytes, { format: 'drmemtrace', name: 't' });
    expect(error?.message).toBe('t: record 2: byte 12: truncated record: expected records of 12 bytes');
    const { info, records } = await readBytes(bytes, { format: 'drmemtrace', lenient: true });
    expect(records).toHaveLength(1);
    expect(info).toMatchObject({ skipped: 1, truncatedTail: 11 });
  });

  test('lenient reading passes over bad records', async () => {
    const bytes = joined(entry(0, 1, 1), entry(50, 1, 2), entry(17, 9, 2), entry(24, 0, 2n ** 63n), entry(0, 1, 3));
    const { info, records } = await readBytes(bytes, { format: 'drmemtrace', lenient: true });
    expect(records.map(({ address }) => address)).toEqual([1n, 3n]);
    expect(info).toMatchObject({
      skipped: 3,
      firstSkipped: "trace: record 2: byte 12: bad type '50': expected 0 to 49",
    });
  });
});

test('more than fits into one chunk or one window', async () => {
  const block = joined(entry(10, 4, 0x1000), entry(17, 8, 0x0808_0808_0808_0808n), entry(0, 8, 0x2000), marker(2, 9));
  const bytes = new Uint8Array(block.length * 40_000);
  for (let at = 0; at < bytes.length; at += block.length) bytes.set(block, at);
  const { records, info, error } = await readBytes(bytes, { format: 'drmemtrace' });
  expect(error).toBeNull();
  expect(records).toHaveLength(400_000);
  expect(info).toMatchObject({ accesses: 400_000, leftOut: { timestamps: 40_000 } });
});
