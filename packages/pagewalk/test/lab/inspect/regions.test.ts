/** Where pages are, and what is said to be there. */
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/lab/inspect/inspect.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import { access, openText } from '../../trace/support.ts';

/** Pid, first page, pages and what it is. */
async function regions(text: string): Promise<string[]> {
  const { inspection } = await inspect(await openText(text), { eventHash: false });
  return inspection.regions.map(
    ({ pid, from, pages, kind, name }) => `${pid} ${from} ${pages} ${kind}${name === null ? '' : ` ${name}`}`,
  );
}

describe('regions', () => {
  test('are cut at gaps of more than a MiB', async () => {
    const lines = [
      '1 R 0x100000',
      '1 W 0x200000',
      '1 I 0x301000',
      '1 R 0x7fffffffe000',
      '1 W 0x7fffffffe008',
      '2 R 0x100000',
    ];
    expect(await regions(lines.join('\n'))).toEqual([
      '1 0x100000 2 data',
      '1 0x301000 1 code',
      '1 0x7fffffffe000 1 stack',
      '2 0x100000 1 read only',
    ]);
  });

  test('and at wider gaps, if there are too many', async () => {
    const records = Array.from({ length: 100 }, (_, index) =>
      access(1, 'read', BigInt(index) * 0x40_0000n + BigInt(Math.floor(index / 10)) * 0x4000_0000n),
    );
    const { inspection } = await inspect(traceFromRecords(records), { eventHash: false });
    expect(inspection.regions.map(({ pages }) => pages)).toEqual(Array(10).fill(10));
  });

  test('have the names of what is mapped there: the later, that of the parent, the heap', async () => {
    const lines = [
      '1 mmap 0x10000 16384 r-x private file:/bin/sh 0',
      '1 mmap 0x14000 16384 rw- private anon',
      '1 mmap 0x18000 8192 rw- private file:/lib/libc.so 0',
      '1 brk 0x30000',
      '1 brk 0x34000',
      '1 shm_create buffer 8192',
      '1 shm_attach buffer 0x40000 rw-',
      ...[0x10, 0x11, 0x14, 0x18, 0x33, 0x41, 0x50].map((page) => `1 R 0x${page.toString(16)}000`),
      '1 fork 2',
      '2 R 0x11000',
      '2 mmap 0x10000 8192 r-x private file:/bin/ls 0',
      '2 I 0x10000',
      '2 R 0x12000',
    ];
    expect(await regions(lines.join('\n'))).toEqual([
      '1 0x10000 2 read only /bin/sh',
      '1 0x14000 1 read only',
      '1 0x18000 1 read only /lib/libc.so',
      '1 0x33000 1 read only heap',
      '1 0x41000 1 read only buffer',
      '1 0x50000 1 read only',
      '2 0x10000 2 code and data /bin/ls',
      '2 0x12000 1 read only /bin/sh',
    ]);
  });

  test('of too many processes are those of the busiest', async () => {
    const records = Array.from({ length: 12 }, (_, pid) =>
      Array.from({ length: pid + 1 }, () => access(pid, 'read', 0x1000n)),
    ).flat();
    const { inspection } = await inspect(traceFromRecords(records), { eventHash: false });
    expect(inspection.regions.map(({ pid }) => pid)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(inspection.regions_left_out).toBe(4);
  });
});
