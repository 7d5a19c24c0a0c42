/** What must stop a machine that is wrong: refused configurations and records, broken invariants, contents that come back changed. */
import { STOPS } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { count } from '../support/compare.ts';
import { RawEngine, Stopped } from '../support/raw-engine.ts';

describe('refused', () => {
  test('more levels than bits to index them', () => {
    expect(() => new RawEngine(machine({ levels: 4, vaBits: 15 }))).toThrow(new Stopped('create: levels'));
    expect(new RawEngine(machine({ levels: 4, vaBits: 16 })).check()).toBe('none');
  });

  test('a record with an unknown op, which is not executed', () => {
    const engine = new RawEngine(machine(), draw('R1 R2')).advance();
    const meta = engine.abi.chunk() + 12;
    const view = new DataView(engine.abi.memory.buffer);
    view.setUint32(meta, (view.getUint32(meta, true) & ~0xf) | 5, true);
    expect(engine.abi.run(0, 2)).toBe(0);
    expect(STOPS[engine.abi.stopReason()]?.name).toBe('bad_record');
    expect(engine.counters()).toMatchObject({ accesses: 2, touches: 2, page_faults: 2 });
    expect(engine.check()).toBe('none');
  });
});

describe('check() finds', () => {
  /** Frame 0 holds page 7, never written; 1 holds 5, dirty; 2 holds 2, clean and in swap as well. All caches in use. */
  const worn = () => {
    const tlb = { entries: 4, ways: 4, policy: 'lru' } as const;
    const config = machine({ policy: 'fifo', frames: 3, tlbs: [tlb], stlb: tlb, pwc: [2, 2, 2] });
    return new RawEngine(config, draw('W1-5 R2 R7')).advance();
  };

  test('nothing in a sound machine', () => {
    const engine = worn();
    expect(engine.check()).toBe('none');
    expect(engine.frames().map((frame) => frame?.page)).toEqual([7n, 5n, 2n]);
  });

  test.each<[string, Parameters<RawEngine['poke']>]>([
    ['frame_state', ['frame_state', 0, 1, 0]],
    ['frame_state', ['frame_pins', 0, 1, 1]],
    ['ref_count', ['frame_references', 0, 1, 2]],
    ['reverse_map', ['frame_tag', 0, 1, 99]],
    ['slot_owner', ['frame_dirty', 0, 2, 0]],
    ['slot_owner', ['frame_dirty', 0, 2, 1]],
    ['tlb_stale', ['cache_value', 0, 0, 77]],
    ['tlb_stale', ['cache_value', 2, 0, 77]],
    ['tlb_stale', ['cache_tag', 0, 0, 1]],
    ['pwc_stale', ['cache_value', 3, 0, 77]],
    ['pwc_stale', ['cache_tag', 5, 0, 1]],
  ])('%s after poking %j', (violation, poke) => {
    const engine = worn();
    engine.poke(...poke);
    expect(engine.check().split(' ')[0]).toBe(violation);
  });
});

describe('verify', () => {
  const config = machine({ frames: 2, verify: true });

  test('compares every read that was served', () => {
    expect(count(config, draw('W1 R1 I2 R3x5 W2 R1'))).toMatchObject({ verified_reads: 8 });
  });

  test('stops at the read of a page that does not hold what was written', () => {
    const engine = new RawEngine(config, draw('W1 W2 R1 R2')).advance(3);
    const frame = engine.frames().findIndex((contents) => contents?.page === 2n);
    engine.poke('frame_stamp', 0, frame, 12_345n);
    expect(() => engine.advance()).toThrow(new Stopped('verify_failed at record 3: 4 2 2 12345'));
  });

  test('follows pages through swap', () => {
    const engine = new RawEngine(config, draw('W1 W2 W3 R1 R2 R3')).advance(3);
    const before = engine.counters();
    engine.poke('frame_stamp', 0, 1, 12_345n);
    expect(before.swap_outs).toBe(1);
    expect(() => engine.advance()).toThrow('verify_failed');
  });
});
