/** All state that changes lies in linear memory: a copy of the memory is the machine. And once its tables are made, memory does not grow. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { caseOf, effort, machines } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { differences, engineCounts, engineState, shapesOf } from '../support/state.ts';

const facts = (engine: RawEngine, config: MachineConfig) => {
  const shapes = shapesOf(config);
  return new Map([...engineCounts(engine, shapes.keys()), ...engineState(engine, shapes)]);
};

describe('a snapshot', () => {
  test('restored and run on is the straight run, in the same instance and in another', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), fc.nat(200), ({ config, trace }, cut) => {
        const straight = facts(new RawEngine(config, trace).advance(), config);
        const engine = new RawEngine(config, trace).advance(Math.min(cut, trace.length));
        const middle = facts(engine, config);
        const snapshot = engine.snapshot();
        expect(differences(facts(engine.advance(), config), straight)).toEqual([]);

        engine.restore(snapshot);
        expect(differences(facts(engine, config), middle)).toEqual([]);
        expect(differences(facts(engine.advance(), config), straight)).toEqual([]);

        const other = new RawEngine(config, trace).restore(snapshot);
        expect(differences(facts(other.advance(), config), straight)).toEqual([]);
        expect(other.check()).toBe('none');
      }),
      effort(25),
    );
  });

  test('of a small machine takes back page tables that were made after it', () => {
    const far = Array.from({ length: 3000 }, (_, at) => ({
      ...(draw('W1')[0] as ReturnType<typeof draw>[number]),
      address: BigInt(at) << 30n,
    }));
    const config = machine({ frames: 8, swapSlots: 4000 });
    const engine = new RawEngine(config, far).advance(10);
    const before = engine.counters();
    const snapshot = engine.snapshot();
    const after = engine.advance().counters();
    expect(engine.restore(snapshot).counters()).toEqual(before);
    expect(engine.advance().counters()).toEqual(after);
  });
});

describe('memory', () => {
  test('does not grow when the same pages are used again', () => {
    const footprint = draw('0-2000', 14);
    const trace = [...footprint, ...footprint, ...footprint.toReversed()];
    const config = machine({ frames: 300, swapSlots: 3000, tlbs: [{ entries: 64, ways: 4, policy: 'lru' }] });
    const engine = new RawEngine(config, trace).advance(footprint.length);
    const size = engine.abi.memory.buffer.byteLength;
    engine.advance();
    expect(engine.abi.memory.buffer.byteLength).toBe(size);
  });

  test('does not grow over a chunk of hits', () => {
    const trace = Array.from({ length: 65_536 }, (_, at) => draw(`${at % 2 === 0 ? 'R' : 'W'}${at % 7}`)).flat();
    const engine = new RawEngine(machine({ frames: 8 }), trace).advance(7);
    const size = engine.abi.memory.buffer.byteLength;
    expect(engine.advance().counters().page_faults).toBe(7);
    expect(engine.abi.memory.buffer.byteLength).toBe(size);
  });
});
