/** What one access or operation did, gathered from its event records: one entry for each page that it touched. */
import type { FaultName, MachineEvent } from './events.ts';
import type { Op, Pfn, Pid, Slot, Vpn } from './types.ts';

export interface Outcome {
  readonly pid: Pid;
  /** Null for an operation. */
  readonly op: Op | null;
  /** The operation and its arguments, as a trace says them: `munmap 0x1000 4096`; null for an access. */
  readonly operation: string | null;
  /** Of an operation its first word. */
  readonly address: bigint;
  /** More than 1 for a folded record of a trace, 0 for an operation. */
  readonly accesses: number;
  /** False if a touch failed: segmentation fault or out of memory. */
  readonly served: boolean;
  /** Simulated time that it took. */
  readonly ns: number;
  /** How many pages it touched, repeats counted. */
  readonly touched: number;
  /** The touches in order; of a very long access only the first thousand. */
  readonly touches: readonly TouchOutcome[];
}

export interface TouchOutcome {
  /** Virtual time: index of the touch, from 1. */
  readonly time: number;
  readonly page: Vpn;
  /** The TLB that knew the translation; null if the page table was walked, or nothing was looked up (segfault). */
  readonly hit: string | null;
  readonly walk: readonly WalkStep[];
  /** Level of the table whose page-walk cache shortened the walk. */
  readonly pwc_hit: number | null;
  readonly fault: FaultName | null;
  readonly eviction: Eviction | null;
  /** The frame that was used; null if the touch failed. */
  readonly frame: Pfn | null;
}

export interface WalkStep {
  /** 0 is the root. */
  readonly level: number;
  readonly index: number;
  readonly present: boolean;
}

export interface Eviction {
  readonly pid: Pid;
  readonly page: Vpn;
  readonly frame: Pfn;
  readonly dirty: boolean;
  /** The swap slot that now holds the page; null if it was dropped untouched. */
  readonly slot: Slot | null;
  /** Frames that the policy looked at. */
  readonly steps: number;
  /** A clean page went instead of the policy's victim, because swap was full. */
  readonly clean_fallback: boolean;
}

type Draft = { -readonly [K in keyof TouchOutcome]: TouchOutcome[K] } & { walk: WalkStep[] };

/** `names` of the TLBs by their number in events. */
export function touchOutcomes(events: Iterable<MachineEvent>, names: (tlb: number) => string): TouchOutcome[] {
  const touches: Draft[] = [];
  let touch: Draft | undefined;
  let victim = { steps: 0, clean_fallback: false };
  for (const event of events) {
    if (event.kind === 'access') {
      const { time, page } = event;
      touch = { time, page, hit: null, walk: [], pwc_hit: null, fault: null, eviction: null, frame: null };
      touches.push(touch);
    }
    if (!touch) continue;
    if (event.kind === 'lookup' && event.hit) touch.hit = names(event.tlb);
    else if (event.kind === 'pwc_lookup' && event.hit) touch.pwc_hit = event.level;
    else if (event.kind === 'walk_step')
      touch.walk.push({ level: event.level, index: event.index, present: event.present });
    else if (event.kind === 'fault') touch.fault = event.fault;
    else if (event.kind === 'victim') victim = { steps: event.steps, clean_fallback: event.clean_fallback };
    else if (event.kind === 'eviction') {
      const { pid, page, frame, dirty, slot } = event;
      touch.eviction = { pid, page, frame, dirty, slot, ...victim };
    } else if (event.kind === 'done') touch.frame = event.frame;
  }
  return touches;
}
