import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { follows, pagesOf } from '../../support/worked-table.ts';

test('the worked table: ghost hits move the target, and the fault that moves it evicts by it', () => {
  follows({
    policy: 'arc',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(pagesOf(row['T1']).map((page) => [page, 1])),
      ...Object.fromEntries(pagesOf(row['T2']).map((page) => [page, 2])),
    }),
    faults: 10,
  });
});

/** Pages in memory after the last reference. */
function kept(frames: number, params: number[], references: string): number[] {
  const engine = new RawEngine(machine({ policy: 'arc', frames, params }), draw(references)).advance();
  return engine
    .frames()
    .map((frame) => Number(frame?.page))
    .toSorted((a, b) => a - b);
}

// Five frames. Before 4: T1 (10 9), T2 (8 7 1), B1 (6 4), B2 (5 3 2), p = 2. Its step is 3/2: p = 3.5 or, rounded down, 3; 1 goes. Then B1 (6),
// B2 (1 5 3 2), and the step of 3 is 1: p = 2.5, so T2 loses 7; or p = 2 = |T1| and 3 is in B2, so T1 loses 9.
test.each([
  [0, [3, 4, 8, 9, 10]],
  [1, [3, 4, 7, 8, 10]],
])('a step of 3/2, whole_steps %i', (whole, expected) => {
  expect(kept(5, [whole], '1 2 3 2 3 4 5 6 5 7 8 1 9 7 8 10 4 3')).toEqual(expected);
});

// Four frames. Before 4: T1 (6 5), T2 (3 2), B1 (4), B2 (1), p = 2. The step is 1/1, p = 3, and 2 goes to B2; after that it would be 2/1. Then 2 is in
// B2: p = 2 = |T1|, so T1 loses 5. With p = 4 before, T2 would lose 3.
test('the step is that of the ghosts before the eviction', () => {
  expect(kept(4, [0], '1 1 2 3 4 5 2 6 3 4 2')).toEqual([2, 3, 4, 6]);
});
