/** What counts as what: accesses and touches, folded records, pages across a boundary, segfaults, and the clock. */
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { type Access, draw } from '../oracle/trace.ts';
import { compare, compareEachStep, count } from '../support/compare.ts';
import { RawEngine, Stopped } from '../support/raw-engine.ts';

const access = (address: bigint, extent = 1, parts: Partial<Access> = {}): Access => ({
  pid: 1,
  op: 'R',
  address,
  extent,
  folded: false,
  ...parts,
});

describe('accesses and touches', () => {
  test('each op has its counter', () => {
    expect(count(machine(), draw('R1 R2 W1 I1 I1 I2x4 W3x2'))).toMatchObject({
      accesses: 11,
      reads: 2,
      writes: 3,
      ifetches: 6,
      touches: 11,
    });
  });

  test.each([
    ['inside a page', 0x1000n, 4096, 1],
    ['over one boundary', 0x1fffn, 2, 2],
    ['over two', 0x1fffn, 4098, 3],
    ['100 pages', 0x1800n, 100 * 4096, 101],
  ])('an access %s', (_, address, size, pages) => {
    expect(count(machine({ frames: 128 }), [access(address, size)])).toMatchObject({
      accesses: 1,
      touches: pages,
      page_faults: pages,
    });
  });

  test('a write over a boundary dirties both pages', () => {
    expect(count(machine({ frames: 1 }), [access(0x1fffn, 2, { op: 'W' }), access(0x9000n)]).dirty_evictions).toBe(2);
  });

  test('a folded record is all its accesses to one page', () => {
    const config = machine({ policy: 'lfu', frames: 2 });
    expect(compare(config, draw('1x3 2 2 3 1')).engine.counters()).toEqual(count(config, draw('1 1 1 2 2 3 1')));
  });

  test('a tick can fall inside a folded record', () => {
    const config = machine({ policy: 'aging', params: [8, 4], frames: 2 });
    expect(compare(config, draw('1x10 2x3 3 1')).engine.counters()).toEqual(
      count(config, draw('1 1 1 1 1 1 1 1 1 1 2 2 2 3 1')),
    );
  });
});

describe('addresses that do not exist', () => {
  const hole = 0x0000_8000_0000_0000n;

  test('are accesses and touches, but reach neither TLB nor table', () => {
    expect(count(machine(), [access(hole), access(hole, 7, { folded: true })])).toMatchObject({
      accesses: 8,
      touches: 8,
      segfaults: 8,
      tlb_hits: 0,
      tlb_misses: 0,
      walk_refs: 0,
    });
  });

  test('an access that runs into the hole succeeds on the pages before it', () => {
    expect(count(machine(), [access(hole - 1n, 4097)])).toMatchObject({ touches: 2, page_faults: 1, segfaults: 1 });
  });

  test('an access past the last byte of all does not begin again at 0', () => {
    const { engine } = compareEachStep(machine(), [access((1n << 64n) - 1n, 4098)]);
    expect(engine.counters()).toMatchObject({ touches: 3, page_faults: 1, segfaults: 2 });
  });

  test('a process that only fails still has its root table', () => {
    expect(count(machine(), [access(hole)])).toMatchObject({ table_nodes: 1, table_bytes: 4096 });
  });
});

describe('processes', () => {
  test('have their own pages and counters, under any pid', () => {
    const { engine } = compareEachStep(machine(), draw('0:W1 16777215:R1 0:R1 7:R2'));
    expect(engine.pids).toEqual([0, 16777215, 7]);
    expect(engine.pids.map((pid) => engine.abi.slotOf(pid))).toEqual([0, 1, 2]);
    expect(engine.abi.slotOf(5) >>> 0).toBe(0xffffffff);
    expect(engine.counters(0)).toMatchObject({ accesses: 2, page_faults: 1, resident_pages: 1, context_switches: 0 });
    expect(engine.counters()).toMatchObject({ accesses: 4, page_faults: 3, resident_pages: 3, context_switches: 3 });
  });

  test('evictions are counted where they were caused, pages where they belong', () => {
    const { engine } = compareEachStep(machine({ policy: 'fifo', frames: 2 }), draw('1:W1 1:W2 2:R1'));
    expect(engine.counters(0)).toMatchObject({ evictions: 0, resident_pages: 1, resident_peak: 2, swapped_pages: 1 });
    expect(engine.counters(1)).toMatchObject({ evictions: 1, swap_outs: 1, resident_pages: 1, swapped_pages: 0 });
  });

  test('more than there is room for stop the run at the record that brings one too many', () => {
    const engine = new RawEngine(machine({ maxProcesses: 2 }), draw('1:1 2:1 1:1 3:1 1:1'));
    expect(() => engine.advance()).toThrow(new Stopped('too_many_processes at record 3: 3 0 0 0'));
    expect(engine.counters().accesses).toBe(3);
  });
});

describe('the clock', () => {
  const ns = { tlb: 1, stlb: 10, memory: 100, fault: 10_000, zero: 1000, swapRead: 0, swapWrite: 0 };
  const tlb = { entries: 1, ways: 1, policy: 'lru' } as const;

  test.each([
    [
      'a first touch: TLB, second level, fault, zeroing, four references, the data',
      '1',
      1 + 10 + 10_000 + 1000 + 400 + 100,
    ],
    ['a hit: TLB and data', '1 1', 11_511 + 101],
    ['a hit in the second level', '1 2 1', 2 * 11_511 + 1 + 10 + 100],
    ['repeats cost what accesses cost', '1x5', 11_511 + 4 * 101],
  ])('%s', (_, drawing, expected) => {
    const { engine } = compare(machine({ ns, tlbs: [tlb], stlb: { ...tlb, entries: 8, ways: 8 } }), draw(drawing));
    expect(engine.clock.ns).toBe(expected);
  });

  test('a segfault and a failed access take no fault time', () => {
    const config = machine({ ns, frames: 1, swapSlots: 0 });
    const start = compare(config, draw('W1')).engine.clock.ns;
    expect(compare(config, [...draw('W1'), access(1n << 50n)]).engine.clock.ns - start).toBe(101);
    expect(compare(config, draw('W1 R2')).engine.clock.ns - start).toBe(101 + 400);
  });

  test('the average access time of the C program: 200 misses and 10 faults in 1000 accesses make 10 021 ns', () => {
    // 200 visits of five accesses each to ten pages in turn, through a TLB of five.
    const visits = Array.from({ length: 200 }, (_, visit) => `${visit % 10} `.repeat(5)).join('');
    const config = machine({ frames: 16, tlbs: [{ entries: 5, ways: 5, policy: 'lru' }] });
    const { accesses, tlb_misses, page_faults } = count(config, draw(visits));
    expect({ accesses, tlb_misses, page_faults }).toEqual({ accesses: 1000, tlb_misses: 200, page_faults: 10 });
    expect(1 + (tlb_misses / accesses) * 100 + (page_faults / accesses) * 1_000_000).toBeCloseTo(10_021, 9);
  });
});
