/** Policies that are plain JavaScript objects. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  generate,
  Machine,
  type OwnPolicy,
  PolicyError,
  type PolicyObject,
  policyOfObject,
  type ScriptPolicy,
} from '../../src/node/index.ts';

const FILE = new URL('../../../../examples/policies/second-chance.js', import.meta.url);
const trace = () => generate({ type: 'working_set', accesses: 20_000, processes: 2, writeRatio: 0.3, seed: 3 });

async function secondChance(): Promise<OwnPolicy> {
  const { policy } = (await import(FILE.href)) as { policy: ScriptPolicy };
  return policyOfObject(policy, { file: 'files/second-chance.js', source: await readFile(FILE, 'utf8') });
}

/** FIFO over a list, with something else of the caller's. */
const fifo = (more: Partial<PolicyObject> = {}): ScriptPolicy => ({
  id: 'js_fifo',
  observes: 'faults-only',
  create({ frames }) {
    const queue: number[] = [];
    return {
      onLoad: (frame) => queue.push(frame),
      onEvict: (frame) => queue.splice(queue.indexOf(frame), 1),
      victim: () => queue.find((frame) => frames.isEvictable(frame)) ?? null,
      agrees: (frame, resident) => queue.includes(frame) === resident,
      ...more,
    };
  },
});

async function errorOf(done: Promise<unknown>): Promise<PolicyError> {
  const error = await done.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PolicyError);
  return error as PolicyError;
}

const run = async (policy: ScriptPolicy): Promise<Machine> => {
  const own = await policyOfObject(policy, { file: 'mine.js' });
  const machine = await Machine.create({ frames: 30, policy: own.with() });
  await machine.run(await trace());
  return machine;
};

describe('a policy that is a JavaScript object', () => {
  it('counts what the same policy of the catalog counts', async () => {
    const own = await secondChance();
    const [theirs, ours] = await Promise.all(
      [own.with(), 'clock:ref_on_load=1'].map(async (policy) => {
        const machine = await Machine.create({ frames: 50, swap: '2MiB', policy });
        await machine.run(await trace());
        return machine;
      }),
    );
    expect(theirs?.counters).toEqual(ours?.counters);
    expect(theirs?.policyState.hand).toBe(ours?.policyState.hand);
    expect(theirs?.config.policy).toEqual({ id: 'js_second_chance', params: { fails_at: 0 }, origin: own.origin });
    expect((await run(fifo())).counters.evictions).toBeGreaterThan(0);
  });

  it('is told of every access if it says so, with time and owners', async () => {
    const seen: unknown[] = [];
    const policy: ScriptPolicy = {
      id: 'watcher',
      observes: 'every-access',
      params: [{ name: 'n', default: 7, min: 0, max: 9, meaning: '' }],
      create: ({ frames, time, params, seed }) => ({
        onLoad: (frame, page) => seen.push(['load', frame, typeof page]),
        onHit: (frame) =>
          seen.push(['hit', frame, time.now, frames.ownerOf(frame), time.running, time.of(0), params['n'], seed]),
        victim: () => null,
      }),
    };
    const own = await policyOfObject(policy);
    const machine = await Machine.create({ frames: 4, seed: 5, policy: own.with() });
    machine.access(1, 'read', 0x1000);
    machine.access(1, 'write', 0x1000);
    expect(seen).toEqual([
      ['load', 0, 'bigint'],
      ['hit', 0, 2, 0, 0, 2, 7, 5n],
    ]);
  });

  it('that throws ends the run with its place', async () => {
    const own = await secondChance();
    const machine = await Machine.create({ frames: 20, policy: own.with({ fails_at: 3 }) });
    const error = await errorOf(machine.run(await trace()));
    const line = (await readFile(FILE, 'utf8')).split('\n').findIndex((text) => text.includes('enough of it')) + 1;
    expect(error.message).toMatch(
      new RegExp(
        `^files/second-chance\\.js:${line}:\\d+: onEvict\\(\\) of policy js_second_chance threw: enough of it at access \\d+$`,
      ),
    );
  });

  it.each([
    ['a frame that is none', { victim: () => 30 }, 'victim() of policy js_fifo named frame 30 of 30'],
    [
      'something else',
      { victim: () => 1.5 },
      'victim() of policy js_fifo threw: victim() gave 1.5, which is neither a frame nor null',
    ],
    ['nothing', { victim: () => null }, 'named no victim, although frame 0 may be taken'],
  ])('that names %s as the victim is stopped', async (_, more, says) => {
    expect((await errorOf(run(fifo(more)))).message).toContain(says);
  });

  it('that asks about a frame that is none is stopped', async () => {
    const policy: ScriptPolicy = {
      observes: 'faults-only',
      create: ({ frames }) => ({ victim: () => (frames.isDirty(99) ? 0 : 1) }),
    };
    expect((await errorOf(run(policy))).message).toMatch(
      /^mine\.js: victim\(\) of policy mine asked about frame 99 of 30 at access \d+$/,
    );
  });

  it('that loses a page is stopped', async () => {
    expect((await errorOf(run(fifo({ onEvict: () => {} })))).message).toContain('although it is not resident');
  });

  it('has snapshots if it saves itself', async () => {
    const own = await secondChance();
    const machine = await Machine.create({ frames: 20, policy: own.with() });
    machine.attach(await trace());
    for (let i = 0; i < 2000; i++) await machine.step();
    const then = machine.counters;
    for (let i = 0; i < 300; i++) await machine.step();
    const later = machine.counters;
    for (let i = 0; i < 300; i++) machine.stepBack();
    expect(machine.counters).toEqual(then);
    for (let i = 0; i < 300; i++) await machine.step();
    expect(machine.counters).toEqual(later);
    await machine.detach();
  });

  it('has none otherwise, and says so', async () => {
    const own = await policyOfObject(fifo());
    const machine = await Machine.create({ frames: 20, policy: own.with() });
    machine.attach(await trace());
    await machine.step();
    const says =
      'policy js_fifo keeps its state in JavaScript, of which there is no snapshot: give it save() and restore(saved)';
    expect(() => machine.stepBack()).toThrow(says);
    expect(() => machine.snapshot()).toThrow(says);
    await machine.detach();
  });

  it('needs a row and a function', async () => {
    const none = policyOfObject({ observes: 'all' } as never, { file: 'mine.js' });
    await expect(none).rejects.toThrow(
      "mine.js: policy.observes: 'all' is not accepted; give 'ref-bit', 'every-access' or 'faults-only'",
    );
    await expect(policyOfObject({ observes: 'ref-bit' } as never)).rejects.toThrow(
      'policy.js: policy.create: not a function',
    );
  });
});
