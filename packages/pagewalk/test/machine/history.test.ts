import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine, type MachineOptions, traceFromRecords } from '../../src/node/index.ts';
import { jumble, jumbled, trace } from './support/traces.ts';

const SMALL = { frames: 16, swap: '128KiB', tlb: '4:random', policy: 'aging:tick=10', verify: true } as const;

/** Everything that can be seen of a machine. */
function portrait(machine: Machine): object {
  return {
    counters: machine.counters,
    processes: machine.processes,
    tlbs: machine.tlbs,
    time: machine.time,
    frames: machine.frames,
    policy: machine.policyState,
    entries: machine.tlbs.map(({ name }) => machine.tlbEntries(name)),
    tables: machine.processes.map(({ pid }) => [...machine.pageTable(pid)]),
  };
}

async function stepped(count: number, config: object = SMALL, options: MachineOptions = {}): Promise<Machine> {
  const machine = await Machine.create(config, options);
  machine.attach(jumbled(3000));
  for (let i = 0; i < count; i++) await machine.step();
  return machine;
}

describe('stepping', () => {
  it('does what a run does', async () => {
    const run = await Machine.create(SMALL);
    await run.run(jumbled(3000), { maxAccesses: 700 });
    const list = jumble(3000);
    let records = 0;
    for (let accesses = 0; accesses < 700; records++)
      accesses += list[records]?.folded ? (list[records]?.extent ?? 1) : 1;
    const machine = await stepped(records);
    // The last record may be folded and reach beyond the limit.
    expect(machine.counters.accesses - run.counters.accesses).toBeLessThan(6);
    const whole = await Machine.create(SMALL);
    await whole.run(traceFromRecords(list.slice(0, records), { foldedPage: 4096 }));
    expect(portrait(machine)).toEqual(portrait(whole));
  });

  it('tells each outcome and ends with null', async () => {
    const machine = await Machine.create({ frames: 4 });
    machine.attach(trace('1R1000 2W2000 1R1000x3'));
    expect(await machine.step()).toMatchObject({ pid: 1, op: 'read', touches: [{ fault: 'demand_zero' }] });
    expect(await machine.step()).toMatchObject({ pid: 2, op: 'write' });
    expect(await machine.step()).toMatchObject({ accesses: 3, touched: 3, touches: [{ hit: 'tlb' }, {}, {}] });
    expect(await machine.step()).toBeNull();
    expect(await machine.step()).toBeNull();
    expect(machine.position).toBe(3);
  });

  it('needs a trace', async () => {
    const machine = await Machine.create();
    await expect(machine.step()).rejects.toThrow('attach one');
    machine.attach(trace('1R0'));
    expect(() => machine.attach(trace('1R0'))).toThrow('detach it first');
    await machine.detach();
    await expect(machine.step()).rejects.toThrow('attach one');
    expect(machine.stepBack()).toBe(false);
  });
});

describe('stepping back', () => {
  it('leads to the very state that was there', async () => {
    const positions = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(positions, async (targets) => {
        const machine = await stepped(0);
        for (const target of targets) {
          while (machine.position < target) await machine.step();
          while (machine.position > target) expect(machine.stepBack()).toBe(true);
        }
        const straight = await stepped(machine.position);
        expect(portrait(machine)).toEqual(portrait(straight));
        expect(machine.check()).toBeNull();
      }),
      { numRuns: 15 },
    );
  });

  it('works for opt, which must see the future again', async () => {
    const config = { frames: 6, policy: 'opt' };
    const machine = await stepped(300, config);
    for (let i = 0; i < 120; i++) machine.stepBack();
    for (let i = 0; i < 60; i++) await machine.step();
    const straight = await stepped(240, config);
    expect(portrait(machine)).toEqual(portrait(straight));
    await machine.detach();
    await straight.detach();
  });

  it('forgets what is too long ago, and keeps within its memory', async () => {
    const machine = await stepped(2500, SMALL, { history: { maxRecords: 300, maxBytes: 1 } });
    let back = 0;
    while (machine.stepBack()) back += 1;
    expect(back).toBeGreaterThan(0);
    expect(back).toBeLessThan(2500);
    expect(portrait(machine)).toEqual(portrait(await stepped(2500 - back)));
    while (machine.position < 2500) await machine.step();
    expect(portrait(machine)).toEqual(portrait(await stepped(2500)));
  });

  it('ends where the machine went another way', async () => {
    const machine = await stepped(10);
    machine.access(1, 'read', 0);
    expect(machine.stepBack()).toBe(false);
    expect(machine.position).toBe(0);
    expect(await machine.step()).not.toBeNull();
    expect(machine.stepBack()).toBe(true);
  });
});

describe('a snapshot', () => {
  it('brings the machine back, or makes another one like it', async () => {
    const machine = await Machine.create(SMALL);
    const list = jumble(4000);
    await machine.run(traceFromRecords(list.slice(0, 2000), { foldedPage: 4096 }));
    const snapshot = machine.snapshot();
    const before = portrait(machine);
    await machine.run(traceFromRecords(list.slice(2000), { foldedPage: 4096 }));
    const after = portrait(machine);

    machine.restore(snapshot);
    expect(portrait(machine)).toEqual(before);
    const other = await Machine.create(SMALL);
    other.restore(snapshot);
    for (const each of [machine, other]) {
      await each.run(traceFromRecords(list.slice(2000), { foldedPage: 4096 }));
      expect(portrait(each)).toEqual(after);
      expect(each.check()).toBeNull();
    }
  });

  it('survives that the machine grew meanwhile', async () => {
    const machine = await Machine.create({ frames: 2000 });
    const snapshot = machine.snapshot();
    const sparse = (): ReturnType<typeof traceFromRecords> =>
      traceFromRecords(Array.from({ length: 1500 }, (_, i) => ({ pid: 1, op: 'write', address: BigInt(i) << 31n })));
    await machine.run(sparse());
    const after = portrait(machine);
    machine.restore(snapshot);
    expect(machine.counters.touches).toBe(0);
    await machine.run(sparse());
    expect(portrait(machine)).toEqual(after);
  });

  it('is refused by another configuration', async () => {
    const machine = await Machine.create(SMALL);
    const other = await Machine.create({ ...SMALL, frames: 17 });
    expect(() => other.restore(machine.snapshot())).toThrow('another configuration');
  });
});
