import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvents, generate, Machine, traceFromRecords, traceModule } from '../../src/node/index.ts';
import { jumble, jumbled, records, trace } from './support/traces.ts';

const SMALL = { frames: 24, swap: '512KiB', tlb: '4,8', policy: 'clock' } as const;

describe('a run', () => {
  it('counts what it ran', async () => {
    const machine = await Machine.create(SMALL);
    const summary = await machine.run(trace('1R1000 1W1ffe:8 2I3000 1R1000x5'));
    expect(summary).toMatchObject({ accesses: 8, records: 4, pages: 3, ended: 'end_of_trace', intervals: null });
    expect(machine.counters).toMatchObject({ accesses: 8, reads: 6, writes: 1, ifetches: 1, touches: 9 });
  });

  it('stops after exactly so many accesses, inside a folded record too', async () => {
    for (const [limit, touches] of [
      [1, 1],
      [2, 3],
      [3, 4],
      [4, 5],
      [6, 7],
      [8, 9],
    ] as const) {
      const machine = await Machine.create(SMALL);
      const summary = await machine.run(trace('1R1000 1W1ffe:8 2I3000 1R1000x5'), { maxAccesses: limit });
      expect(summary).toMatchObject({ accesses: limit, ended: 'max_accesses' });
      expect(machine.counters).toMatchObject({ accesses: limit, touches });
    }
    const machine = await Machine.create(SMALL);
    expect(await machine.run(trace('1R0'), { maxAccesses: 2 })).toMatchObject({ accesses: 1, ended: 'end_of_trace' });
  });

  it('gives intervals that add up to the counters and change nothing', async () => {
    const straight = await Machine.create(SMALL);
    await straight.run(jumbled(5000));
    for (const interval of [1, 7, 1000, 4999, 1_000_000]) {
      const machine = await Machine.create(SMALL);
      const { intervals, accesses } = await machine.run(jumbled(5000), { interval });
      expect(machine.counters).toEqual(straight.counters);
      const sum = (column: readonly number[] | undefined): number => (column ?? []).reduce((a, b) => a + b, 0);
      for (const name of ['accesses', 'page_faults', 'tlb_misses', 'swap_outs', 'walk_refs'] as const) {
        expect(sum(intervals?.counters[name]), name).toBe(machine.counters[name]);
      }
      expect(sum(intervals?.time_ns)).toBe(machine.time.total_ns);
      expect(intervals?.accesses_end.at(-1)).toBe(accesses);
      expect(intervals?.counters.resident_pages.at(-1)).toBe(machine.counters.resident_pages);
    }
  });

  it('merges the rows of a long series', async () => {
    const machine = await Machine.create(SMALL);
    const source = await generate({ type: 'loop', accesses: 100_000 }, await traceModule());
    const { intervals } = await machine.run(source, { interval: 1 });
    expect(intervals?.every).toBe(4);
    expect(intervals?.accesses_end).toHaveLength(25_000);
    expect(intervals?.counters.reads.reduce((a, b) => a + b, 0)).toBe(machine.counters.reads);
  });

  it('streams events that agree with the counters', async () => {
    const machine = await Machine.create(SMALL);
    const counts = new Map<string, number>();
    const bump = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
    await machine.run(jumbled(40_000), {
      onEvents: async (bytes) => {
        await Promise.resolve();
        for (const event of decodeEvents(bytes)) bump(event.kind);
      },
    });
    const { counters } = machine;
    expect(counts.get('access')).toBe(counters.touches);
    expect(counts.get('done')).toBe(counters.touches);
    expect(counts.get('eviction')).toBe(counters.evictions);
    expect(counts.get('write_back')).toBe(counters.swap_outs);
    expect(counts.get('fill')).toBe(counters.page_faults);
    expect(counts.get('walk_step')).toBe(counters.walk_refs);
    const straight = await Machine.create(SMALL);
    await straight.run(jumbled(40_000));
    expect(counters).toEqual(straight.counters);
  });

  it('is checked on the way if that is asked for', async () => {
    const machine = await Machine.create({ ...SMALL, verify: true });
    await machine.run(jumbled(3000), { check: true, interval: 100 });
    expect(machine.counters.verified_reads).toBeGreaterThan(1000);
  });

  it('ends when it is aborted, and closes the trace', async () => {
    const machine = await Machine.create(SMALL);
    const source = await generate({ type: 'zipf', accesses: 1e12 }, await traceModule());
    let closed = false;
    const close = async (): Promise<void> => {
      closed = true;
    };
    const watched = Object.assign(Object.create(source), { close });
    const control = new AbortController();
    const run = machine.run(watched, { signal: control.signal, onProgress: () => control.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
    expect(closed).toBe(true);
  });

  it('refuses a folded trace on smaller pages', async () => {
    const machine = await Machine.create({ page_size: 1024 });
    await expect(machine.run(trace('1R0x3'))).rejects.toThrow(
      'folded with pages of 4KiB and does not say where inside them its accesses are; page_size 1KiB is too small: give 4KiB or a larger power of two',
    );
  });

  it('takes counts only, and one run at a time', async () => {
    const machine = await Machine.create(SMALL);
    await expect(machine.run(trace('1R0'), { interval: 0 })).rejects.toThrow('interval 0: expected a whole number');
    await expect(machine.run(trace('1R0'), { maxAccesses: 1.5 })).rejects.toThrow('maxAccesses 1.5');
    const run = machine.run(jumbled(1000));
    await expect(machine.run(jumbled(1000))).rejects.toThrow('under way');
    expect(() => machine.access(1, 'read', 0)).toThrow('under way');
    expect(await run).toMatchObject({ ended: 'end_of_trace' });
    expect(machine.access(1, 'read', 0)).toMatchObject({ served: true });
  });

  it('says which pid was one too many', async () => {
    const machine = await Machine.create({ max_processes: 2 });
    await expect(machine.run(trace('1R0 2R0 77R0'))).rejects.toThrow('pid 77 is one process more than max_processes 2');
  });
});

describe('distinct pages', () => {
  const distinct = (list: ReturnType<typeof jumble>, limit = 2 ** 48): number => {
    const pages = new Set<string>();
    for (const { pid, address, extent = 1, folded } of list) {
      const last = folded ? address : address + BigInt(extent) - 1n;
      for (let page = address >> 12n; page <= last >> 12n; page++) {
        if (page < BigInt(limit) >> 12n) pages.add(`${pid} ${page}`);
      }
    }
    return pages.size;
  };

  it('are counted exactly, whatever was dropped and touched again', async () => {
    for (const config of [
      { frames: 3, swap: 0 },
      { frames: 24 },
      { frames: 24, policy: 'mru' },
      { frames: 9000, swap: 0 },
      { frames: 100_000 },
      { frames: 5, vspace: '128KiB' },
    ] as const) {
      const list = jumble(30_000, 5, 4000);
      const machine = await Machine.create(config);
      const { pages } = await machine.run(traceFromRecords(list, { foldedPage: 4096 }));
      expect(pages, JSON.stringify(config)).toBe(distinct(list, 'vspace' in config ? 128 * 1024 : undefined));
    }
  });

  it('are those of the run on a machine that ran before', async () => {
    const machine = await Machine.create({ frames: 100 });
    machine.access(1, 'read', 0x1000);
    expect(await machine.run(trace('1R1000 1R2000 2R1000 1R1fff'))).toMatchObject({ pages: 3 });
  });

  it('end at the last address', async () => {
    const machine = await Machine.create();
    const last = { pid: 1, op: 'read' as const, address: 2n ** 64n - 1n, extent: 8192 };
    expect(await machine.run(traceFromRecords([last]))).toMatchObject({ pages: 1 });
    expect(machine.counters).toMatchObject({ touches: 3, segfaults: 2 });
    expect(await machine.run(traceFromRecords([last]))).toMatchObject({ pages: 1 });
  });

  it('are counted in sparse address spaces', async () => {
    const list = Array.from({ length: 3000 }, (_, i) => ({
      pid: 1,
      op: 'read' as const,
      address: BigInt(i % 2500) << 33n,
    }));
    const machine = await Machine.create({ frames: 100 });
    expect((await machine.run(traceFromRecords(list))).pages).toBe(2500);
  });
});

describe('policies', () => {
  const BELADY = records('1R1 1R2 1R3 1R4 1R1 1R2 1R5 1R1 1R2 1R3 1R4 1R5').map((record) => ({
    ...record,
    address: record.address << 12n,
  }));

  for (const [policy, frames, faults] of [
    ['fifo', 3, 9],
    ['fifo', 4, 10],
    ['lru', 3, 10],
    ['opt', 3, 7],
    ['opt', 4, 6],
    ['clock:ref_on_load=0', 4, 8],
    ['clock', 4, 10],
  ] as const) {
    it(`${policy} with ${frames} frames`, async () => {
      const machine = await Machine.create({ policy, frames });
      await machine.run(traceFromRecords(BELADY));
      expect(machine.counters.page_faults).toBe(faults);
    });
  }

  it('opt is never beaten, with a limit too', async () => {
    const run = async (policy: string, seed: number, maxAccesses: number): Promise<number> => {
      const machine = await Machine.create({ policy, frames: 12 });
      await machine.run(jumbled(600, seed, 40), { maxAccesses });
      return machine.counters.page_faults;
    };
    const some = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1500 }));
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom('lru', 'fifo', 'clock', 'lfu', 'mru'), async ([seed, limit], other) => {
        expect(await run('opt', seed, limit)).toBeLessThanOrEqual(await run(other, seed, limit));
      }),
      { numRuns: 30 },
    );
  });
});
