/** A short run of one policy, as it is worked out by hand in the policy's page. */
import type { PolicyId } from '@pagewalk/engine/catalog';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { drawing, picture } from './picture.ts';
import { RawEngine } from './raw-engine.ts';

export interface Setting {
  readonly policy: PolicyId;
  readonly frames: number;
  readonly params?: readonly number[];
  readonly seed?: bigint;
}

export interface Run {
  readonly drawing: string;
  readonly faults: number;
  readonly steps: number;
  /** After each reference: the policy's word about each frame, and the frame that its hand is on. */
  readonly words: readonly (readonly number[])[];
  readonly hands: readonly (number | null)[];
}

const NOWHERE = 0xffffffff;

export function play(setting: Setting, references: string): Run {
  const config = machine({ ...setting, params: setting.params ?? [] });
  const trace = draw(references);
  const engine = new RawEngine(config, trace);
  const after = trace.map(() => {
    engine.advance(1);
    const hand = engine.abi.policyHand() >>> 0;
    return { words: engine.view('policy_state').map(Number), hand: hand === NOWHERE ? null : hand };
  });
  const { page_faults: faults, policy_steps: steps } = engine.counters();
  return {
    drawing: drawing(picture(config, trace)),
    faults,
    steps,
    words: after.map(({ words }) => words),
    hands: after.map(({ hand }) => hand),
  };
}

/** Page faults of a policy on a reference string. */
export const faultsOf = (setting: Setting, references: string): number => play(setting, references).faults;
