/** Laws of the classes on random machines and traces, and that one explanation says what the whole run says. */
import type { PolicyRow } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRecord,
  type ClassifiedFault,
  classify,
  explain,
  generate,
  Machine,
  POLICIES,
  spooled,
  traceFromRecords,
} from '../../src/node/index.ts';

const PAGE = 4096n;

const access = fc.record({
  pid: fc.constantFrom(1, 2),
  op: fc.constantFrom('read', 'write', 'ifetch'),
  page: fc.integer({ min: 0, max: 7 }),
  extent: fc.constantFrom(1, 1, 1, 3),
  folded: fc.boolean(),
  across: fc.constantFrom(false, false, false, true),
});

const traces = fc.array(access, { minLength: 1, maxLength: 60 }).map((list) =>
  list.map(({ pid, op, page, extent, folded, across }): AccessRecord => {
    const address = BigInt(page) * PAGE;
    return across ? { pid, op, address: address + PAGE - 1n, extent: 2 } : { pid, op, address, extent, folded };
  }),
);

const configs = fc.record({
  frames: fc.integer({ min: 1, max: 12 }),
  policy: fc.constantFrom(...POLICIES.map(({ id }) => id)),
  tlb: fc.constantFrom('none', '2', '4x2:fifo'),
  tagged: fc.boolean(),
  swap: fc.constant(2 ** 20),
  max_processes: fc.constant(4),
  replacement: fc.constantFrom('global', 'local'),
  ws_limit: fc.constantFrom(null, null, 2, 'equal'),
});

const source = (records: readonly AccessRecord[]) => () => traceFromRecords(records, { foldedPage: 4096 });

describe('classes', () => {
  it('add up to the faults of a run; cold ones are the distinct pages', async () => {
    await fc.assert(
      fc.asyncProperty(traces, configs, async (records, config) => {
        const open = source(records);
        const seen: ClassifiedFault[] = [];
        const classes = await classify({ open, config, onFault: (fault) => seen.push(fault) });
        const machine = await Machine.create(config);
        const { pages, accesses } = await machine.run(open());
        const opt = await Machine.create({ ...config, policy: 'opt' });
        await opt.run(open());
        const { page_faults: faults } = machine.counters;
        expect(classes.cold + classes.capacity + classes.policy_miss).toBe(faults);
        expect(classes).toMatchObject({ page_faults: faults, cold: pages, accesses });
        expect(classes.opt_faults).toBe(opt.counters.page_faults);
        expect(classes.policy_miss - classes.opt_only_faults).toBe(faults - classes.opt_faults);
        expect(seen.map(({ fault }) => fault)).toEqual(Array.from({ length: faults }, (_, i) => i + 1));
        for (const each of machine.processes) {
          expect(classes.processes.find(({ pid }) => pid === each.pid)?.page_faults).toBe(each.page_faults);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are those that an explanation gives each fault', async () => {
    await fc.assert(
      fc.asyncProperty(traces, configs, fc.nat(), async (records, config, pick) => {
        const open = source(records);
        const seen: ClassifiedFault[] = [];
        await classify({ open, config, onFault: (fault) => seen.push(fault) });
        const one = seen[pick % seen.length];
        if (!one) return;
        const told = await explain({ open, config }, { fault: one.fault });
        expect(told).toMatchObject({ access: one.access, pid: one.pid });
        expect(told.touches).toMatchObject([
          { page: one.page, fault: { number: one.fault }, verdict: { class: one.class } },
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

const systems = fc.record({
  type: fc.constantFrom('operations', 'operations', 'fork_server', 'shared_memory', 'file_scan'),
  seed: fc.nat(10_000),
  frames: fc.constantFrom(20, 50, 700),
  policy: fc.constantFrom(...POLICIES.map(({ id }) => id)),
  cpus: fc.constantFrom(1, 2),
  nodes: fc.constantFrom(1, 2),
  prefetch: fc.constantFrom('none', 'next', 'readahead'),
  large_pages: fc.constantFrom('never', 'always', 'reserve'),
  pt_type: fc.constantFrom('FOUR_LEVEL', 'HASHED', 'INVERTED'),
});

describe('with operations of all kinds', () => {
  it('the classes add up, and an explanation says the same', async () => {
    await fc.assert(
      fc.asyncProperty(systems, fc.nat(), async ({ type, seed, ...given }, pick) => {
        const config = { ...given, swap: 2 ** 24, max_processes: 64 } as const;
        const open = () => generate({ type, seed, accesses: 600 });
        const seen: ClassifiedFault[] = [];
        const classes = await classify({ open, config, onFault: (fault) => seen.push(fault) });
        const machine = await Machine.create(config);
        await machine.run(await open());
        const { cold, capacity, policy_miss: missed, present, page_faults: faults } = classes;
        expect(cold + capacity + missed + present).toBe(faults);
        expect(seen.length).toBe(faults);
        expect(faults + classes.operation_faults).toBe(machine.counters.page_faults);
        const one = seen[pick % seen.length];
        if (!one) return;
        const { touches, access } = await explain({ open, config }, { fault: one.fault });
        expect(access).toBe(one.access);
        expect(touches).toMatchObject([
          { page: one.page, fault: { number: one.fault }, verdict: { class: one.class } },
        ]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('the frames that were missing', () => {
  it('make the touch a hit, and with a stack policy one less does not', async () => {
    await fc.assert(
      fc.asyncProperty(traces, configs, fc.nat(), async (records, config, pick) => {
        const open = source(records);
        const seen: ClassifiedFault[] = [];
        await classify({ open, config, onFault: (fault) => seen.push(fault) });
        const missed = seen.filter((fault) => fault.class !== 'cold');
        const one = missed[pick % missed.length];
        if (!one) return;
        const told = await explain({ open, config }, { fault: one.fault });
        const [touch] = told.touches;
        const remedy = touch?.verdict?.remedy;
        const faultsWith = async (frames: number): Promise<boolean> => {
          const found: bigint[] = [];
          await classify({
            open,
            config: { ...config, frames },
            onFault: ({ access: at, page }) => at === one.access && found.push(page),
          });
          return found.includes(one.page);
        };
        if (remedy?.frames === null) {
          // No memory is enough: pages go although there is room.
          const row: PolicyRow | undefined = POLICIES.find(({ id }) => id === config.policy);
          expect(row?.releases === true || config.ws_limit !== null).toBe(true);
          return;
        }
        expect(remedy?.more).toBe((remedy?.frames ?? 0) - config.frames);
        expect(await faultsWith(remedy?.frames ?? 0)).toBe(false);
        if (remedy?.exact === true) expect(await faultsWith((remedy.frames ?? 0) - 1)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a spooled trace', () => {
  it('can be read twice at a time, record for record', async () => {
    const records = Array.from(
      { length: 20_000 },
      (_, i): AccessRecord => ({ pid: 1, op: 'read', address: BigInt(i) }),
    );
    const whole = traceFromRecords(records);
    const trace = await spooled(whole);
    const [first, second] = [trace.open(), trace.open()];
    const machines = await Promise.all(
      [first, second].map(async (each) => {
        const machine = await Machine.create();
        return { ...(await machine.run(each)), faults: machine.counters.page_faults };
      }),
    );
    expect(machines).toMatchObject([
      { accesses: 20_000, faults: 5 },
      { accesses: 20_000, faults: 5 },
    ]);
    await trace.close();
  });
});
