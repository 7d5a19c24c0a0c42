/** Large pages and nodes under everything at once: check() after each operation, and every page holds what was written to it. */
import { expect, test } from 'vitest';
import { blockMachine, blockScript } from '../../support/block-scripts.ts';
import { eachSeed } from '../../support/campaign.ts';
import { holdUnderPressure } from '../../support/space-pressure.ts';

test('2 MiB filled, shared, cut, moved and given up, on one node and on several', { timeout: 130_000 }, () => {
  const steps = eachSeed(70, (seed) => {
    const config = blockMachine(seed);
    const script = blockScript(config, seed, 600);
    holdUnderPressure(config, script, `seed ${seed}`);
    return script.length;
  });
  expect(steps).toBeGreaterThan(30_000);
});
