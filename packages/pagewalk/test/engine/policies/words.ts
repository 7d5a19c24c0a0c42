/** What a policy says of the frames after each reference: its word about each, and where its hand is. */
import type { MachineConfig } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { RawEngine } from '../../support/raw-engine.ts';

const NOWHERE = 0xffffffff;

export interface Said {
  readonly words: number[];
  readonly hand: number | null;
}

export function afterEach(config: MachineConfig, references: string): Said[] {
  const trace = draw(references);
  const engine = new RawEngine(config, trace);
  return trace.map(() => {
    engine.advance(1);
    const hand = engine.abi.policyHand() >>> 0;
    return { words: engine.view('policy_state').map(Number), hand: hand === NOWHERE ? null : hand };
  });
}

/** The words after so many references, all unless told how many. */
export function wordsAfter(config: MachineConfig, references: string, count?: number): number[] {
  const said = afterEach(config, references);
  return said[(count ?? said.length) - 1]?.words ?? [];
}

export const faults = (config: MachineConfig, references: string): number =>
  new RawEngine(config, draw(references)).advance().counters().page_faults;
