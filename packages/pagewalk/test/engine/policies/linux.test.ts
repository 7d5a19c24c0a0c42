import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { byHand, run } from '../../support/policy-cases.ts';
import { RawEngine } from '../../support/raw-engine.ts';

const SPARING = [32, 1, 0];
const WRITING = [32, 1, 1];

const WORKED = '1 2 3 4 5 2 3 6 4 7 2 8';

test('used twice, a page becomes active; back after two evictions, at once, and the active list gives one up', () => {
  byHand(
    'linux',
    SPARING,
    `
    1 2 3 4 5 2 3 6 4 7 2 8
    1 1 1 1 5 5 5 5 4 4 4 4
      2 2 2 2 2 2 2 2 2 2 2
        3 3 3 3 3 3 3 3 3 8
          4 4 4 4 6 6 7 7 7
    * * * * *     * * *   *`,
  );
  expect(run({ policy: 'linux', params: SPARING }, 4, draw(WORKED)).counters().policy_steps).toBe(17);
});

test('the evictions are counted: one more, and the page is not active at once', () => {
  // As above up to 8: 2 and 3 are active, 4 is a shadow. Page 7 comes in between, so 4 was out for 3 > 2: inactive, and used once it goes
  // before 2 and 3 do.
  const state = (references: string, page: bigint) => {
    const engine = run({ policy: 'linux', params: SPARING }, 4, draw(references));
    const at = engine.frames().findIndex((frame) => frame?.page === page);
    return Number(engine.view('policy_state')[at]) & 3;
  };
  const [ACTIVE, INACTIVE] = [0, 1];
  expect(state('1 2 3 4 5 2 3 6 4', 4n)).toBe(ACTIVE);
  expect(state('1 2 3 4 5 2 3 6 7 4', 4n)).toBe(INACTIVE);
});

test('a dirty page is written ahead, and taken when that is done', () => {
  // 1 is dirty: its write is posted while 2 goes, clean. At the next fault the write is long done, so 1 is next at the end, clean.
  const slow = { swapRead: 50_000, swapWrite: 1000 };
  const config = machine({ policy: 'linux', params: WRITING, frames: 3 });
  const engine = (references: string) =>
    new RawEngine({ ...config, ns: { ...config.ns, ...slow } }, draw(references)).advance();
  const after = engine('W1 2 3 4 2').counters();
  expect(after).toMatchObject({ scheduled_writes: 1, swap_outs: 1, evictions: 2 });
  const pages = (references: string) =>
    engine(references)
      .frames()
      .map((frame) => Number(frame?.page));
  expect(pages('W1 2 3 4')).toEqual([1, 4, 3]);
  expect(pages('W1 2 3 4 2')).toEqual([2, 4, 3]);
  expect(engine('W1 2 3 4 2').counters().swap_write_wait_ns).toBe(0);
});
