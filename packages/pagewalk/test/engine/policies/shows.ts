/** A policy's decisions as a drawing of residency (`../../support/picture.ts`): what it decides by hand, in the engine and in the slow model. */
import { expect } from 'vitest';
import type { MachineConfig } from '../../oracle/config.ts';
import type { Counters } from '../../oracle/counts.ts';
import { draw } from '../../oracle/trace.ts';
import { compareEachStep } from '../../support/compare.ts';
import { drawing, picture } from '../../support/picture.ts';
import { RawEngine } from '../../support/raw-engine.ts';

/** The references are the first row of the drawing. The counters are those at its end. */
export function shows(config: MachineConfig, expected: string): Counters {
  const wanted = drawing(expected);
  const trace = draw(wanted.split('\n')[0] as string);
  compareEachStep(config, trace);
  expect(drawing(picture(config, trace))).toBe(wanted);
  return new RawEngine(config, trace).advance().counters();
}
