/** Many random scripts, one seed each: the same ones every day, others with SOAK=1 (SEED says where to begin). */
import { expect } from 'vitest';
import type { MachineConfig } from '../oracle/config.ts';
import type { Step } from '../oracle/space/step.ts';
import { runs } from './arbitrary.ts';
import type { Habits } from './operations.ts';
import { randomScript } from './operations.ts';
import { spaceConfig } from './space-config.ts';

const SOAK = process.env['SOAK'] === '1';
/** Where random scripts begin: the same every day, another in a soak. */
export const FIRST_SEED = Number(process.env['SEED'] ?? (SOAK ? Date.now() % 1_000_000_000 : 1));
/** A campaign ends early when its time is over; what was tried until then must have been enough. */
const LIMIT_MS = SOAK ? 110_000 : 40_000;

export interface Plan {
  readonly scripts: number;
  readonly length: number;
  readonly machine: (seed: number) => { config: MachineConfig; habits: Habits };
}

export type Run = (config: MachineConfig, steps: readonly Step[], origin: string) => void;

/** Throws at the first seed that fails; returns how many steps were run. */
export function campaign({ scripts, length, machine }: Plan, run: Run): number {
  return eachSeed(scripts, (seed) => {
    const { config, habits } = machine(seed);
    run(config, randomScript(spaceConfig(config), habits, seed, length), `seed ${seed}`);
    return length;
  });
}

/** The same for scripts of any kind: `run` says how many steps it took. */
export function eachSeed(scripts: number, run: (seed: number) => number): number {
  const end = performance.now() + LIMIT_MS;
  let steps = 0;
  const last = FIRST_SEED + runs(scripts);
  for (let seed = FIRST_SEED; seed < last && performance.now() < end; seed++) steps += run(seed);
  expect(steps).toBeGreaterThan(0);
  return steps;
}
