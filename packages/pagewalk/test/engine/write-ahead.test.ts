/** Pages that are written ahead of their eviction, in a machine where nothing takes time: the first write is done at 0. */
import { expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { compareEachStep } from '../support/compare.ts';

test('a write that is done at time 0 is a write', () => {
  const ns = { tlb: 0, stlb: 0, memory: 0, fault: 0, zero: 0, swapRead: 0, swapWrite: 0 };
  // tau=1, exact, writes=8: at 4 page 1 is of age 3 and dirty, so it is written ahead and goes clean.
  const config = machine({ policy: 'wsclock', params: [1, 1, 1, 8], frames: 2, ns });
  const { engine } = compareEachStep(config, draw('W1 W2 R2 R3'));
  expect(engine.counters()).toMatchObject({
    scheduled_writes: 1,
    dirty_evictions: 0,
    swap_outs: 1,
    policy_fallbacks: 0,
  });
});
