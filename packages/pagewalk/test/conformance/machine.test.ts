/** What every policy must keep in the plain machine, whatever it decides. Runs of one machine against runs of another; there is no model here. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { MachineConfig } from '../oracle/config.ts';
import { isForeseeing } from '../oracle/future.ts';
import { unfolded } from '../oracle/trace.ts';
import { type Case, caseOf } from '../support/arbitrary.ts';
import { blind, single } from '../support/blind.ts';
import { Dice } from '../support/dice.ts';
import { grouped, loopsOf, play } from '../support/grouped.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { SpaceEngine } from '../support/space-engine.ts';
import { differences, engineCounts, engineState, type Facts, shapesOf } from '../support/state.ts';
import { eachMachine, eachPolicy } from './subjects.ts';
import { Watch } from './watch.ts';

const LENGTH = 150;
const run = ({ config, trace }: Case) => new RawEngine(config, trace).advance();

/** Everything that can be seen of a machine. */
function facts(engine: RawEngine, config: MachineConfig): Facts {
  const shapes = shapesOf(config);
  const seen = new Map([...engineCounts(engine, shapes.keys()), ...engineState(engine, shapes)]);
  return seen
    .set('policy hand', `${engine.abi.policyHand()}`)
    .set('policy state', engine.view('policy_state').join(' '));
}

const expectSame = (config: MachineConfig, left: RawEngine, right: RawEngine) =>
  expect(differences(facts(left, config), facts(right, config))).toEqual([]);

const some = (config: fc.Arbitrary<MachineConfig>) => caseOf(config, LENGTH);

eachPolicy('its victims are resident and may be taken', (subject) =>
  eachMachine(
    subject,
    9,
    (config) => caseOf(config, 60),
    ({ config, trace }) => {
      const engine = new RawEngine(config, trace);
      const watch = new Watch(engine);
      for (const _ of trace) {
        watch.begin();
        engine.advance(1);
        expect(watch.complaints()).toEqual([]);
      }
    },
  ),
);

eachPolicy('the same run twice is the same', (subject) =>
  eachMachine(subject, 6, some, (given) => expectSame(given.config, run(given), run(given))),
);

eachPolicy('a run in pieces is the run in one', (subject) =>
  eachMachine(
    subject,
    6,
    (config) => fc.tuple(some(config), fc.nat(LENGTH)),
    ([given, cut]) => {
      const { config, trace } = given;
      const pieces = new RawEngine(config, trace).advance(Math.min(cut, trace.length));
      const prefix = { config, trace: trace.slice(0, cut) };
      // The future of a prefix is another.
      if (!isForeseeing(config.policy)) expectSame(config, pieces, run(prefix));
      expectSame(config, pieces.advance(), run(given));
    },
  ),
);

eachPolicy('a snapshot run on is the straight run', (subject) =>
  eachMachine(
    subject,
    4,
    (config) => fc.tuple(some(config), fc.nat(LENGTH)),
    ([{ config, trace }, cut]) => {
      const straight = new RawEngine(config, trace).advance();
      const engine = new RawEngine(config, trace).advance(Math.min(cut, trace.length));
      const snapshot = engine.snapshot();
      expectSame(config, engine.advance(), straight);
      expectSame(config, engine.restore(snapshot).advance(), straight);
      const other = new RawEngine(config, trace).restore(snapshot).advance();
      expectSame(config, other, straight);
      expect(other.check()).toBe('none');
    },
  ),
);

eachPolicy('folded or written out is the same', (subject) =>
  eachMachine(subject, 10, some, ({ config, trace }) =>
    expectSame(config, run({ config, trace }), run({ config, trace: unfolded(trace) })),
  ),
);

eachPolicy('in runs or one by one is the same', (subject) =>
  eachMachine(
    subject,
    14,
    (config) => loopsOf(config, 400),
    ({ config, trace, seed }) => {
      const plain = run({ config, trace });
      const pieces = grouped(trace, new Dice(seed));
      expectSame(config, play(new RawEngine(config), config, trace, pieces), plain);
      const words = { ...config.words, space: 1 };
      expectSame(config, play(new SpaceEngine({ ...config, words }), config, trace, pieces), plain);
    },
  ),
);

eachPolicy('verified or plain is the same', (subject) =>
  eachMachine(subject, 6, some, ({ config, trace }) => {
    const [plain, verified] = [false, true].map((verify) => run({ config: { ...config, verify }, trace }));
    const differ = differences(facts(plain as RawEngine, config), facts(verified as RawEngine, config));
    expect(differ.filter((line) => !line.startsWith('machine verified_reads'))).toEqual([]);
  }),
);

eachPolicy('watched or not is the same', (subject) =>
  eachMachine(subject, 6, some, ({ config, trace }) => {
    const watched = new RawEngine(config, trace);
    watched.abi.setEvents(1);
    expectSame(config, watched.advance(), run({ config, trace }));
  }),
);

eachPolicy('with regions or without is the same', (subject) =>
  eachMachine(subject, 8, some, ({ config, trace }) => {
    const words = { ...config.words, space: 1 };
    const space = new SpaceEngine({ ...config, words }, [], trace).advance();
    expect(space.check()).toBe('none');
    expectSame(config, space, run({ config, trace }));
  }),
);

eachPolicy('other names of pages change nothing', (subject) =>
  eachMachine(
    subject,
    8,
    (config) => fc.tuple(some(config), fc.bigInt({ min: 1n, max: (1n << 34n) - 1n })),
    ([given, key]) => {
      const config = blind(given.config);
      const trace = given.trace.map(single);
      const renamed = trace.map((access) => ({ ...access, address: access.address ^ (key << 12n) }));
      const [left, right] = [run({ config, trace }), run({ config, trace: renamed })];
      for (const slot of [null, ...left.pids.keys()]) {
        // What depends on where pages lie in the table.
        const place = { table_bytes: 0, table_nodes: 0, table_bytes_peak: 0 };
        expect({ ...right.counters(slot), ...place }).toEqual({ ...left.counters(slot), ...place });
      }
      expect(right.clock).toEqual(left.clock);
    },
  ),
);

eachPolicy('other names of processes change nothing', (subject) =>
  eachMachine(
    subject,
    6,
    (config) => fc.tuple(some(config), fc.integer({ min: 1, max: 0xffffff })),
    ([{ config, trace }, key]) => {
      const renamed = trace.map((access) => ({ ...access, pid: access.pid ^ key }));
      const [left, right] = [run({ config, trace }), run({ config, trace: renamed })];
      expect(right.pids).toEqual(left.pids.map((pid) => pid ^ key));
      for (const slot of [null, ...left.pids.keys()]) expect(right.counters(slot)).toEqual(left.counters(slot));
      expect(right.clock).toEqual(left.clock);
    },
  ),
);
