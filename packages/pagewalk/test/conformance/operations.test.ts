/**
 * What every policy must live with where memory is an operating system's: fork, exit, unmap, move, lock, advice, sharing, files, large pages, nodes.
 * After each step every invariant holds, the victims were there to be taken, and each page holds what was last written to it.
 */

import { POLICIES } from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../oracle/config.ts';
import type { Step } from '../oracle/space/step.ts';
import { runs } from '../support/arbitrary.ts';
import { blockMachine, blockScript } from '../support/block-scripts.ts';
import { FIRST_SEED } from '../support/campaign.ts';
import { randomScript } from '../support/operations.ts';
import { spaceConfig } from '../support/space-config.ts';
import { pressedMachine } from '../support/space-machines.ts';
import { holdUnderPressure } from '../support/space-pressure.ts';
import { eachPolicy, type Subject } from './subjects.ts';
import { Watch } from './watch.ts';

interface Script {
  readonly config: MachineConfig;
  readonly steps: readonly Step[];
}

/** Scripts of the policy's own, every other one in the usual setting, the rest in the others in turn. */
function eachScript({ id, settings }: Subject, scripts: number, make: (seed: number) => Script): void {
  const first = FIRST_SEED + POLICIES.findIndex((row) => row.id === id);
  for (let at = 0; at < runs(scripts); at++) {
    const seed = first + POLICIES.length * at;
    const { config, steps } = make(seed);
    const params = settings[at % 2 === 0 ? 0 : seed % settings.length] as readonly number[];
    holdUnderPressure({ ...config, policy: id, params }, steps, `seed ${seed}`, (engine) => new Watch(engine));
  }
}

eachPolicy('it lives with operations in mid-run', (subject) =>
  eachScript(subject, 6, (seed) => {
    const { config, habits } = pressedMachine(seed);
    const often = {
      ...habits,
      weights: { ...habits.weights, mbind: 4, mlock: 6, fork: 12 },
      advice: { ...habits.advice, cold: 8 },
    };
    return { config, steps: randomScript(spaceConfig(config), often, seed, 150) };
  }),
);

eachPolicy('it lives with large pages and nodes', (subject) =>
  eachScript(subject, 2, (seed) => {
    const config = blockMachine(seed);
    return { config, steps: blockScript(config, seed, 200) };
  }),
);
