/** Enhanced second chance: the walk of the hand, drawn. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { SplitMix64 } from '../../oracle/random.ts';
import type { Access } from '../../oracle/trace.ts';
import { compare } from '../../support/compare.ts';
import { shows } from './shows.ts';

const enhanced = (refOnLoad: number, writes: number, frames: number, swapWrite: number) =>
  machine({ policy: 'enhanced_clock', params: [refOnLoad, writes], frames, ns: { ...machine().ns, swapWrite } });

test('clean before dirty, unreferenced before referenced', () => {
  // 4: all (1,x), so the second pass clears; the third leaves dirty 1 and takes 2. 5: 3 is (1,0), 1 is (0,1), 4 is (1,0): the second pass
  // clears 3 and takes 1. 6: 4 is (1,0), 3 is (0,0). 1: all are (1,0).
  const found = shows(
    enhanced(1, 0, 3, 10),
    `
    W1  2  3  4  3  5  6  1
     1  1  1  1  1  5  5  1
        2  2  4  4  4  4  4
           3  3  3  3  6  6
     *  *  *  *     *  *  *`,
  );
  expect(found).toMatchObject({ dirty_evictions: 1, scheduled_writes: 0, policy_steps: 8 + 5 + 2 + 7 });
});

test('with writes: the third pass at 4 has page 1 written, which is clean at 5', () => {
  // 5: 3 is (1,0), 1 is (0,0) and goes. 6: all are (1,0), the third pass takes 4. 1: 3 is (0,0).
  const found = shows(
    enhanced(1, 1, 3, 10),
    `
    W1  2  3  4  3  5  6  1
     1  1  1  1  1  5  5  5
        2  2  4  4  4  6  6
           3  3  3  3  3  1
     *  *  *  *     *  *  *`,
  );
  expect(found).toMatchObject({ dirty_evictions: 0, scheduled_writes: 1, policy_steps: 8 + 2 + 7 + 1 });
});

test('a page whose write is going on counts as dirty', () => {
  // Ref bits are clear on load. 3: page 1 is scheduled and passed over, clean 2 goes. 4: 1 is being written, 3 is clean.
  const found = shows(
    enhanced(0, 8, 2, 1_000_000_000),
    `
    W1  2  3  4
     1  1  1  1
        2  3  4
     *  *  *  *`,
  );
  expect(found).toMatchObject({ scheduled_writes: 1, swap_write_wait_ns: 0, policy_steps: 2 + 2 });
});

test('dirty ones only: the one being written goes, and the fault waits', () => {
  // Ref bits are clear on load. 3: 1 is scheduled, 2 is one too many; the second pass takes 1.
  const found = shows(
    enhanced(0, 1, 2, 1_000_000_000),
    `
    W1 W2  3
     1  1  3
        2  2
     *  *  *`,
  );
  expect(found).toMatchObject({
    scheduled_writes: 1,
    swap_write_wait_ns: 1_000_000_000,
    dirty_evictions: 0,
    policy_steps: 3,
  });
});

test.each([
  ['a third of the touches write', 3],
  ['one in twenty', 20],
])('in more frames than are looked at together, %s', (_, oneIn) => {
  const dice = new SplitMix64(16n);
  const trace: Access[] = Array.from({ length: 3000 }, () => ({
    pid: 1,
    op: dice.below(oneIn) === 0 ? 'W' : 'R',
    address: BigInt(Math.min(dice.below(200), dice.below(200))) << 12n,
    extent: 1,
    folded: false,
  }));
  for (const frames of [33, 64, 101]) {
    for (const refOnLoad of [0, 1]) compare({ ...enhanced(refOnLoad, 0, frames, 10), swapSlots: 400 }, trace);
  }
});
