import { expect, test } from 'vitest';
import { always, areTheSame, byHand, run } from '../../support/policy-cases.ts';

test('a clean page of the window goes first, none outside of it', () => {
  byHand(
    'cflru',
    [50],
    `
    W1  2  3  4  5 W3  6 W5  7  1
     1  1  1  1  1  1  1  1  7  7
        2  2  2  5  5  5  5  5  5
           3  3  3  3  3  3  3  3
              4  4  4  6  6  6  1
     *  *  *  *  *     *     *  *`,
  );
});

test('without a window it is LRU', () => {
  areTheSame({ policy: 'cflru', params: [0] }, { policy: 'lru', params: [] });
});

test('with a window of all frames a dirty page goes only when all are dirty', () => {
  always((trace, frames) => {
    const engine = run({ policy: 'cflru', params: [100] }, frames, trace, 0);
    for (const _ of trace) {
      const isAllDirty = engine.frames().every((frame) => frame?.dirty === true);
      const before = engine.counters().dirty_evictions;
      engine.advance(1);
      if (engine.counters().dirty_evictions > before) expect(isAllDirty).toBe(true);
    }
  });
});
