/**
 * Who had to go, and why: the frames that a policy with a hand passed over on its way to the victim, or the pages that would have been
 * next in the order that the policy keeps. All of it is read from the state before the touch.
 */
import type { MachineConfig } from '../../machine/config/schema.ts';
import type { Pfn } from '../../machine/types.ts';
import type { Future } from './future.ts';
import { type Resident, type Scene, UNMAPPED } from './scene.ts';
import type { Candidate, EvictionFacts } from './types.ts';

/** Candidates that are told beside the victim. */
const PASSED = 8;
const NEXT = 3;

/** Null if nothing was evicted. */
export function evictionOf(config: MachineConfig, scene: Scene, future: Future): EvictionFacts | null {
  const evicted = scene.events.find((event) => event.kind === 'eviction');
  if (!evicted) return null;
  const choice = scene.events.find((event) => event.kind === 'victim');
  const mapped = evicted.page !== UNMAPPED;
  const lookedAt = choice?.steps ?? 0;
  const told = scene.residents.map((each) => ({ ...each, next_use: future.nextUse.get(each.id) || null }));
  const rest = told.filter(({ frame }) => frame !== evicted.frame);
  const passed = passedOver(config, scene, rest, lookedAt);
  const next = passed ? [] : nextInLine(config, scene, rest);
  const victim = told.filter(({ frame }) => frame === evicted.frame);
  return {
    pid: mapped ? evicted.pid : null,
    page: mapped ? evicted.page : null,
    file: scene.evictsFile,
    frame: evicted.frame,
    dirty: evicted.dirty,
    slot: evicted.slot,
    clean_fallback: choice?.clean_fallback ?? false,
    looked_at: lookedAt,
    hand: handOf(scene),
    victim: victim[0] ? candidate(victim[0]) : null,
    passed_over: (passed ?? []).slice(0, PASSED).map(candidate),
    passed: passed?.length ?? 0,
    next: next.slice(0, NEXT).map(candidate),
    furthest: furthestOf(told),
  };
}

type Told = Resident & { readonly next_use: number | null };

/** Among equals the victim of OPT: the lowest frame. */
function furthestOf(told: readonly Told[]): Candidate | null {
  const away = ({ next_use: next }: Told): number => next ?? Number.POSITIVE_INFINITY;
  const [first, ...rest] = told;
  return first ? candidate(rest.reduce((best, each) => (away(each) > away(best) ? each : best), first)) : null;
}

function candidate({ frame, pid, page, ref, dirty, state, loaded, last_use, next_use }: Told): Candidate {
  return { frame, pid, page, ref, dirty, state, loaded, last_use, next_use };
}

function handOf({ before, after }: Scene): EvictionFacts['hand'] {
  if (before.policy.hand === null || after.policy.hand === null) return null;
  return { before: before.policy.hand, after: after.policy.hand };
}

/** Places that the hand moves until it stands on a frame. */
const fromHand =
  ({ frames }: MachineConfig, { before }: Scene) =>
  ({ frame }: { frame: Pfn }): number =>
    (frame - (before.policy.hand ?? 0) + frames) % frames;

/** The frames that CLOCK's hand went over before it stopped; null for policies without such a way. */
function passedOver(config: MachineConfig, scene: Scene, rest: readonly Told[], lookedAt: number): Told[] | null {
  if (config.policy.id !== 'clock') return null;
  const way = fromHand(config, scene);
  return rest.filter((each) => way(each) < lookedAt - 1).toSorted((a, b) => way(a) - way(b));
}

/** The pages that would have gone next, had the victim not been there. */
function nextInLine(config: MachineConfig, scene: Scene, rest: readonly Told[]): Told[] {
  const order = ORDERS[config.policy.id];
  if (!order) return [];
  const way = fromHand(config, scene);
  return rest.toSorted((a, b) => order(a, b, config.policy.params) || way(a) - way(b));
}

type Order = (a: Told, b: Told, params: Readonly<Record<string, number>>) => number;

/** What each policy goes by; equals go in the order in which a hand meets them, without a hand by frame. */
const ORDERS: Readonly<Record<string, Order>> = {
  fifo: (a, b) => a.loaded - b.loaded,
  lru: (a, b) => a.last_touch - b.last_touch,
  mru: (a, b) => b.last_touch - a.last_touch,
  lfu: (a, b) => a.state - b.state || a.last_touch - b.last_touch,
  nru: (a, b) => a.state - b.state,
  aging: (a, b, { bits = 8 }) => age(a, bits) - age(b, bits),
  opt: (a, b) => (b.next_use ?? Number.MAX_VALUE) - (a.next_use ?? Number.MAX_VALUE),
};

/** A use since the last tick counts as the bit above the age. */
const age = ({ ref, state }: Told, bits: number): number => (ref ? 2 ** bits : 0) + state;
