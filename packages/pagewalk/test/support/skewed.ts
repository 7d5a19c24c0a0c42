/** A long trace with the habits of a real one. */
import { SplitMix64 } from '../oracle/random.ts';
import type { Access } from '../oracle/trace.ts';

/** Three processes; page n of a thousand is drawn about as often as 1/n. Runs of accesses, some of them folded, some across a boundary. */
export function skewed(accesses: number, seed: bigint): Access[] {
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
