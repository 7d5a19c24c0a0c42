/** Each finding where it should come, and nearby where it should not. */
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/lab/inspect/inspect.ts';
import type { Finding } from '../../../src/lab/inspect/schema.ts';
import { limited } from '../../../src/trace/limited.ts';
import type { Op } from '../../../src/trace/record.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import type { TraceInfo, TraceSource } from '../../../src/trace/source.ts';
import type { FullRecord } from '../../trace/arbitrary.ts';
import { access } from '../../trace/support.ts';

async function findings(source: TraceSource): Promise<readonly Finding[]> {
  return (await inspect(source, { eventHash: false })).inspection.findings;
}

const of = (records: readonly FullRecord[], foldedPage?: number): TraceSource =>
  traceFromRecords(records, foldedPage === undefined ? {} : { foldedPage });

/** What the source tells of itself, changed. */
const telling = (source: TraceSource, more: Partial<TraceInfo>): TraceSource => ({
  ...source,
  info: () => ({ ...source.info(), ...more }),
});

const ids = async (source: TraceSource): Promise<string[]> =>
  (await findings(source)).map(({ severity, id }) => `${severity} ${id}`);

let seed = 7;
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

const many = (count: number, make: (index: number) => FullRecord): FullRecord[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A program as they are: code, data and a stack, all sizes, used again and again. */
const usual = (count = 20_000): FullRecord[] =>
  many(count, (index) => {
    if (index % 3 === 0) return access(1, 'ifetch', 0x40_0000n + BigInt(random(0x8000)), 1 + random(7));
    const size = [1, 4, 8, 8, 16][random(5)]!;
    const base = index % 3 === 1 ? 0x60_0000n : 0x7fff_1000_0000n;
    return access(1, random(3) === 0 ? 'write' : 'read', base + BigInt(random(0x1_0000 / size) * size), size);
  });

const data = (
  count: number,
  address: (index: number) => bigint,
  size = 8,
  op: (index: number) => Op = mixed,
): FullRecord[] => many(count, (index) => access(1, op(index), address(index), typeof size === 'number' ? size : 8));
const mixed = (index: number): Op => (index % 3 === 0 ? 'write' : 'read');

test('nothing odd about what is usual', async () => {
  expect(await ids(of(usual()))).toEqual([]);
});

describe('of the file', () => {
  test.each([
    ['skipped', { skipped: 3, firstSkipped: 'a:7: bad' }, '3 skipped; the first: a:7: bad'],
    ['truncated', { truncatedTail: 11 }, '11 bytes at the end belong to nothing'],
    ['no_end', { facts: { footer: 'none' } }, 'footer: none'],
    ['wrong_next', { facts: { next: 'wrong in 9 of 1000' } }, 'next: wrong in 9 of 1000'],
    ['block_io', { notes: ['block I/O below the page cache'] }, 'block I/O below the page cache'],
    [
      'not_all_accesses',
      { notes: ['a fault stream: only the misses of a real machine'] },
      'a fault stream: only the misses of a real machine',
    ],
  ])('%s', async (id, more, evidence) => {
    const found = await findings(telling(of(usual()), more));
    expect(found.map((each) => [each.severity, each.id, each.evidence])).toEqual([['warning', id, evidence]]);
  });

  test('how it was read, as notes', async () => {
    expect(await ids(telling(of(usual()), { settings: { modify: 'write' } }))).toEqual(['note modify']);
    expect(await ids(telling(of(usual()), { settings: { modify: 'both' } }))).toEqual([]);
    expect(await ids(telling(of(usual()), { facts: { next: 'index' } }))).toEqual([]);
    expect(await ids(telling(of(usual()), { leftOut: { markers: 30_000 } }))).toEqual(['note much_left_out']);
    expect(await ids(limited(of(usual()), { sample: 2 }))).toContain('note sampled');
  });
});

describe('of the addresses', () => {
  test('times', async () => {
    const start = 1_600_000_000;
    expect(await ids(of(data(5000, (index) => BigInt(start + index * 17), 1)))).toContain('warning timestamps');
    const backwards = data(5000, () => BigInt(start + random(90_000)), 8);
    expect(await ids(of(backwards))).not.toContain('warning timestamps');
  });

  test('numbers of lines', async () => {
    expect(await ids(of(data(5000, (index) => BigInt(index + 1), 1)))).toContain('warning line_numbers');
    expect(await ids(of(data(5000, (index) => BigInt(index * 8), 8)))).not.toContain('warning line_numbers');
  });

  test('numbers of objects', async () => {
    expect(await ids(of(data(5000, () => BigInt(random(3000)), 1)))).toContain('warning ids');
    expect(await ids(of(data(5000, () => BigInt(random(3000) * 4096), 1)))).not.toContain('warning ids');
    expect(await ids(of(data(5000, () => BigInt(random(30_000) * 4), 4)))).not.toContain('warning ids');
  });

  test('one page, and nearly all different', async () => {
    expect(await ids(of(data(500, () => 0x1000n + BigInt(random(500) * 8))))).toContain('warning single_page');
    expect(await ids(of(data(5000, (index) => BigInt(index * 4096))))).toContain('warning mostly_unique');
    const blocks = telling(of(data(5000, (index) => BigInt(index * 4096))), {
      notes: ['block I/O below the page cache'],
    });
    expect(await ids(blocks)).toContain('note mostly_unique');
  });

  test('none that a processor has', async () => {
    const some = (bad: bigint) => of([...usual(), ...data(10, () => bad, 8)]);
    expect(await ids(some(0x8000_0000_0000_0000n))).toEqual(['warning non_canonical']);
    expect(await ids(some(0x0000_8000_0000_0000n))).toEqual(['note five_levels']);
    expect(await ids(some(0x00ff_ffff_ffff_f000n))).toEqual(['note five_levels']);
    expect(await ids(some(0x0100_0000_0000_0000n))).toEqual(['warning non_canonical']);
    expect(await ids(some(0xffff_8000_0000_0000n))).toEqual([]);
    expect(await ids(some(0xff00_0000_0000_0000n))).toEqual(['note five_levels']);
  });

  test('sizes that do not go with them', async () => {
    const odd = data(2000, () => BigInt(random(100_000) * 8 + 3));
    expect(await ids(of(odd))).toContain('warning misaligned');
    expect(await ids(of(data(2000, () => BigInt(random(100_000) * 8))))).not.toContain('warning misaligned');
    // What is left of a folded trace is what crosses a page boundary.
    const folded = [...many(500, () => access(1, 'read', 0x1000n, 9, true)), ...odd];
    expect(await ids(of(folded, 4096))).not.toContain('warning misaligned');
  });
});

describe('of the accesses', () => {
  test('too few for the pages', async () => {
    expect(await ids(of(data(2000, () => BigInt(random(800) * 4096))))).toContain('warning too_short');
    expect(await ids(of(data(2000, () => BigInt(random(500) * 4096))))).toContain('note too_short');
    expect(await ids(of(data(2000, () => BigInt(random(100) * 4096))))).not.toContain('note too_short');
    expect(await ids(of(data(50, () => BigInt(random(20) * 4096))))).toEqual(['note too_short']);
  });

  test('still growing', async () => {
    const growing = data(20_000, (index) => BigInt(Math.floor(index / 20) * 4096 + (index % 20) * 8));
    expect(await ids(of(growing))).toContain('note still_growing');
    const round = data(20_000, (index) => BigInt((Math.floor(index / 20) % 500) * 4096 + (index % 20) * 8));
    expect(await ids(of(round))).not.toContain('note still_growing');
  });

  test('one size, one op, process 0', async () => {
    const address = (index: number): bigint => BigInt(((index * 64) % 400_000) * 8);
    expect(await ids(of(data(20_000, address)))).toEqual(['note constant_sizes']);
    expect(await ids(of(data(20_000, address, 8, () => 'write')))).toEqual([
      'warning only_writes',
      'note constant_sizes',
    ]);
    expect(await ids(of(data(20_000, address, 8, () => 'read')))).toEqual(['note only_reads', 'note constant_sizes']);
    expect(await ids(of(usual().map((record) => ({ ...record, pid: 0 }))))).toEqual(['note pid_zero']);
  });
});
