/** The whole way through the public API: configuration, chunks, next uses, counters and snapshots lose nothing on it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../src/node/index.ts';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { isForeseeing, nextUses } from '../oracle/future.ts';
import { Machine as Oracle } from '../oracle/machine.ts';
import { type Access, draw } from '../oracle/trace.ts';
import { caseOf, effort, MODELLED_POLICIES, machines } from '../support/arbitrary.ts';
import { configInput, publicCounts, shared, source } from '../support/library.ts';
import { skewed } from '../support/skewed.ts';
import { differences, oracleCounts } from '../support/state.ts';

/** The configuration file has seeds that a double can hold. */
const sane = machines(MODELLED_POLICIES).map((config) => ({ ...config, seed: BigInt.asUintN(53, config.seed) }));

function expectOracle(made: Machine, config: MachineConfig, trace: readonly Access[], records = trace.length): void {
  const future = isForeseeing(config.policy) ? nextUses(trace, config.pageShift) : [];
  const oracle = new Oracle(config, future).run(trace.slice(0, records));
  const told = publicCounts(made);
  expect(differences(told, shared(oracleCounts(oracle), told))).toEqual([]);
  expect(made.check()).toBeNull();
}

describe('Machine', () => {
  test('run: the oracle’s counters, in whatever chunks the trace comes', async () => {
    await fc.assert(
      fc.asyncProperty(caseOf(sane, 200), fc.array(fc.nat(50), { maxLength: 5 }), async ({ config, trace }, cuts) => {
        const made = await Machine.create(configInput(config));
        await made.run(source(config, trace, cuts));
        expectOracle(made, config, trace);
      }),
      effort(60),
    );
  });

  test('opt over several chunks, and with more touches in a chunk than next uses fit', async () => {
    const config = machine({ policy: 'opt', frames: 40, swapSlots: 1000 });
    const many = skewed(70_000, 3n);
    const long = Array.from({ length: 700 }, (_, at) => ({
      pid: 1,
      op: 'R' as const,
      address: BigInt((at * 37) % 50) << 12n,
      extent: 4096 * 200,
      folded: false,
    }));
    for (const trace of [many, long]) {
      const made = await Machine.create(configInput(config));
      await made.run(source(config, trace));
      expectOracle(made, config, trace);
    }
  });

  test('opt: an access past the last address is no use of page 0', async () => {
    const config = machine({ policy: 'opt', frames: 2, vspace: 0x4000n, vaBits: 16 });
    const wraps = { pid: 1, op: 'R', address: (1n << 64n) - 1n, extent: 2, folded: false } as const;
    const trace = [...draw('R0 R1 R2'), wraps, ...draw('R1')];
    const made = await Machine.create(configInput(config));
    await made.run(source(config, trace));
    expect(made.counters).toMatchObject({ page_faults: 3, segfaults: 2 });
    expectOracle(made, config, trace);
  });

  test('access by access', async () => {
    const config = sane.filter(({ policy }) => !isForeseeing(policy));
    await fc.assert(
      fc.asyncProperty(caseOf(config, 60), async ({ config, trace }) => {
        const made = await Machine.create(configInput(config));
        const single = trace.filter(({ folded }) => !folded);
        for (const { pid, op, address, extent } of single) {
          made.access(pid, op === 'R' ? 'read' : op === 'W' ? 'write' : 'ifetch', address, extent);
        }
        expectOracle(made, config, single);
      }),
      effort(20),
    );
  });

  test('steps, back and forth', async () => {
    await fc.assert(
      fc.asyncProperty(
        caseOf(sane, 40),
        fc.array(fc.integer({ min: -3, max: 6 })),
        async ({ config, trace }, moves) => {
          const made = await Machine.create(configInput(config));
          made.attach(source(config, trace));
          for (const move of moves) {
            for (let step = 0; step < move; step++) await made.step();
            for (let step = move; step < 0; step++) made.stepBack();
          }
          expectOracle(made, config, trace, made.position);
          while ((await made.step()) !== null);
          expectOracle(made, config, trace);
        },
      ),
      effort(20),
    );
  });

  test('a snapshot run on is the straight run', async () => {
    const config = sane.filter(({ policy }) => !isForeseeing(policy));
    await fc.assert(
      fc.asyncProperty(caseOf(config, 150), fc.nat(150), async ({ config, trace }, cut) => {
        const made = await Machine.create(configInput(config));
        await made.run(source(config, trace.slice(0, cut)));
        const snapshot = made.snapshot();
        await made.run(source(config, trace));
        made.restore(snapshot);
        await made.run(source(config, trace.slice(cut)));
        expectOracle(made, config, trace);
      }),
      effort(20),
    );
  });

  test('the average access time of the C program: 1000 accesses, 200 misses, 10 faults make 10 021 ns', async () => {
    const visits = Array.from({ length: 200 }, (_, visit) => `${visit % 10} `.repeat(5)).join('');
    const config = machine({ frames: 16, tlbs: [{ entries: 5, ways: 5, policy: 'lru' }] });
    const made = await Machine.create(configInput(config));
    await made.run(source(config, draw(visits)));
    expect(made.time.amt_base_ns).toBeCloseTo(10_021, 9);
  });
});
