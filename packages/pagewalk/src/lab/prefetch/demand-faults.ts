/** Which touches of a run were demand faults: those that had to make a page or read it. */
import { EVENT_BYTES, EVENTS, FAULTS } from '@pagewalk/engine/catalog';
import type { Counters } from '../../machine/counters.ts';
import { TouchSet } from './touch-set.ts';

const FAULT_EVENT = EVENTS.findIndex(({ name }) => name === 'fault');
const DEMANDS: ReadonlySet<number> = new Set(
  FAULTS.flatMap(({ name }, place) =>
    name === 'demand_zero' || name === 'zero_page' || name === 'swap_in' || name === 'file_read' ? [place] : [],
  ),
);

export class DemandFaults {
  readonly touches = new TouchSet();

  /** Takes the event records of a run (catalog/events.ts). */
  add(records: Uint8Array): void {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at < records.length; at += EVENT_BYTES) {
      if (records[at + 16] !== FAULT_EVENT || !DEMANDS.has(view.getUint16(at + 18, true))) continue;
      this.touches.add(Number(view.getBigUint64(at, true)));
    }
  }
}

/** How many faults of a run were demand faults. */
export const demandFaults = (counters: Counters): number =>
  counters.demand_zero_faults + counters.zero_page_faults + counters.swap_in_faults + counters.file_read_faults;
