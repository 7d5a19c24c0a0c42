/** Whose pages go, and how many frames a process may have: by hand, and against the slow machine at each step. */
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { compareEachStep } from '../support/compare.ts';

/** Resident pages of each pid after `trace`, in ascending order, and the counters. */
function after(parts: Parameters<typeof machine>[0], trace: string) {
  const { engine } = compareEachStep(machine({ policy: 'lru', frames: 4, ...parts }), draw(trace));
  const resident = Object.fromEntries(
    engine.pids.map((pid, slot) => [
      pid,
      engine.pages(slot).flatMap(({ page, frame }) => (frame === null ? [] : [Number(page)])),
    ]),
  );
  return { resident, counters: engine.counters() };
}

const THREE_AND_ONE = 'R1-3 2:R7';

describe('replacement', () => {
  test('global: the page that was not used for the longest time, whoever has it', () => {
    const { resident } = after({}, `${THREE_AND_ONE} 2:R8`);
    expect(resident).toEqual({ 1: [2, 3], 2: [7, 8] });
  });

  test('local: one of the process itself', () => {
    const { resident, counters } = after({ local: true }, `${THREE_AND_ONE} 2:R8`);
    expect(resident).toEqual({ 1: [1, 2, 3], 2: [8] });
    expect(counters).toMatchObject({ evictions: 1, local_fallbacks: 0 });
  });

  test('local: a process that has no page yet takes one of the others', () => {
    const { resident, counters } = after({ local: true }, `${THREE_AND_ONE} 3:R9`);
    expect(resident).toEqual({ 1: [2, 3], 2: [7], 3: [9] });
    expect(counters).toMatchObject({ evictions: 1, local_fallbacks: 1 });
  });
});

describe('a limit', () => {
  test('of two frames: the third page takes the place of the first, though two frames are free', () => {
    const { resident, counters } = after({ limit: { frames: 2, interval: 0 } }, 'R1-3');
    expect(resident).toEqual({ 1: [2, 3] });
    expect(counters).toMatchObject({ evictions: 1, limit_evictions: 1, resident_peak: 2 });
  });

  test('of equal shares: when a second process comes, the first is over its share and gives two pages at its next fault', () => {
    // p1 may have four frames, then two. p2's page takes p1's 1 (global); at 5, p1 holds 2, 3, 4 and gives 2 and 3.
    const { resident, counters } = after({ limit: { frames: 'equal', interval: 0 } }, 'R1-4 2:R7 R5');
    expect(resident).toEqual({ 1: [4, 5], 2: [7] });
    expect(counters).toMatchObject({ evictions: 3, limit_evictions: 2 });
  });

  test('that follows the faults: grows when they come fast, shrinks when they come slowly', () => {
    // Limit 1 at the first fault; touches 2 and 3 fault one touch later, which is less than 3: limits 2 and 3.
    const fast = after({ limit: { frames: 1, interval: 3 } }, 'R1-3');
    expect(fast.resident).toEqual({ 1: [1, 2, 3] });
    // The fault at 4 comes 4 touches after the last: the limit is 2, so 1 and 2 go.
    const slow = after({ limit: { frames: 1, interval: 3 } }, 'R1-3 R3 R3 R3 R4');
    expect(slow.resident).toEqual({ 1: [3, 4] });
    expect(slow.counters).toMatchObject({ limit_evictions: 2 });
    // Three touches after the last: it stays as it is, 3.
    const even = after({ limit: { frames: 1, interval: 3 } }, 'R1-3 R3 R3 R4');
    expect(even.resident).toEqual({ 1: [2, 3, 4] });
  });
});
