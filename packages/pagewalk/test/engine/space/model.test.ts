/** Where there is memory enough the engine does what the model does: every outcome, fault class, page, reference and stamp. */
import { expect, test } from 'vitest';
import { campaign } from '../../support/campaign.ts';
import { compareSpaces } from '../../support/space-compare.ts';
import { ampleMachine } from '../../support/space-machines.ts';

test('random scripts in ample memory', { timeout: 130_000 }, () => {
  const steps = campaign({ scripts: 1500, length: 250, machine: ampleMachine }, compareSpaces);
  expect(steps).toBeGreaterThan(200_000);
});
