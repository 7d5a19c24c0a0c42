/** One touch as it is done: what the machine's parts held before and after, and the events in between. */
import type { Core } from '../../machine/core.ts';
import { decodeEvents, type MachineEvent } from '../../machine/events.ts';
import { NONE, type Pfn, type Pid, type Vpn } from '../../machine/types.ts';
import {
  type CacheEntry,
  cacheEntries,
  type FrameColumns,
  frameColumns,
  type PolicyState,
  policyState,
} from '../../machine/views.ts';
import { PID_SHIFT } from '../../trace/record.ts';
import { historyOf } from './history.ts';
import { halves } from './page-ids.ts';
import type { Past } from './past.ts';
import { perform } from './play.ts';
import { type Single, wordsOf } from './records.ts';
import type { Place } from './trial.ts';
import type { PageHistory } from './types.ts';

export interface Scene {
  readonly before: View;
  readonly after: View;
  readonly events: readonly MachineEvent[];
  readonly ns: number;
  /** The pages in memory before the touch. */
  readonly residents: readonly Resident[];
  readonly history: Omit<PageHistory, 'next_use'>;
  /** Id of the page. */
  readonly id: number;
  /** Whether the page was never in memory before the touch, or unmapped since. */
  readonly cold: boolean;
  /** Whether another process ran before. */
  readonly switched: boolean;
}

export interface View {
  readonly frames: FrameColumns;
  readonly policy: PolicyState;
  /** The page's own entry in the page table; 0 where there is none. */
  readonly entry: bigint;
  /** The entries of each TLB, by its number in events. */
  readonly tlbs: readonly (readonly CacheEntry[])[];
}

/** A page in memory; numbers of accesses and touches count from 1. */
export interface Resident {
  readonly id: number;
  readonly frame: Pfn;
  readonly pid: Pid;
  readonly page: Vpn;
  readonly ref: boolean;
  readonly dirty: boolean;
  /** The policy's own word about the frame. */
  readonly state: number;
  readonly loaded: number;
  readonly last_use: number;
  readonly last_touch: number;
}

const TLBS = 3;

/** Does the touch at `place`, and lets `past` know of it. */
export function observe(core: Core, past: Past, single: Single, { access, touch }: Place): Scene {
  const [low = 0, high = 0, , meta = 0] = wordsOf(single.record);
  const pid = meta >>> PID_SHIFT;
  const page = ((BigInt(high) << 32n) | BigInt(low)) / BigInt(core.config.page_size);
  const id = past.ids.of(...halves(page), pid);
  const before = viewOf(core, pid, page);
  const known = {
    before,
    residents: residentsOf(before, past),
    history: historyOf(past, id, access),
    id,
    cold: past.isCold(id),
    switched: past.pid !== NONE && past.pid !== pid,
  };
  const start = core.clock().ns;
  const events: MachineEvent[] = [];
  core.load(single.record, single.nextUses ?? undefined);
  past.expect(wordsOf(single.record), 1, touch > 0);
  perform(core, 1, (bytes) => {
    events.push(...decodeEvents(bytes));
    past.take(bytes);
  });
  return { ...known, after: viewOf(core, pid, page), events, ns: Number(core.clock().ns - start) };
}

function viewOf({ engine, config }: Core, pid: number, page: bigint): View {
  return {
    frames: frameColumns(engine, config),
    policy: policyState(engine),
    entry: entryOf(engine, pid, page),
    tlbs: Array.from({ length: TLBS }, (_, index) => cacheEntries(engine, config, index)),
  };
}

function entryOf(engine: Core['engine'], pid: number, page: bigint): bigint {
  const process = engine.exports.slotOf(pid) >>> 0;
  if (process === NONE) return 0n;
  const [found, entry = 0n] = engine.words(engine.exports.nextPte(process, ...halves(page)), 2);
  return found === page ? entry : 0n;
}

function residentsOf({ frames, policy }: View, past: Past): Resident[] {
  const list: Resident[] = [];
  for (let frame = 0; frame < frames.used.length; frame++) {
    if (frames.used[frame] === 0) continue;
    const page = frames.page[frame]! as Vpn;
    const pid = frames.pid[frame]! as Pid;
    const id = past.ids.of(...halves(page), pid);
    list.push({
      id,
      frame: frame as Pfn,
      pid,
      page,
      ref: frames.ref[frame] !== 0,
      dirty: frames.dirty[frame] !== 0,
      state: policy.words[frame] ?? 0,
      loaded: past.loaded.get(id),
      last_use: past.lastUse.get(id),
      last_touch: past.lastTouch.get(id),
    });
  }
  return list;
}
