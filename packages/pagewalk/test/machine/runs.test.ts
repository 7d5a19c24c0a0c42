/** A machine that takes a trace in runs comes to what it comes to without, wherever the run of it is cut. */
import type { PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comparePolicies,
  Machine,
  planComparison,
  type RunOptions,
  type TraceRecord,
  type TraceSource,
  traceFromRecords,
  withRuns,
} from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';
import { folded, runTrace } from '../support/run-traces.ts';

const PAGE = 4096;

/** Counted: how many chunks were asked for with runs in them. */
async function source(records: readonly TraceRecord[], asked: { runs: boolean }): Promise<TraceSource> {
  const open = () => traceFromRecords(records, { foldedPage: PAGE });
  let inner: TraceSource = open();
  let pending: Promise<void> | null = null;
  return {
    ...inner,
    get foldedPage() {
      return PAGE;
    },
    wantRuns() {
      asked.runs = true;
      pending = withRuns(inner).then((runs) => {
        inner = runs;
      });
    },
    async next() {
      await pending;
      return inner.next();
    },
    info: () => inner.info(),
  };
}

interface Outcome {
  readonly asked: boolean;
  readonly seen: unknown;
}

async function outcome(
  config: Record<string, unknown>,
  records: readonly TraceRecord[],
  options: RunOptions,
  withThem: boolean,
): Promise<Outcome> {
  const machine = await Machine.create(config as never);
  const asked = { runs: false };
  const trace = withThem ? await source(records, asked) : traceFromRecords(records, { foldedPage: PAGE });
  const seen = await machine.run(trace, options).then(
    ({ ...result }) => ({ ...result, wall: null }),
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return { asked: asked.runs, seen: JSON.parse(JSON.stringify(seen, timeless)) };
}

const timeless = (key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : /wall|seconds|created|date|host|run_id|version/.test(key) ? null : value;

const POLICIES: readonly PolicyId[] = ['lru', 'clock', 'arc', 'aging', 'lfu', 'ws', 'linux'];

describe('the result with runs is the result without', () => {
  test('limits, intervals, policies, small memory', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(
        runTrace({ count: fc.integer({ min: 1, max: 20 }) }),
        fc.constantFrom(...POLICIES),
        fc.integer({ min: 2, max: 60 }),
        fc.option(fc.integer({ min: 1, max: 3000 })),
        fc.option(fc.integer({ min: 1, max: 500 })),
        async (records, policy, frames, maxAccesses, interval) => {
          const options: RunOptions = { maxAccesses: maxAccesses ?? undefined, interval: interval ?? undefined };
          const config = { policy, frames };
          const left = await outcome(config, records, options, true);
          expect(left.seen).toEqual((await outcome(config, records, options, false)).seen);
          asked += Number(left.asked);
        },
      ),
      effort(30),
    );
    expect(asked).toBeGreaterThan(0);
  });

  test('operations, refused ones, and processes that are gone', async () => {
    await fc.assert(
      fc.asyncProperty(
        runTrace({ count: fc.constant(2) }),
        fc.array(
          fc.tuple(
            fc.nat(),
            fc.constantFrom<TraceRecord>(
              { pid: 1, operation: 'fork', words: [3n] },
              { pid: 1, operation: 'exit', words: [] },
              { pid: 2, operation: 'munmap', words: [4096n * 3n, 4096n * 4n] },
              { pid: 1, operation: 'madvise', words: [4096n, 4096n * 9n, 4n] },
            ),
          ),
          { maxLength: 4 },
        ),
        async (records, operations) => {
          const all: TraceRecord[] = [...records];
          for (const [at, operation] of operations) all.splice(at % (all.length + 1), 0, operation);
          const config = { policy: 'lru', frames: 40 };
          const [left, right] = [await outcome(config, all, {}, true), await outcome(config, all, {}, false)];
          expect(left.seen).toEqual(right.seen);
        },
      ),
      effort(20),
    );
  });

  test('not asked for where every touch is looked at', async () => {
    const records = [folded(1, 'read', 1, 3), folded(1, 'read', 2, 3)];
    const given: [Record<string, unknown>, RunOptions, boolean][] = [
      [{}, {}, true],
      [{ policy: 'opt' }, {}, false],
      [{ verify: true }, {}, false],
      [{}, { check: true }, false],
      [{}, { onEvents: () => {} }, false],
    ];
    for (const [config, options, expected] of given) {
      expect((await outcome({ frames: 4, ...config }, records, options, true)).asked).toBe(expected);
    }
  });
});

test('machines of a comparison, which get runs when they are many, come to what one alone does', async () => {
  const records = fc.sample(runTrace({ count: fc.integer({ min: 1, max: 9 }) }), { numRuns: 30, seed: 7 }).flat();
  const runs = async (policies: string, sizes: string) => {
    const plan = planComparison({ policies, sizes, withoutOpt: true });
    const { runs } = await comparePolicies(traceFromRecords(records, { foldedPage: PAGE }), plan);
    // `fewest` is about the others.
    return runs.map(({ policy, frames, figures }) => ({ policy, frames, figures: { ...figures, fewest: null } }));
  };
  for (const sizes of ['9,30', '5%,50%']) {
    const many = await runs('lru,clock,arc,lfu', sizes);
    const alone = [];
    for (const size of sizes.split(',')) {
      for (const policy of ['lru', 'clock', 'arc', 'lfu']) alone.push((await runs(policy, size))[0]);
    }
    expect(many).toEqual(alone);
  }
});
