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
