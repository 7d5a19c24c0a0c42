/** A policy of the catalog, its file brought along as anybody's: the same counters to the last digit. */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { describe, expect, it } from 'vitest';
import { broughtAlong } from '../../../../test/support/brought-along.ts';
import { type ConfigInput, compilePolicy, generate, Machine } from '../../src/node/index.ts';

const ROWS: readonly PolicyRow[] = POLICIES;

const MACHINES: ConfigInput[] = [
  { frames: 40, swap: '4MiB', seed: 11 },
  { frames: 300, swap: '2MiB', tlb: '16x4', stlb: null, tagged: false },
];

/** One for each part of the contract: order of use, ref bits, hits, ticks, the future, ghosts, write-backs, pages given back. */
const IDS = ['lru', 'clock', 'nru', 'lfu', 'opt', 'arc', 'wsclock', 'ws'];

describe.each(IDS)('%s', { timeout: 120_000 }, (id) => {
  it('brought along is the policy of the catalog', async () => {
    const source = await broughtAlong(ROWS.find((row) => row.id === id) as PolicyRow);
    const own = await compilePolicy({ source, file: `${id}.ts` });
    for (const config of MACHINES) {
      const [theirs, ours] = await Promise.all(
        [own.with(), id].map(async (policy) => {
          const machine = await Machine.create({ ...config, policy });
          const trace = { type: 'working_set', accesses: 60_000, processes: 3, writeRatio: 0.4, seed: 9 } as const;
          await machine.run(await generate(trace));
          return machine;
        }),
      );
      expect(theirs?.counters).toEqual(ours?.counters);
      expect(theirs?.time).toEqual(ours?.time);
      expect(theirs?.check()).toBeNull();
      expect(theirs?.counters.evictions).toBeGreaterThan(0);
    }
  });
});
