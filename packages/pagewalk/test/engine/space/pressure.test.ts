/** Machines of every kind, with too little memory: check() after each operation, and every page holds what was written to it. */
import { expect, test } from 'vitest';
import { campaign } from '../../support/campaign.ts';
import { largeMachine, pressedMachine } from '../../support/space-machines.ts';
import { holdUnderPressure } from '../../support/space-pressure.ts';

test('random scripts on random machines', { timeout: 130_000 }, () => {
  const steps = campaign({ scripts: 1500, length: 300, machine: pressedMachine }, holdUnderPressure);
  expect(steps).toBeGreaterThan(200_000);
});

test('with large pages', { timeout: 130_000 }, () => {
  campaign({ scripts: 300, length: 150, machine: largeMachine }, holdUnderPressure);
});
