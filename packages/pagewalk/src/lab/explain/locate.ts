/** Finds the touch that caused page fault number K of a run. */
import { startCore } from '../../machine/create.ts';
import { foreseen } from '../../machine/run.ts';
import { NoSuchAccessError } from './errors.ts';
import type { Lab } from './lab.ts';
import { Past } from './past.ts';
import { playTo } from './play.ts';
import type { Place } from './trial.ts';

/** @throws NoSuchAccessError if the run has fewer faults. */
export async function locate(lab: Lab, fault: number): Promise<Place> {
  const { config } = lab;
  let found: Place | null = null;
  const past = new Past(config, ({ faults, accesses, touchOfAccess }) => {
    if (faults === fault) found = { access: accesses, touch: touchOfAccess };
  });
  const core = await startCore(config, lab.module);
  const source = await lab.open();
  const known = foreseen(source, config.policy, config.page_size);
  const attendant = lab.attendant('looking for the fault', known);
  await playTo(known, [{ core, past }], Number.POSITIVE_INFINITY, { attendant, until: () => found !== null });
  if (found) return found;
  throw new NoSuchAccessError(`no page fault ${fault}: ${source.name} has ${past.faults} page faults on this machine`);
}
