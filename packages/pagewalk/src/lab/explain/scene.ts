/** One touch as it is done: what the machine's parts held before and after, and the events in between. */
import type { Core } from '../../machine/core.ts';
import { namedCounters } from '../../machine/counters.ts';
import { decodeEvents, type MachineEvent } from '../../machine/events.ts';
import { type RegionEntry, regionsOf } from '../../machine/space-views.ts';
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
  /** Entries of the page table that were read from memory. */
  readonly references: number;
  readonly cpu: number;
  readonly region: RegionEntry | null;
  /** Whether what was evicted was a page of a file. */
  readonly evictsFile: boolean;
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
  /** The entries of each TLB of the cpu, by its number in events. */
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

/** Views of the TLBs by their numbers in events, and from the ones of a cpu to those of the next. */
const TLB_VIEWS = [0, 1, 2, 7];
const CPU_VIEWS = 8;
/** The page of an eviction from a frame that nobody maps: a page of a file or of shared memory. */
export const UNMAPPED = 0xffff_ffff_ffff_ffffn;

/** Does the touch at `place`, and lets `past` know of it. */
export function observe(core: Core, past: Past, single: Single, { access, touch }: Place): Scene {
  const [low = 0, high = 0, , meta = 0] = wordsOf(single.record);
  const pid = meta >>> PID_SHIFT;
  const address = (BigInt(high) << 32n) | BigInt(low);
  const page = address / BigInt(core.config.page_size);
  const id = past.ids.of(...halves(page), pid);
  const cpu = cpuOf(core, pid);
  const before = viewOf(core, pid, page, cpu);
  const known = {
    before,
    residents: residentsOf(before, past),
    history: historyOf(past, id, access),
    id,
    cpu,
    region: regionAt(core, pid, address),
    cold: past.isCold(id),
    switched: past.pid !== NONE && past.pid !== pid,
  };
  const start = core.clock().ns;
  const references = namedCounters(core.counters()).walk_refs;
  const events: MachineEvent[] = [];
  core.load(single.record, single.nextUses ?? undefined);
  past.expect(wordsOf(single.record), 1, touch > 0);
  perform(core, 1, (bytes) => {
    events.push(...decodeEvents(bytes));
    past.take(bytes);
  });
  return {
    ...known,
    after: viewOf(core, pid, page, cpu),
    evictsFile: evictsFile(core, events),
    events,
    ns: Number(core.clock().ns - start),
    references: namedCounters(core.counters()).walk_refs - references,
  };
}

function viewOf({ engine, config }: Core, pid: number, page: bigint, cpu: number): View {
  return {
    frames: frameColumns(engine, config),
    policy: policyState(engine),
    entry: entryOf(engine, pid, page),
    tlbs: TLB_VIEWS.map((index) => cacheEntries(engine, config, index + CPU_VIEWS * cpu)),
  };
}

/** Where a process runs, or will run when it comes into being. */
function cpuOf({ engine: { exports }, config }: Core, pid: number): number {
  if (config.cpus === 1) return 0;
  const process = exports.slotOf(pid) >>> 0;
  return process === NONE ? exports.processes() % config.cpus : exports.cpuOf(process);
}

function regionAt({ engine, objects }: Core, pid: number, address: bigint): RegionEntry | null {
  const process = engine.exports.slotOf(pid) >>> 0;
  if (process === NONE) return null;
  const holds = (region: RegionEntry): boolean => address >= region.address && address - region.address < region.length;
  return regionsOf(engine, process, objects).find(holds) ?? null;
}

function entryOf(engine: Core['engine'], pid: number, page: bigint): bigint {
  const process = engine.exports.slotOf(pid) >>> 0;
  if (process === NONE) return 0n;
  const [found, entry = 0n] = engine.words(engine.exports.nextPte(process, ...halves(page)), 2);
  return found === page ? entry : 0n;
}

function evictsFile(core: Core, events: readonly MachineEvent[]): boolean {
  const evicted = events.find((event) => event.kind === 'eviction');
  if (!evicted || evicted.slot !== null) return false;
  if (evicted.page === UNMAPPED) return true;
  return regionAt(core, evicted.pid, evicted.page * BigInt(core.config.page_size))?.backing === 'file';
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
      loaded: past.frameLoaded.get(frame),
      last_use: past.frameUse.get(frame),
      last_touch: past.frameTouch.get(frame),
    });
  }
  return list;
}
