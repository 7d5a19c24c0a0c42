/** WSClock: the hand's walk drawn for both variants, its ways out of a full turn, and the two limits in which it is another policy. */
import { POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Latencies, machine } from '../../oracle/config.ts';
import { SplitMix64 } from '../../oracle/random.ts';
import type { Access } from '../../oracle/trace.ts';
import { effort } from '../../support/arbitrary.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { references } from './residents.ts';
import { shows } from './shows.ts';

/** A write takes less than a reference, or longer than all tests. */
const FAST: Latencies = { ...machine().ns, swapWrite: 10 };
const SLOW: Latencies = { ...machine().ns, swapWrite: 1_000_000_000 };

interface Parameters {
  tau: number;
  exact?: boolean;
  writes?: number;
}

const wsclock = ({ tau, exact = false, writes = 32 }: Parameters, frames: number, ns = FAST) =>
  machine({ policy: 'wsclock', params: [tau, Number(exact), 1, writes], frames, ns, writeQueue: 8 });

describe('four frames, a write is done by the next reference', () => {
  const EXAMPLE = `
    W1  2  3  4  4  4  4  5  6  1  7
     1  1  1  1  1  1  1  1  1  1  1
        2  2  2  2  2  2  5  5  5  5
           3  3  3  3  3  3  6  6  6
              4  4  4  4  4  4  4  7
     *  *  *  *           *  *     *`;

  test('exact, tau = 4: 1 is old and dirty, its write is scheduled; 2 and 3 are old and clean; 4 by the fallback', () => {
    expect(shows(wsclock({ tau: 4, exact: true }, 4), EXAMPLE)).toMatchObject({
      page_faults: 7,
      scheduled_writes: 1,
      clean_evictions: 3,
      dirty_evictions: 0,
      policy_steps: 2 + 1 + 4,
      policy_fallbacks: 1,
    });
  });

  test('ref bit, tau = 4: everything seems used just now, and 2, 3 and 4 all go by the fallback', () => {
    expect(shows(wsclock({ tau: 4 }, 4), EXAMPLE)).toMatchObject({
      page_faults: 7,
      scheduled_writes: 0,
      clean_evictions: 3,
      dirty_evictions: 0,
      policy_steps: 4 + 4 + 4,
      policy_fallbacks: 3,
    });
  });

  test('exact, tau = 3: at 11 page 4 is of age 4, above 3', () => {
    expect(shows(wsclock({ tau: 3, exact: true }, 4), EXAMPLE)).toMatchObject({ policy_steps: 4, policy_fallbacks: 0 });
  });

  test('no write may be scheduled: page 1 stays dirty', () => {
    expect(shows(wsclock({ tau: 4, exact: true, writes: 0 }, 4), EXAMPLE)).toMatchObject({
      scheduled_writes: 0,
      policy_steps: 2 + 1 + 4,
      policy_fallbacks: 1,
    });
  });
});

describe('after a full turn', () => {
  test('with a write scheduled, its page goes, and the fault waits for the rest of the write', () => {
    // At 4 page 1 is of age 3, page 2 of age 1.
    expect(
      shows(
        wsclock({ tau: 1, exact: true }, 2, SLOW),
        `
        W1 W2  2  3
         1  1  1  3
            2  2  2
         *  *     *`,
      ),
    ).toMatchObject({
      scheduled_writes: 1,
      clean_evictions: 1,
      dirty_evictions: 0,
      policy_steps: 2,
      policy_fallbacks: 0,
      swap_write_wait_ns: 1_000_000_000,
    });
  });

  test('the write of an earlier turn counts, if it is going on', () => {
    // 4: ages 5, 4, 1, so that 1 and 2 are scheduled; 1 goes. 5: 2 is being written still, the ages of 3 and 4 are 1 and 2.
    const found = shows(
      wsclock({ tau: 2, exact: true }, 3, SLOW),
      `
      W1 W2  3  3  3  4  3  5
       1  1  1  1  1  4  4  4
          2  2  2  2  2  2  5
             3  3  3  3  3  3
       *  *  *        *     *`,
    );
    expect(found).toMatchObject({ scheduled_writes: 2, policy_fallbacks: 0, dirty_evictions: 0, policy_steps: 3 + 3 });
  });

  test('an old clean page goes before one that is being written', () => {
    // As before, but at 5 page 3 is of age 3.
    const found = shows(
      wsclock({ tau: 2, exact: true }, 3, SLOW),
      `
      W1 W2  3  3  3  4  4  5
       1  1  1  1  1  4  4  4
          2  2  2  2  2  2  2
             3  3  3  3  3  5
       *  *  *        *     *`,
    );
    expect(found).toMatchObject({ scheduled_writes: 2, policy_fallbacks: 0, policy_steps: 3 + 2 });
  });

  test('a page that is used again while it is being written is in the window like any other, and not a clean one', () => {
    // 4: ages 5 and 4, so that 1 is scheduled and 2 goes. 5, from frame 2: ages 1, 3 (being written), 2; the first clean page is 3.
    const found = shows(
      wsclock({ tau: 3, exact: true }, 3, SLOW),
      `
      W1  2  3  3  3  4  1  4  3  5
       1  1  1  1  1  1  1  1  1  1
          2  2  2  2  4  4  4  4  4
             3  3  3  3  3  3  3  5
       *  *  *        *           *`,
    );
    expect(found).toMatchObject({
      scheduled_writes: 1,
      policy_fallbacks: 1,
      policy_steps: 2 + 3,
      swap_write_wait_ns: 0,
    });
  });

  test('none may be scheduled and none is clean: the page at the hand is written out', () => {
    expect(
      shows(
        wsclock({ tau: 0, exact: true, writes: 0 }, 2),
        `
        W1 W2 W3 W4
         1  1  3  3
            2  2  4
         *  *  *  *`,
      ),
    ).toMatchObject({ dirty_evictions: 2, scheduled_writes: 0, policy_fallbacks: 2, policy_steps: 4 });
  });

  test('a limit of writes leaves the other old dirty pages for later', () => {
    // At 4 page 1 is scheduled, 2 would be one too many, 3 is not clean either; 1 goes.
    expect(
      shows(
        wsclock({ tau: 0, exact: true, writes: 1 }, 3, SLOW),
        `
        W1 W2 W3  4
         1  1  1  4
            2  2  2
               3  3
         *  *  *  *`,
      ),
    ).toMatchObject({ scheduled_writes: 1, dirty_evictions: 0, policy_fallbacks: 0, policy_steps: 3 });
  });

  test('swap without room takes no write: the clean page goes, although it is in the window', () => {
    expect(
      shows(
        { ...wsclock({ tau: 2, exact: true }, 3), swapSlots: 0 },
        `
        W1 W2  3  3  4
         1  1  1  1  1
            2  2  2  2
               3  3  4
         *  *  *     *`,
      ),
    ).toMatchObject({ scheduled_writes: 0, clean_evictions: 1, policy_fallbacks: 1, clean_fallbacks: 0 });
  });
});

test('time is that of the process: one that sleeps loses no page, whatever the other does', () => {
  // Page 1 is of age 0 for process 1. At the end process 2 has made 6 references, of which the third was to page 3.
  const sleeping = wsclock({ tau: 2, exact: true }, 3);
  const trace: Access[] = [
    [1, 1],
    [2, 2],
    [2, 2],
    [2, 3],
    [2, 2],
    [2, 2],
    [2, 4],
  ].map(([pid = 0, page = 0]) => ({ pid, op: 'R', address: BigInt(page) << 12n, extent: 1, folded: false }));
  const engine = new RawEngine(sleeping, trace).advance();
  expect(engine.frames().map((frame) => frame?.page)).toEqual([1n, 2n, 4n]);
  expect(engine.counters()).toMatchObject({ policy_steps: 3, policy_fallbacks: 0 });
});

test('the search ends within a turn, and no dirty page goes but by the fallback', () => {
  const parameters = fc.tuple(fc.nat(40), fc.nat(1), fc.nat(1), fc.nat(3));
  fc.assert(
    fc.property(references, parameters, fc.integer({ min: 1, max: 9 }), fc.boolean(), (trace, params, frames, fast) => {
      const config = machine({ policy: 'wsclock', params, frames, swapSlots: 1000, ns: fast ? FAST : SLOW });
      const found = new RawEngine(config, trace).advance().counters();
      expect(found.policy_steps).toBeLessThanOrEqual(found.evictions * frames);
      expect(found.dirty_evictions).toBeLessThanOrEqual(found.policy_fallbacks);
      if (params[3] === 0) expect(found.scheduled_writes).toBe(0);
    }),
    effort(60),
  );
});

describe('limits, 20 000 references that only read', () => {
  const dice = new SplitMix64(20_000n);
  const PAGES = 60;
  /** Small numbers are the more frequent. */
  const trace: Access[] = Array.from({ length: 20_000 }, () => ({
    pid: 1,
    op: 'R',
    address: BigInt(Math.min(dice.below(PAGES), dice.below(PAGES))) << 12n,
    extent: 1,
    folded: false,
  }));
  const faults = (policy: PolicyId, params: number[], frames: number) =>
    new RawEngine(machine({ policy, params, frames }), trace).advance().counters().page_faults;
  const longest = POLICIES.find(({ id }) => id === 'wsclock')?.params[0]?.max as number;

  test.each([1, 2, 3, 5, 8, 13, 21, 34, 55])('%i frames', (frames) => {
    const [clock, fifo] = [faults('clock', [1, 1], frames), faults('fifo', [], frames)];
    // Not by accident: the two differ on this string.
    if (frames > 2) expect(clock).not.toBe(fifo);
    expect(faults('wsclock', [0, 0, 1, 32], frames)).toBe(clock);
    expect(faults('wsclock', [longest, 0, 1, 32], frames)).toBe(fifo);
    expect(faults('wsclock', [longest, 0, 0, 32], frames)).toBe(fifo);
    expect(faults('wsclock', [longest, 1, 1, 32], frames)).toBe(fifo);
  });
});
