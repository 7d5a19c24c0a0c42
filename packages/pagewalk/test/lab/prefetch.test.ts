/** Prefetchers side by side: what the figures must be whatever the trace, and pollution against a count of its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TouchSet } from '../../src/lab/prefetch/touch-set.ts';
import {
  type ConfigInput,
  comparePrefetchers,
  decodeEvents,
  Machine,
  type PrefetchComparison,
  type TraceSource,
  traceFromBytes,
} from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';

type Text = readonly (readonly [op: string, page: number])[];

const open = (trace: Text): Promise<TraceSource> =>
  traceFromBytes(
    new TextEncoder().encode(trace.map(([op, page]) => `1 ${op} 0x${(page * 4096).toString(16)}\n`).join('')),
    { format: 'text' },
  );

const compare = (trace: Text, config: ConfigInput, withoutPollution = false): Promise<PrefetchComparison> =>
  comparePrefetchers({ open: () => open(trace), config, withoutPollution, check: true });

/** The times of all demand faults of a run, from its decoded events. */
async function demandTimes(trace: Text, config: ConfigInput): Promise<Set<number>> {
  const machine = await Machine.create(config);
  const times = new Set<number>();
  await machine.run(await open(trace), {
    onEvents: (records) => {
      for (const event of decodeEvents(records)) {
        if (event.kind === 'fault' && ['demand_zero', 'swap_in'].includes(event.fault)) times.add(event.time);
      }
    },
  });
  return times;
}

const trace = fc.array(fc.tuple(fc.constantFrom('R', 'W'), fc.oneof(fc.nat(20), fc.nat(200))), {
  minLength: 1,
  maxLength: 120,
});
const frames = fc.integer({ min: 1, max: 40 });

describe('comparePrefetchers', () => {
  test('figures that agree with each other', async () => {
    await fc.assert(
      fc.asyncProperty(trace, frames, async (text, size) => {
        const { runs, accesses } = await compare(text, { frames: size });
        expect(accesses).toBe(text.length);
        const [none] = runs;
        expect(none).toMatchObject({ prefetcher: 'none', issued: 0, pollution: 0, saved_ns: 0, accuracy_ratio: null });
        for (const run of runs) {
          expect(run.issued).toBe(run.useful + run.useless + run.resident);
          expect(run.late).toBeLessThanOrEqual(run.useful);
          expect(run.pollution).toBeLessThanOrEqual(run.demand_faults);
          expect(run.saved_ns).toBe((none?.total_ns ?? 0) - run.total_ns);
          for (const ratio of [run.accuracy_ratio, run.coverage_ratio, run.timeliness_ratio]) {
            if (ratio === null) continue;
            expect(ratio).toBeGreaterThanOrEqual(0);
            expect(ratio).toBeLessThanOrEqual(1);
          }
        }
      }),
      effort(20),
    );
  });

  test('pollution: the demand faults that the run without prefetching does not have', async () => {
    await fc.assert(
      fc.asyncProperty(trace, frames, async (text, size) => {
        const { runs } = await compare(text, { frames: size, policy: 'lru' });
        const shadow = await demandTimes(text, { frames: size, policy: 'lru' });
        for (const run of runs) {
          const times = await demandTimes(text, { frames: size, policy: 'lru', prefetch: run.text });
          expect(run.demand_faults).toBe(times.size);
          expect(run.pollution).toBe([...times].filter((time) => !shadow.has(time)).length);
        }
      }),
      effort(15),
    );
  });

  test('none where memory is ample', async () => {
    await fc.assert(
      fc.asyncProperty(trace, async (text) => {
        const { runs } = await compare(text, { frames: 3000 });
        expect(runs.map(({ pollution, dropped, useless }) => [pollution, dropped, useless])).toEqual(
          runs.map(() => [0, 0, 0]),
        );
      }),
      effort(10),
    );
  });

  test('the same figures without pollution', async () => {
    const text = Array.from({ length: 200 }, (_, i) => ['W', (i * 7) % 90] as const);
    const runs = async (without: boolean) =>
      (await compare(text, { frames: 30 }, without)).runs.map((run) => ({ ...run, pollution: null }));
    expect(await runs(true)).toEqual(await runs(false));
  });

  test('the machine’s own prefetcher keeps its parameters, the others have their defaults', async () => {
    const { runs } = await compare([['R', 1]], { prefetch: 'stride:distance=9' });
    expect(runs.map(({ text }) => text)).toEqual([
      'none',
      'next:distance=4,trigger=2',
      'stride:distance=9,streams=8,confidence=2',
      'readahead:pages=32,cluster=3,request=1',
      'markov:successors=2,entries=4096',
    ]);
  });
});

test('TouchSet counts what another set does not hold', () => {
  const times = fc.uniqueArray(fc.nat(100_000));
  fc.assert(
    fc.property(times, times, (a, b) => {
      const [one, other] = [a, b].map((each) => {
        const set = new TouchSet();
        for (const time of [...each, ...each]) set.add(time);
        return set;
      }) as [TouchSet, TouchSet];
      expect(one.size).toBe(a.length);
      expect(one.countWithout(other)).toBe(a.filter((time) => !b.includes(time)).length);
    }),
    effort(100),
  );
});
