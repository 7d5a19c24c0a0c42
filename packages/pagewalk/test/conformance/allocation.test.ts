/**
 * A policy has all its memory when it has been made: behind the engine's heap lie the page tables, so a later allocation would write into
 * them. The engine is compiled with a word for the end of its heap, which must not move.
 */
import { expect } from 'vitest';
import { caseOf } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';
import { FIRST_SEED } from '../support/campaign.ts';
import { randomScript } from '../support/operations.ts';
import { type Abi, RawEngine } from '../support/raw-engine.ts';
import { spaceConfig } from '../support/space-config.ts';
import { SpaceEngine } from '../support/space-engine.ts';
import { pressedMachine } from '../support/space-machines.ts';
import { eachMachine, eachPolicy } from './subjects.ts';

const instantiate = assembly<Abi & { heapEnd(): number }>('heap-end');

function watched<Engine extends RawEngine>(make: (instance: () => Abi) => Engine, run: (engine: Engine) => void): void {
  const abi = instantiate();
  const engine = make(() => abi);
  const before = abi.heapEnd();
  run(engine);
  expect(abi.heapEnd() - before).toBe(0);
}

eachPolicy('it allocates nothing when it has been made', (subject) => {
  eachMachine(
    subject,
    6,
    (config) => caseOf(config, 200),
    ({ config, trace }) =>
      watched(
        (instance) => new RawEngine(config, trace, instance),
        (engine) => void engine.advance(),
      ),
  );
  const { config, habits } = pressedMachine(FIRST_SEED);
  const steps = randomScript(spaceConfig(config), habits, FIRST_SEED, 200);
  watched(
    (instance) => new SpaceEngine({ ...config, policy: subject.id, params: [] }, steps, [], instance),
    (engine) => {
      for (const step of steps) engine.step(step);
    },
  );
});
