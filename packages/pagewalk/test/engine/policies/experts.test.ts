/**
 * LeCaR and CACHEUS through times of which one expert is right and then the other, so that the weights reach both bounds and the learning rate
 * has periods to learn from: as the slow models have it, and none of the experts' worst.
 */
import type { PolicyId } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { SplitMix64 } from '../../oracle/random.ts';
import { type Access, draw } from '../../oracle/trace.ts';
import { compare } from '../../support/compare.ts';
import { RawEngine } from '../../support/raw-engine.ts';

const FRAMES = 12;

/** Hot pages beside a loop that memory cannot hold, for which LFU is right; then a window that drifts, for which LRU is. */
function phases(seed: bigint): Access[] {
  const dice = new SplitMix64(seed);
  const pages: number[] = [];
  for (let phase = 0; phase < 4; phase++) {
    const base = 1000 * phase;
    for (let at = 0; at < 400; at++) pages.push(base + dice.below(6), base + 100 + (at % 11));
    for (let at = 0; at < 400; at++) pages.push(base + 500 + Math.floor(at / 3) + dice.below(9));
  }
  return draw(pages.join(' '));
}

const config = (policy: PolicyId, seed = 1n) => machine({ policy, frames: FRAMES, swapSlots: 8192, seed });
const faults = (policy: PolicyId, trace: readonly Access[]) =>
  new RawEngine(config(policy), trace).advance().counters().page_faults;

describe.each(['lecar', 'cacheus'] as const)('%s', (policy) => {
  test.each([1n, 2n, 3n, 4n, 5n, 6n])('long runs end like those of the slow model: seed %i', (seed) => {
    compare(config(policy, seed), phases(seed));
  });

  test('in phases of either kind it has fewer faults than the worse of LRU and LFU', () => {
    const trace = phases(7n);
    expect(faults(policy, trace)).toBeLessThan(Math.max(faults('lru', trace), faults('lfu', trace)));
  });
});
