/** Slots, write-back, what happens when swap is full, and the time that the device takes. */
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { compare, compareEachStep, count } from '../support/compare.ts';

const fifo = machine({ policy: 'fifo' });

describe('slots', () => {
  test('a clean page keeps the slot it was read from: 8 major faults, not 4', () => {
    expect(count(fifo, draw('W1-4 R5-8 R1-4 R5-8 R1-4'))).toMatchObject({
      page_faults: 20,
      minor_faults: 12,
      major_faults: 8,
      swap_ins: 8,
      swap_outs: 4,
      dirty_evictions: 4,
      clean_evictions: 12,
      swap_slots_used: 4,
    });
  });

  test('the first write to a page read from swap frees its slot, and its eviction takes a new one', () => {
    const { engine } = compareEachStep(machine({ frames: 1, swapSlots: 9 }), draw('W1 R2 R1 W1 R2'));
    expect(engine.pages(0).map(({ page, slot }) => [page, slot])).toEqual([
      [1n, 1],
      [2n, null],
    ]);
    expect(engine.counters()).toMatchObject({ swap_outs: 2, swap_slots_used: 1, swap_slots_peak: 1 });
  });

  test('slots are taken one after another and round again', () => {
    // 1, 2, 3 go to slots 0, 1, 2; reading 1 back and writing it frees slot 0; 4 and then 1 take slots 3 and 0.
    const { engine } = compareEachStep(machine({ frames: 1, swapSlots: 4 }), draw('W1 W2 W3 W4 W1 R9'));
    expect(engine.pages(0).map(({ page, slot }) => [page, slot])).toEqual([
      [1n, 0],
      [2n, 1],
      [3n, 2],
      [4n, 3],
      [9n, null],
    ]);
  });

  test('a page that was never written leaves nothing behind', () => {
    expect(count(machine({ frames: 1, swapSlots: 0 }), draw('R1-9'))).toMatchObject({
      page_faults: 9,
      clean_evictions: 8,
      swapped_pages: 0,
      oom_failures: 0,
    });
  });
});

describe('swap full', () => {
  test('a clean page goes instead of the dirty victim', () => {
    // FIFO wants 1, which is dirty; the first clean frame is that of 2.
    const { engine } = compareEachStep(machine({ policy: 'fifo', frames: 3, swapSlots: 0 }), draw('W1 R2 R3 R4'));
    expect(engine.counters()).toMatchObject({ clean_fallbacks: 1, clean_evictions: 1, oom_failures: 0 });
    expect(engine.pages(0).map(({ page }) => page)).toEqual([1n, 3n, 4n]);
  });

  test('the search for clean pages goes on where it ended', () => {
    const config = machine({ policy: 'fifo', frames: 3, swapSlots: 0 });
    const { engine } = compareEachStep(config, draw('W1 R2 R3 R4 R5'));
    expect(engine.pages(0).map(({ page }) => page)).toEqual([1n, 4n, 5n]);
  });

  test('with nothing clean the access fails, is counted and changes nothing', () => {
    const { engine } = compareEachStep(machine({ frames: 2, swapSlots: 0 }), draw('W1 W2 R3 W4x5 R1'));
    expect(engine.counters()).toMatchObject({
      accesses: 9,
      page_faults: 2,
      oom_failures: 6,
      resident_pages: 2,
      evictions: 0,
    });
    expect(engine.pages(0).map(({ page }) => page)).toEqual([1n, 2n]);
  });

  test('a failed walk reads up to the absent entry and makes no tables', () => {
    const far = { pid: 1, op: 'R', address: 1n << 40n, extent: 1, folded: false } as const;
    const config = machine({ frames: 1, swapSlots: 0 });
    const before = count(config, draw('W1'));
    const after = count(config, [...draw('W1'), far]);
    expect(after.walk_refs - before.walk_refs).toBe(1);
    expect(after.table_nodes).toBe(before.table_nodes);
  });

  test('a page in a full swap can come back: its frame is given up by a clean page', () => {
    expect(count(machine({ policy: 'fifo', frames: 2, swapSlots: 1 }), draw('W1 R2 R3 R1'))).toMatchObject({
      swap_outs: 1,
      major_faults: 1,
      oom_failures: 0,
    });
  });
});

describe('the device', () => {
  /** Only the device takes time: 100 ns a read, 300 ns a write. */
  const ns = { tlb: 0, stlb: 0, memory: 0, fault: 0, zero: 0, swapRead: 100, swapWrite: 300 };
  const waits = (parts: { swapChannels: number; writeQueue: number }, drawing: string) => {
    const { oracle } = compare(machine({ frames: 1, ns, ...parts }), draw(drawing));
    const { swap_read_wait_ns, swap_write_wait_ns } = oracle.counters();
    return [swap_write_wait_ns, swap_read_wait_ns, oracle.tally.clock];
  };

  test('one channel, one write in the queue: everything waits for what came before', () => {
    // W2 posts 1 (0–300). W3 waits for that and posts 2 (300–600). R1 waits again and posts 3 (600–900), and is read 900–1000.
    expect(waits({ swapChannels: 1, writeQueue: 1 }, 'W1 W2 W3 R1')).toEqual([600, 400, 1000]);
  });

  test('a second channel serves the read at once', () => {
    expect(waits({ swapChannels: 2, writeQueue: 1 }, 'W1 W2 W3 R1')).toEqual([600, 100, 700]);
  });

  test('a longer queue takes the waits from the writes', () => {
    // All posted at 0: one channel writes 1, 2, 3 until 900, then reads.
    expect(waits({ swapChannels: 1, writeQueue: 3 }, 'W1 W2 W3 R1')).toEqual([0, 1000, 1000]);
  });

  test('a slot cannot be read before it is written, however many channels are free', () => {
    expect(waits({ swapChannels: 4, writeQueue: 4 }, 'W1 R2 R1')).toEqual([0, 400, 400]);
  });

  test('dropping a clean page costs nothing', () => {
    expect(waits({ swapChannels: 1, writeQueue: 1 }, 'R1-9')).toEqual([0, 0, 0]);
  });
});
