/** Engine and oracle at the size of a real machine's caches, over a skewed trace long enough to fill them many times. */
import { POLICIES } from '@pagewalk/engine/catalog';
import { describe, test } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { SplitMix64 } from '../oracle/random.ts';
import type { Access } from '../oracle/trace.ts';
import { runs } from '../support/arbitrary.ts';
import { compare } from '../support/compare.ts';

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

/** Three processes; page n of a thousand is drawn about as often as 1/n. Runs of accesses, some of them folded, some across a boundary. */
function skewed(accesses: number, seed: bigint): Access[] {
  const dice = new SplitMix64(seed);
  let [pid, page] = [1, 0];
  return Array.from({ length: accesses }, () => {
    if (dice.below(50) === 0) pid = 1 + dice.below(3);
    if (dice.below(3) === 0) page = Math.floor(1000 ** (dice.below(1_000_000) / 1_000_000)) - 1;
    const op = (['R', 'R', 'W', 'I'] as const)[dice.below(4)] ?? 'R';
    const region = op === 'I' ? 1n << 46n : BigInt(page % 3) << 32n;
    const address = region + (BigInt(page) << 12n) + BigInt(dice.below(4096));
    const folded = dice.below(5) === 0;
    return { pid, op, address, extent: 1 + dice.below(8), folded };
  });
}

describe('a desktop machine', () => {
  test.each(POLICIES.map(({ id }) => id))('%s', (policy) => {
    compare(machine({ ...DESKTOP, policy }), skewed(runs(6000), 7n));
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
