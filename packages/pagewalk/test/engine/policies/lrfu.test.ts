import { expect, test } from 'vitest';
import type { Access } from '../../oracle/trace.ts';
import { always, areTheSame, byHand, run } from '../../support/policy-cases.ts';

test('two older touches outweigh one that is not much younger', () => {
  byHand(
    'lrfu',
    [2],
    `
    1 1 2 3 4 2 3 1 4 5
    1 1 1 1 1 2 2 2 4 4
        2 2 4 4 4 1 1 1
          3 3 3 3 3 3 5
    *   * * * *   * * *`,
  );
});

test('a half-life of one touch is LRU, an endless one is LFU', () => {
  areTheSame({ policy: 'lrfu', params: [1] }, { policy: 'lru', params: [] });
  areTheSame({ policy: 'lrfu', params: [0] }, { policy: 'lfu', params: [] });
});

/** Faults by the paper's own recurrence, C := 1 + C · 2^(-Δt / half-life), compared at the time of the fault. */
function faultsByRecurrence(trace: readonly Access[], frames: number, halfLife: number): number {
  const resident = new Map<string, { sum: number; at: number }>();
  const sumAt = ({ sum, at }: { sum: number; at: number }, now: number) => sum * 2 ** (-(now - at) / halfLife);
  let faults = 0;
  for (const [now, { pid, address }] of trace.entries()) {
    const page = `${pid}:${address}`;
    const known = resident.get(page);
    if (known === undefined) {
      faults++;
      const [least] = [...resident].toSorted(([, a], [, b]) => sumAt(a, now) - sumAt(b, now));
      if (resident.size === frames && least !== undefined) resident.delete(least[0]);
    }
    resident.set(page, { sum: 1 + (known === undefined ? 0 : sumAt(known, now)), at: now });
  }
  return faults;
}

test.each([1, 2, 4, 16, 64])('half-life %i: the same as the sums of the paper', (halfLife) => {
  always((trace, frames) => {
    const { page_faults } = run({ policy: 'lrfu', params: [halfLife] }, frames, trace).counters();
    expect(page_faults).toBe(faultsByRecurrence(trace, frames, halfLife));
  });
});
