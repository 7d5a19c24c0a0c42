/**
 * Evictions in a row without a load between them, while a policy remembers as many pages as it can: when a process appears, the others'
 * equal shares of memory shrink, and the next fault of each gives many frames back at once.
 */
import type { PolicyId, PolicyRow } from '@pagewalk/engine/catalog';
import { test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { COMPARED } from '../../oracle/policies/index.ts';
import { SplitMix64 } from '../../oracle/random.ts';
import { draw } from '../../oracle/trace.ts';
import { compare } from '../../support/compare.ts';

const FRAMES = 12;
const remembering = COMPARED.filter(({ ghosts }) => ghosts);

/** Rounds in which one process more touches its own pages, small numbers more often, then many once; and then all take turns. */
function trace(seed: bigint): string {
  const dice = new SplitMix64(seed);
  const touches = (pid: number, count: number) =>
    Array.from({ length: count }, () => `${pid}:${Math.min(dice.below(30), dice.below(30))}`);
  const scan = (pid: number) => Array.from({ length: 3 * FRAMES }, (_, at) => `${pid}:${30 + at}`);
  const processes = [1, 2, 3, 4];
  return processes
    .flatMap((newest) => [
      ...touches(newest, 90),
      ...scan(newest),
      ...processes.slice(0, newest).flatMap((pid) => touches(pid, 15)),
    ])
    .join(' ');
}

/** The usual parameters, and large ones. */
const settingsOf = ({ params }: PolicyRow) => [[], params.map(({ max }) => Math.min(max, 99))];

test.each(remembering.map((row) => ({ id: row.id as PolicyId, row })))('$id', ({ id, row }) => {
  for (const [seed, params] of settingsOf(row).entries()) {
    const config = machine({
      policy: id,
      params,
      frames: FRAMES,
      swapSlots: 200,
      limit: { frames: 'equal', interval: 0 },
    });
    compare(config, draw(trace(BigInt(seed))));
  }
});
