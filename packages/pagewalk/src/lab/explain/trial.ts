/** Runs a trace again on other machines, up to one touch, and says on which of them the page is in memory. */
import type { MachineConfig } from '../../machine/config/schema.ts';
import { startCore } from '../../machine/create.ts';
import { MismatchError } from '../../machine/errors.ts';
import { decodeEvents } from '../../machine/events.ts';
import { foreseen } from '../../machine/run.ts';
import { isPresent } from './fault-kinds.ts';
import type { Lab } from './lab.ts';
import { perform, playTo } from './play.ts';
import { touchesOf } from './records.ts';

/** A touch of the trace: number of its access, from 1, and its place among the touches of that access, from 0. */
export interface Place {
  readonly access: number;
  readonly touch: number;
}

/** One reading of the trace serves all machines; they must agree in page size, and in whether their policy knows the future. */
export async function hits(
  lab: Lab,
  configs: readonly MachineConfig[],
  place: Place,
  what: string,
): Promise<boolean[]> {
  const [first] = configs;
  if (!first) return [];
  const cores = await Promise.all(configs.map((config) => startCore(config, lab.module)));
  const source = await lab.open();
  const known = foreseen(source, first.policy, first.page_size);
  const players = cores.map((core) => ({
    core,
    role: `, with ${core.config.policy.id} and ${core.config.frames} frames`,
  }));
  const single = await playTo(known, players, place.access, { attendant: lab.attendant(what, known) });
  if (!single)
    throw new MismatchError(`${source.name} ends before access ${place.access}: it has changed since it was read`);
  const touches = touchesOf(single, first.page_size).slice(0, place.touch + 1);
  return cores.map((core) => {
    let faulted = false;
    for (const { record, nextUses } of touches) {
      faulted = false;
      core.load(record, nextUses ?? undefined);
      perform(core, 1, (events) => {
        for (const event of decodeEvents(events)) faulted ||= event.kind === 'fault' && !isPresent(event.fault);
      });
    }
    return !faulted;
  });
}
