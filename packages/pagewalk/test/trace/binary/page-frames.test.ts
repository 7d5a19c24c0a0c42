import { describe, expect, test } from 'vitest';
import { readPageFrames } from '../../../src/trace/page-frames.ts';
import { access, errorOf, readBytes } from '../support.ts';
import { entry, joined, marker } from './pack.ts';

const TEXT = `
# proto-file: v2p
page_size: 0x1000
page_count: 3   bytes_mapped: 12288
note: "a { brace" other { nested { x: 1 } y: -2.5 }
address_mapping_group {
  page_size: 4096
  address_mapping { virtual_address: 0x401000 physical_address: 0x9000 }
  address_mapping: {
    physical_address: 8192  # of address 0
  }
}
address_mapping { virtual_address: 0x402000, physical_address: 0x1000 }
`;

const read = (v2p: string, ...entries: number[][]) => readBytes(joined(...entries), { format: 'drmemtrace', v2p });

describe('the text', () => {
  test('its page size and mappings', () => {
    expect(readPageFrames(TEXT)).toEqual({
      pageBytes: 4096,
      mappings: [
        [0x40_1000n, 0x9000n],
        [0n, 0x2000n],
        [0x40_2000n, 0x1000n],
      ],
    });
    expect(readPageFrames('')).toEqual({ pageBytes: 4096, mappings: [] });
  });

  test.each([
    [
      'page_size: 4095',
      "v2p:1: bad page size '4095': expected a power of two from 1024 to 1073741824, the same everywhere",
    ],
    ['page_size: 4096\npage_size: 8192', "v2p:2: bad page size '8192'"],
    ['address_mapping { virtual_address 5 }', "v2p:1: bad text '5': expected ':'"],
    ['address_mapping { virtual_address: x }', "v2p:1: bad address 'x': expected a number below 2^64"],
    ['address_mapping { virtual_address: 18446744073709551616 }', "v2p:1: bad address '18446744073709551616'"],
    ['address_mapping { virtual_address: 5 }', "v2p:1: bad address '0x5': expected the start of a page of 4096 bytes"],
    [
      'address_mapping {}\n\naddress_mapping {}',
      'v2p:3: a second mapping of virtual address 0x0: expected one for each page',
    ],
    ['address_mapping_group {\n', "v2p:2: the text ends: expected '}'"],
    ['address_mapping 5', "v2p:1: bad text '5': expected '{'"],
    ['}', "v2p:1: bad field '}': expected a name"],
    ['x { y {', "v2p:1: the text ends: expected '}'"],
  ])('%j is refused', (text, message) => {
    expect(() => readPageFrames(text)).toThrow(message);
  });
});

describe('physical addresses', () => {
  test('by a file', async () => {
    const { records, info } = await read(TEXT, entry(10, 4, 0x40_1ffc), entry(0, 8, 0x40_1ffc), entry(1, 1, 5));
    expect(records).toEqual([
      access(1, 'ifetch', 0x9ffcn, 4),
      access(1, 'read', 0x9ffcn, 4),
      access(1, 'read', 0x1000n, 4),
      access(1, 'write', 0x2005n, 1),
    ]);
    expect(info).toMatchObject({ accesses: 4, settings: { addresses: 'physical' } });
  });

  test('of bundles, and of the longest access over the smallest pages', async () => {
    const small = Array.from({ length: 66 }, (_, page) => {
      return `address_mapping { virtual_address: ${page * 1024} physical_address: ${(70 - page) * 1024} }`;
    });
    const text = `page_size: 1024 ${small.join('\n')}`;
    const { records } = await read(text, entry(10, 4, 1020), entry(17, 2, 0x0202), entry(1, 65_535, 1023));
    expect(records.slice(0, 3).map(({ address }) => Number(address))).toEqual([
      70 * 1024 + 1020,
      69 * 1024,
      69 * 1024 + 2,
    ]);
    expect(records.slice(3)).toHaveLength(65);
    expect(records.slice(3).reduce((sum, { extent }) => sum + extent, 0)).toBe(65_535);
  });

  test('many, over the end of a chunk', async () => {
    const mappings = Array.from({ length: 20_000 }, (_, page) => {
      return `address_mapping { virtual_address: ${page * 4096} physical_address: ${(page ^ 0x5555) * 4096} }`;
    });
    const entries = Array.from({ length: 20_000 }, (_, page) => entry(0, 8, page * 4096 + 9));
    const { records } = await read(mappings.join('\n'), ...entries);
    expect(records.map(({ address }) => Number(address))).toEqual(entries.map((_, page) => (page ^ 0x5555) * 4096 + 9));
  });

  test('an access to a page without', async () => {
    const bytes = joined(entry(0, 1, 5), entry(0, 8, 0x40_2ffc), entry(0, 1, 0x40_1000));
    const error = await errorOf(bytes, { format: 'drmemtrace', v2p: TEXT, name: 't' });
    expect(error.message).toBe(
      "t: record 2: byte 16: bad address '0x402ffc': expected one of a page that has a physical address",
    );
    const { records, info } = await readBytes(bytes, { format: 'drmemtrace', v2p: TEXT, lenient: true });
    expect(records.map(({ address }) => address)).toEqual([0x2005n, 0x9000n]);
    expect(info.skipped).toBe(1);
  });

  test('by markers: from there on, for each process', async () => {
    const { records } = await read(
      'markers',
      entry(22, 0, 1),
      entry(24, 0, 7),
      marker(15, 0x8000),
      marker(17, 0x1000),
      entry(0, 1, 0x1010),
      entry(22, 0, 2),
      entry(24, 0, 8),
      marker(15, 0x9000),
      marker(17, 0x1000),
      entry(0, 1, 0x1010),
      entry(22, 0, 1),
      marker(16, 0x5000),
      marker(15, 0xa123),
      marker(17, 0x1123),
      entry(0, 1, 0x1010),
      entry(22, 0, 2),
      marker(17, 0x1000),
      entry(0, 1, 0x1010),
    );
    expect(records.map(({ pid, address }) => [pid, Number(address)])).toEqual([
      [7, 0x8010],
      [8, 0x9010],
      [7, 0xa010],
      [8, 0x9010],
    ]);
  });

  test("by markers: the trace's page size", async () => {
    const pair = [marker(15, 0x40_0000), marker(17, 0x20_0000)];
    const { records } = await read('markers', marker(18, 0x20_0000), ...pair, entry(0, 1, 0x21_2345));
    expect(records[0]?.address).toBe(0x41_2345n);
    const { error } = await read('markers', marker(18, 3000), entry(0, 1, 0));
    expect(error?.message).toContain("bad page size '3000'");
  });
});

test('other formats have none', async () => {
  await expect(readBytes(Uint8Array.of(0x31, 0x0a), { v2p: 'markers' })).rejects.toThrow(
    '--v2p: a trace of format reference',
  );
});
