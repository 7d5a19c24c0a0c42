/** From what the machines counted to what is told of it. */
import { rowOfChoice } from '../../machine/config/policy.ts';
import type { Counters } from '../../machine/counters.ts';
import type { CellFailure, CellOutcome } from './cell.ts';
import type { ComparePlan } from './plan.ts';
import { type ComparedPolicy, knowsFuture } from './policy-list.ts';
import {
  COMPARED_COUNTERS,
  COMPARISON_SCHEMA,
  type PolicyComparison,
  type PolicyRun,
  type RunFigures,
} from './schema.ts';
import type { Stream } from './stream.ts';

export type MemoryFacts = PolicyComparison['memories'][number];

export interface Played {
  readonly plan: ComparePlan;
  readonly memories: readonly MemoryFacts[];
  /** For each memory those of the policies, in their order. */
  readonly outcomes: readonly (readonly CellOutcome[])[];
  readonly stream: Stream;
}

export function reportOf({ plan, memories, outcomes, stream }: Played): PolicyComparison {
  const { policies, config } = plan;
  const whole = outcomes.flat().find(({ failure }) => failure === null);
  const { accesses = 0, touches = 0 } = whole?.failure === null ? whole.counters : {};
  return {
    schema: COMPARISON_SCHEMA,
    trace: stream.source.name,
    accesses,
    touches,
    pages: stream.pages,
    config,
    memories: [...memories],
    policies: policies.map(factsOf),
    runs: memories.flatMap(({ frames }, place) => runsOf(policies, frames, outcomes[place] ?? [], stream)),
  };
}

function factsOf({ name, choice }: ComparedPolicy): PolicyComparison['policies'][number] {
  const { id, params, origin = null } = choice;
  const row = rowOfChoice(choice);
  const family = row && 'family' in row ? row.family : null;
  const { observes = null, future = false, releases = false } = row ?? {};
  return { name, id, origin, params, family, observes, future, releases };
}

/** The policies in one memory. */
function runsOf(
  policies: readonly ComparedPolicy[],
  frames: number,
  outcomes: readonly CellOutcome[],
  stream: Stream,
): PolicyRun[] {
  const missesOf = (outcome: CellOutcome | undefined): number =>
    outcome?.failure === null ? outcome.counters.page_faults : Number.POSITIVE_INFINITY;
  const opt = missesOf(outcomes[policies.findIndex(({ name }) => name === 'opt')]);
  const fewest = Math.min(...outcomes.filter((_, at) => !knowsFuture(policies[at] as ComparedPolicy)).map(missesOf));
  return policies.map((policy, at) => {
    const { name } = policy;
    const outcome = outcomes[at] as CellOutcome;
    if (outcome.failure !== null) {
      return { policy: name, frames, failure: failureText(outcome.failure, stream), figures: null };
    }
    const { counters, total_ns } = outcome;
    const best = !knowsFuture(policy) && counters.page_faults === fewest;
    return { policy: name, frames, failure: null, figures: figuresOf(counters, total_ns, opt, best) };
  });
}

function figuresOf(counters: Counters, total_ns: number, opt: number, fewest: boolean): RunFigures {
  const { page_faults: misses, touches, swap_outs, file_write_backs, frame_touches } = counters;
  return {
    misses,
    miss_ratio: touches > 0 ? misses / touches : 0,
    opt_ratio: opt > 0 && Number.isFinite(opt) ? misses / opt : null,
    write_backs: swap_outs + file_write_backs,
    total_ns,
    mean_frames: touches > 0 ? frame_touches / touches : 0,
    fewest,
    counters: Object.fromEntries(COMPARED_COUNTERS.map((name) => [name, counters[name]])) as RunFigures['counters'],
  };
}

/** What became of a machine, with its place in the trace. */
export function failureText({ reason, place }: CellFailure, { source }: Stream): string {
  if (place === null) return reason;
  if ('access' in place) return `${source.name}: behind access ${place.access}: ${reason}`;
  const line = source.operations?.lineOf(place.operation) ?? null;
  return `${line === null ? `${source.name}: operation ${place.operation + 1}` : `${source.name}:${line}`}: ${reason}`;
}
