/** What happened to a page before a touch. */
import { NONE, type Pid, type Slot, type Vpn } from '../../machine/types.ts';
import type { Past } from './past.ts';
import type { PageHistory, PastEviction } from './types.ts';

/** To be asked before access number `access` is done. */
export function historyOf(past: Past, id: number, access: number): Omit<PageHistory, 'next_use'> {
  const used = past.lastTouch.get(id) > 0;
  const lastUse = past.lastUse.get(id);
  return {
    uses: past.uses.get(id),
    loads: past.loads.get(id),
    first_use: used ? past.firstUse.get(id) : null,
    last_use: used ? lastUse : null,
    reuse_distance: used ? access - lastUse : null,
    stack_distance: used ? past.stackDistance(id) : null,
    last_eviction: lastEviction(past, id),
  };
}

function lastEviction(past: Past, id: number): PastEviction | null {
  const access = past.evicted.get(id);
  if (access === 0) return null;
  const by = past.evictedBy.get(id);
  const slot = past.evictedSlot.get(id);
  return {
    access,
    by_pid: by < 0 ? null : (past.ids.pidOf(by) as Pid),
    by_page: by < 0 ? null : (past.ids.pageOf(by) as Vpn),
    dirty: past.evictedDirty.get(id) === 1,
    slot: slot === NONE ? null : (slot as Slot),
  };
}
