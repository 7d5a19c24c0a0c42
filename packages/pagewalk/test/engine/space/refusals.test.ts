/** An operation that is refused leaves everything as it was. */
import { COUNTERS } from '@pagewalk/engine/catalog';
import { expect, test } from 'vitest';
import type { MachineConfig } from '../../oracle/config.ts';
import type { Step } from '../../oracle/space/step.ts';
import { campaign } from '../../support/campaign.ts';
import { shortest } from '../../support/shrink.ts';
import { attempt, Divergence, report, type Trial } from '../../support/space-compare.ts';
import { SpaceEngine } from '../../support/space-engine.ts';
import { ampleMachine, pressedMachine } from '../../support/space-machines.ts';

const VIEWED = [
  'frame_state',
  'frame_ref',
  'frame_dirty',
  'frame_tag',
  'frame_references',
  'frame_pins',
  'frame_stamp',
  'policy_state',
] as const;

/** All that can be seen of a machine. */
function everything(engine: SpaceEngine): string[] {
  const slots = [null, ...engine.pids.keys()];
  return [
    `pids ${engine.pids.join(' ')}`,
    `clock ${JSON.stringify(engine.clock)}`,
    ...slots.map((slot) => {
      const counters = engine.counters(slot);
      return `counters of ${slot}: ${COUNTERS.map(({ name }) => `${name} ${counters[name]}`).join(', ')}`;
    }),
    ...VIEWED.map((name) => `${name} ${engine.view(name).join(' ')}`),
    ...[0, 1, 2].map(
      (index) =>
        `cache ${index}: ${engine.view('cache_tag', index).join(' ')} ${engine.view('cache_value', index).join(' ')}`,
    ),
    ...engine.pids.map((pid, slot) => `pages of ${pid}: ${JSON.stringify([...engine.places(slot)])}`),
  ];
}

function trialOf(config: MachineConfig, steps: readonly Step[]): Trial {
  const engine = new SpaceEngine(config, steps);
  for (const [at, step] of steps.entries()) {
    const differ = attempt(() => {
      if (step.kind === 'access') {
        engine.step(step);
        return [];
      }
      const before = everything(engine);
      const error = engine.step(step);
      if (error === null) return [];
      const after = everything(engine);
      // Where memory was short, what was evicted or brought in for nothing stays so.
      if (error === 'out_of_memory') return before[0] === after[0] ? [] : [`was ${before[0]}`, `is  ${after[0]}`];
      const changed = after.flatMap((line, place) =>
        line === before[place] ? [] : [`was ${before[place]}`, `is  ${line}`],
      );
      const broken = engine.check();
      return [...changed, ...(broken === 'none' ? [] : [`check: ${broken}`])].map((line) => `${error}: ${line}`);
    });
    if (differ.length > 0) return { steps: at + 1, differ };
  }
  return { steps: steps.length, differ: [] };
}

function refuses(config: MachineConfig, steps: readonly Step[], origin: string): void {
  const { steps: run, differ } = trialOf(config, steps);
  if (differ.length === 0) return;
  const least = shortest(steps.slice(0, run), (some) => trialOf(config, some).differ.length > 0);
  throw new Divergence(report(config, least, origin, (some) => trialOf(config, some)));
}

test.each([
  ['in ample memory', ampleMachine],
  ['under pressure', pressedMachine],
] as const)('a refused operation changes nothing: %s', { timeout: 130_000 }, (_, machine) => {
  expect(campaign({ scripts: 40, length: 120, machine }, refuses)).toBeGreaterThan(1000);
});
