/** One touch of an access: seen while it is done, and explained once the rest of the trace is known. */
import { FAULTS } from '@pagewalk/engine/catalog';
import type { Core } from '../../machine/core.ts';
import { namedCounters } from '../../machine/counters.ts';
import type { MachineEvent } from '../../machine/events.ts';
import type { Vpn } from '../../machine/types.ts';
import { evictionOf } from './eviction.ts';
import { isMajor, isPresent } from './fault-kinds.ts';
import type { Future } from './future.ts';
import { type Lab, withOpt } from './lab.ts';
import type { Past } from './past.ts';
import { addressOf, type Single, wordsOf } from './records.ts';
import { type Depth, remedyFor } from './remedy.ts';
import { observe, type Scene } from './scene.ts';
import { entryFacts, translationOf } from './translation.ts';
import { hits, type Place } from './trial.ts';
import type { FaultFacts, FrameOrigin, Result, TouchExplanation, Verdict } from './types.ts';

export interface Player {
  readonly core: Core;
  readonly past: Past;
}

/** What was seen of a touch. */
export interface Seen {
  readonly place: Place;
  readonly address: bigint;
  readonly scene: Scene;
  /** Number of the page fault in the run; null if there was none, or it was not served. */
  readonly fault: number | null;
  /** Whether a fault here is for want of memory, for want of rights, or neither. */
  readonly absence: 'cold' | 'present' | 'lost';
  readonly depth: Depth;
}

/** Does the touch that comes next. */
export function see({ core, past }: Player, single: Single, place: Place): Seen {
  const before = past.faults;
  const scene = observe(core, past, single, place);
  const kinds = faults(scene.events).map(({ fault }) => fault);
  const { clean_fallbacks: fallbacks, oom_failures: failures } = namedCounters(core.counters());
  return {
    place,
    address: addressOf(wordsOf(single.record)),
    scene,
    fault: past.faults > before ? past.faults : null,
    absence: kinds.length > 0 && kinds.every(isPresent) ? 'present' : scene.cold ? 'cold' : 'lost',
    depth: {
      stackDistance: scene.history.stack_distance ?? Number.POSITIVE_INFINITY,
      pages: past.pages,
      pure: fallbacks === 0 && failures === 0 && past.operations === 0,
    },
  };
}

export async function explainTouch(lab: Lab, seen: Seen, future: Future): Promise<TouchExplanation> {
  const { config } = lab;
  const { scene, address } = seen;
  const { events, history } = scene;
  const access = events.find(({ kind }) => kind === 'access');
  const done = events.find((event) => event.kind === 'done');
  return {
    time: access?.time ?? 0,
    page: access?.page ?? (0n as Vpn),
    address,
    result: resultOf(events),
    fault: faultOf(events, seen.fault),
    frame: done?.frame ?? null,
    origin: originOf(scene, done?.frame ?? null, config.frames),
    ns: scene.ns,
    cpu: scene.cpu,
    region: scene.region,
    translation: translationOf(config, scene, address),
    eviction: evictionOf(config, scene, future),
    history: { ...history, next_use: future.nextUse.get(scene.id) || null },
    verdict: seen.fault === null ? null : await verdictOf(lab, seen),
  };
}

/** Where the frame came from that holds the page now. */
function originOf({ before, after, events }: Scene, frame: number | null, frames: number): FrameOrigin | null {
  if (frame === null || !events.some(({ kind }) => kind === 'fault')) return null;
  if (frame >= frames) return 'zero_page';
  const had = entryFacts(before.entry).frame;
  if (had === frame) return 'same';
  if (events.some((event) => event.kind === 'eviction' && event.frame === frame)) return 'evicted';
  return before.frames.used[frame] === 0 && after.frames.used[frame] !== 0 ? 'free' : 'shared';
}

type Fault = Extract<MachineEvent, { kind: 'fault' }>;
const faults = (events: readonly MachineEvent[]): Fault[] => events.filter((event) => event.kind === 'fault');

const FAILURES = ['segfault', 'region', 'protection', 'bus_error', 'out_of_memory'] as const;

function resultOf(events: readonly MachineEvent[]): Result {
  const kinds = faults(events).map(({ fault }) => fault);
  const failure = FAILURES.find((kind) => kinds.includes(kind));
  if (failure) return failure;
  if (kinds.length > 0) return 'fault';
  return events.some((event) => event.kind === 'lookup' && event.hit) ? 'tlb_hit' : 'walk';
}

function faultOf(events: readonly MachineEvent[], number: number | null): FaultFacts | null {
  const [first] = faults(events);
  if (!first) return null;
  const meaning = FAULTS.find(({ name }) => name === first.fault)?.meaning ?? '';
  return { number, kind: first.fault, meaning, major: isMajor(first.fault), slot: first.slot };
}

async function verdictOf(lab: Lab, { absence, place, depth }: Seen): Promise<Verdict> {
  const { config } = lab;
  if (absence !== 'lost') return { class: absence, opt_hits: false, remedy: null };
  const isOpt = config.policy.id === 'opt';
  const [optHits = false] = isOpt ? [] : await hits(lab, [withOpt(config)], place, 'with the policy opt');
  const remedy = await remedyFor(lab, config, place, depth);
  return { class: optHits ? 'policy_miss' : 'capacity', opt_hits: optHits, remedy };
}
