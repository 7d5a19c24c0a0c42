/** GCLOCK: the hand's walk drawn in both forms; with weights of one it is CLOCK, to the last step. */
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { SplitMix64 } from '../../oracle/random.ts';
import { type Access, draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { shows } from './shows.ts';

const counters = (config: ReturnType<typeof machine>, trace: readonly Access[]) =>
  new RawEngine(config, trace).advance().counters();

test('load 1, hit 2: the hit on 1 is worth two passes', () => {
  // 4: counters 2 1 1, one turn makes them 1 0 0, then 1 goes down to 0 and 2 goes. 5 takes 3, 2 takes 1. 1: 1 1 1, a turn, then 4 goes.
  const found = shows(
    machine({ policy: 'gclock', params: [1, 2, 0, 5], frames: 3 }),
    `
    1 2 3 1 4 5 2 1
    1 1 1 1 1 1 2 2
      2 2 2 4 4 4 1
        3 3 3 5 5 5
    * * *   * * * *`,
  );
  expect(found).toMatchObject({ page_faults: 7, policy_steps: 5 + 1 + 1 + 4 });
});

test('adding: three uses and two; the third turn finds the page with two', () => {
  const found = shows(
    machine({ policy: 'gclock', params: [1, 1, 1, 5], frames: 2 }),
    `
    1 1 1 2 2 3
    1 1 1 1 1 1
          2 2 3
    *     *   *`,
  );
  expect(found.policy_steps).toBe(6);
});

test('adding stops at max: with both there, the first one at the hand goes', () => {
  // 1 1 1 2 2 gives 2 and 2 with max = 2; the page at the hand loses its last point first.
  shows(
    machine({ policy: 'gclock', params: [1, 1, 1, 2], frames: 2 }),
    `
    1 1 1 2 2 3
    1 1 1 1 1 3
          2 2 2
    *     *   *`,
  );
});

test('a use of weight 0 takes what the page had', () => {
  // Page 1 cannot go, for it is dirty and there is no swap. It is asked for twice, and is at 0 both times.
  const config = machine({ policy: 'gclock', params: [1, 0, 0, 5], frames: 1, swapSlots: 0 });
  expect(counters(config, draw('W1 1 2 2'))).toMatchObject({ oom_failures: 2, policy_steps: 1 + 1 });
});

test('255 turns are made in one', () => {
  const config = machine({ policy: 'gclock', params: [255, 255, 0, 5], frames: 4 });
  // One turn, 254 in one, and the first frame.
  expect(counters(config, draw('1 2 3 4 5')).policy_steps).toBe(4 + 4 + 1);
});

test.each([
  ['set on load', [1, 1, 0, 5], [1, 1]],
  ['set on load, adding up to one', [1, 1, 1, 1], [1, 1]],
  ['clear on load', [0, 1, 0, 5], [1, 0]],
])('weights of one are the ref bit of CLOCK, %s', (_, weights, clock) => {
  const dice = new SplitMix64(7n);
  const trace: Access[] = Array.from({ length: 5000 }, () => ({
    pid: 1,
    op: dice.below(4) === 0 ? 'W' : 'R',
    address: BigInt(Math.min(dice.below(50), dice.below(50))) << 12n,
    extent: 1,
    folded: false,
  }));
  for (const frames of [1, 2, 5, 11, 23]) {
    const [ours, theirs] = [
      counters(machine({ policy: 'gclock', params: weights, frames }), trace),
      counters(machine({ policy: 'clock', params: clock, frames }), trace),
    ];
    expect(ours).toEqual(theirs);
  }
});
