/** Engine and oracle at the size of a real machine's caches, over a skewed trace long enough to fill them many times. */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { describe, test } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { SplitMix64 } from '../oracle/random.ts';
import type { Access } from '../oracle/trace.ts';
import { MODELLED_POLICIES, runs } from '../support/arbitrary.ts';
import { FIRST_SEED } from '../support/campaign.ts';
import { compare } from '../support/compare.ts';
import { Dice } from '../support/dice.ts';
import { skewed } from '../support/skewed.ts';

const DESKTOP: Partial<MachineConfig> = {
  frames: 500,
  swapSlots: 900,
  tlbs: [
    { entries: 64, ways: 8, policy: 'plru' },
    { entries: 64, ways: 4, policy: 'lru' },
  ],
  stlb: { entries: 1536, ways: 12, policy: 'lru' },
  pwc: [4, 8, 32],
  swapChannels: 4,
  writeQueue: 32,
};

describe('a desktop machine', () => {
  test.each(MODELLED_POLICIES)('%s', (policy) => {
    compare(machine({ ...DESKTOP, policy }), skewed(runs(6000), 7n));
  });

  test.each(MODELLED_POLICIES)('%s, with parameters that show in so short a trace', (policy) => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + runs(1); seed++) {
      const dice = new Dice(seed);
      const row = POLICIES.find(({ id }) => id === policy) as PolicyRow;
      const params = row.params.map(({ min, max, default: usual }) =>
        dice.chance(0.3) ? usual : dice.between(min, Math.min(max, min + dice.one([1, 10, 100, 300]))),
      );
      const frames = dice.between(64, 400);
      const local = dice.chance(0.3);
      const writeQueue = dice.one([1, 4, 64]);
      compare(machine({ ...DESKTOP, policy, params, frames, local, writeQueue }), skewed(3000, BigInt(seed)));
    }
  });

  test('without tags, verified, with a random second level', () => {
    const stlb = { entries: 1536, ways: 12, policy: 'random' } as const;
    compare(machine({ ...DESKTOP, stlb, tagged: false, verify: true, policy: 'clock' }), skewed(runs(6000), 8n));
  });

  test('two hundred processes that take turns', () => {
    const dice = new SplitMix64(9n);
    const trace: Access[] = Array.from({ length: runs(3000) }, () => ({
      pid: dice.below(200) * 83_000,
      op: dice.below(3) === 0 ? 'W' : 'R',
      address: BigInt(dice.below(4)) << 21n,
      extent: 1,
      folded: false,
    }));
    compare(machine({ ...DESKTOP, frames: 300, policy: 'lru', maxProcesses: 200 }), trace);
  });
});
