import { describe, expect, it } from 'vitest';
import { Machine } from '../../src/node/index.ts';

const FOUR_FRAMES = { frames: 4, tlb: '2', swap: '64KiB' } as const;

describe('one access', () => {
  it('walks, faults and fills', async () => {
    const machine = await Machine.create(FOUR_FRAMES);
    const outcome = machine.access(7, 'write', 0x1234n);
    expect(outcome).toMatchObject({ pid: 7, op: 'write', address: 0x1234n, accesses: 1, served: true, touched: 1 });
    const [touch] = outcome.touches;
    expect(touch).toMatchObject({ time: 1, page: 1n, hit: null, fault: 'demand_zero', eviction: null, frame: 0 });
    expect(touch?.walk.map(({ level }) => level)).toEqual([0, 1, 2, 3]);
    // TLB 1, data 100, four references 400, fault 1000, zeroing 250.
    expect(outcome.ns).toBe(1751);
  });

  it('hits the TLB the next time', async () => {
    const machine = await Machine.create(FOUR_FRAMES);
    machine.access(1, 'read', 0x1000);
    const { touches, ns } = machine.access(1, 'ifetch', 0x1fff);
    expect(touches).toMatchObject([{ hit: 'tlb', walk: [], fault: null, frame: 0 }]);
    expect(ns).toBe(101);
  });

  it('names the TLB that hit', async () => {
    const machine = await Machine.create({ itlb: '1', dtlb: '1', stlb: '8' });
    machine.access(1, 'ifetch', 0x1000);
    machine.access(1, 'read', 0x2000);
    expect(machine.access(1, 'ifetch', 0x1000).touches[0]?.hit).toBe('itlb');
    expect(machine.access(1, 'read', 0x2000).touches[0]?.hit).toBe('dtlb');
    expect(machine.access(1, 'read', 0x1000).touches[0]?.hit).toBe('stlb');
  });

  it('tells who had to go, and comes back from swap', async () => {
    const machine = await Machine.create({ ...FOUR_FRAMES, policy: 'fifo' });
    for (let page = 0; page < 4; page++) machine.access(1, 'write', page * 4096);
    const { touches } = machine.access(2, 'read', 0x9000);
    expect(touches[0]?.eviction).toEqual({
      pid: 1,
      page: 0n,
      frame: 0,
      dirty: true,
      slot: 0,
      steps: 1,
      clean_fallback: false,
    });
    expect(machine.access(1, 'read', 0).touches[0]).toMatchObject({ fault: 'swap_in', frame: 1 });
    expect(machine.check()).toBeNull();
  });

  it('touches every page it spans', async () => {
    const machine = await Machine.create();
    const { touches, touched } = machine.access(1, 'read', 0x1ffen, 4 * 4096);
    expect(touches.map(({ page }) => page)).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect(touched).toBe(5);
    expect(machine.access(1, 'write', 0, 3000 * 4096)).toMatchObject({ touched: 3000, served: true });
    expect(machine.access(1, 'write', 0, 3000 * 4096).touches).toHaveLength(1024);
  });

  it('says how it failed', async () => {
    const outside = await Machine.create({ vspace: '1MiB' });
    expect(outside.access(1, 'read', 2 ** 20)).toMatchObject({
      served: false,
      touches: [{ fault: 'segfault', frame: null }],
    });
    const full = await Machine.create({ frames: 1, swap: 0 });
    full.access(1, 'write', 0);
    expect(full.access(1, 'write', 4096)).toMatchObject({ served: false, touches: [{ fault: 'out_of_memory' }] });
    expect(full.counters).toMatchObject({ oom_failures: 1, page_faults: 1 });
  });

  it('takes addresses up to the last', async () => {
    const machine = await Machine.create();
    expect(machine.access(1, 'read', 2n ** 64n - 1n).touches[0]).toMatchObject({
      page: 2n ** 52n - 1n,
      fault: 'demand_zero',
    });
    expect([...machine.pageTable(1)].map(({ page }) => page)).toEqual([2n ** 52n - 1n]);
    expect(machine.access(1, 'read', 2n ** 47n).touches[0]?.fault).toBe('segfault');
  });

  it('refuses what is no access', async () => {
    const machine = await Machine.create();
    expect(() => machine.access(-1, 'read', 0n)).toThrow('pid -1');
    expect(() => machine.access(1, 'read', 2 ** 60)).toThrow('above 2^53 a bigint');
    expect(() => machine.access(1, 'read', 2n ** 64n)).toThrow('expected 0 to 2^64-1');
    expect(() => machine.access(1, 'read', 0n, 0)).toThrow('extent 0');
    const opt = await Machine.create({ policy: 'opt' });
    expect(() => opt.access(1, 'read', 0n)).toThrow('whole trace');
  });
});

describe('views', () => {
  it('show frames, TLBs, tables and the policy', async () => {
    const machine = await Machine.create({ frames: 4, tlb: '2x2:lru,4', pwc: '1,1,1', policy: 'clock' });
    machine.access(3, 'write', 0x5000);
    machine.access(3, 'read', 0x7000);
    const { frames } = machine;
    expect([...frames.used]).toEqual([1, 1, 0, 0]);
    expect([...frames.dirty].slice(0, 2)).toEqual([1, 0]);
    expect([...frames.page].slice(0, 2)).toEqual([5n, 7n]);
    expect(frames.pid[0]).toBe(3);
    expect(machine.tlbEntries('tlb')).toMatchObject([
      { set: 0, way: 0, pid: 3, page: 5n, frame: 0 },
      { set: 0, way: 1, pid: 3, page: 7n, frame: 1 },
    ]);
    expect(machine.pwcEntries(0)).toMatchObject([{ pid: 3, page: 0n, frame: null }]);
    expect(() => machine.pwcEntries(3)).toThrow('no page-walk cache of level 3');
    expect([...machine.pageTable(3)]).toMatchObject([
      { page: 5n, present: true, accessed: true, dirty: true, frame: 0, slot: null },
      { page: 7n, present: true, accessed: true, dirty: false, frame: 1, slot: null },
    ]);
    expect(machine.policyState.hand).toBe(0);
    expect(machine.tlbs.map(({ name, reach_bytes }) => [name, reach_bytes])).toEqual([
      ['tlb', 8192],
      ['stlb', 16_384],
    ]);
    expect(machine.pwcs.map(({ level, entries }) => [level, entries])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(machine.processes).toMatchObject([{ pid: 3, accesses: 2, resident_pages: 2 }]);
    expect(() => machine.tlbEntries('itlb')).toThrow('this machine has tlb, stlb');
    expect(() => machine.pageTable(9)).toThrow('no process 9');
  });
});
