/** One machine of a comparison. It takes the trace chunk by chunk; what goes wrong ends this machine and no other. */
import { parseConfig } from '../../machine/config/parse.ts';
import type { PolicyChoice } from '../../machine/config/policy.ts';
import type { ConfigInput } from '../../machine/config/schema.ts';
import { type Core, Refused } from '../../machine/core.ts';
import { type Counters, namedCounters } from '../../machine/counters.ts';
import { startCore } from '../../machine/create.ts';
import { reach } from '../../machine/limit.ts';
import { countOperations } from '../../machine/operations/places.ts';
import { PolicyError } from '../../machine/own/policy-error.ts';
import { assertInvariants } from '../../machine/violation.ts';
import type { ObjectNames } from '../../trace/operations/names.ts';
import { accessOfTouch } from '../../trace/touches.ts';

/** A machine to be made. All of it can be sent to another thread. */
export interface CellPlan {
  readonly policy: PolicyChoice;
  /** The rest of the machine. */
  readonly config: ConfigInput;
  /** The compiled engine, with the policy in it. */
  readonly module: WebAssembly.Module;
  /** Check every invariant after each chunk: slow. */
  readonly check: boolean;
}

/** Part of the trace. */
export interface Feed {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** u64 for each touch of a record, if a policy needs them. */
  readonly nextUses: Uint8Array | undefined;
  /** What of the trace came before. */
  readonly accesses: number;
  readonly operations: number;
  /** Each record so far is one access. */
  readonly even: boolean;
}

/** Why a machine did not get to the end, and where in the trace if it was the trace's doing. */
export interface CellFailure {
  readonly name: string;
  readonly reason: string;
  readonly place: { readonly operation: number } | { readonly access: number } | null;
}

export type CellOutcome =
  | { readonly failure: null; readonly counters: Counters; readonly total_ns: number }
  | { readonly failure: CellFailure };

export class Cell {
  private core: Core | null;
  private failure: CellFailure | null = null;
  private readonly check: boolean;

  private constructor(core: Core | null, check: boolean, failure: CellFailure | null) {
    this.core = core;
    this.check = check;
    this.failure = failure;
  }

  static async create({ policy, config, module, check }: CellPlan): Promise<Cell> {
    try {
      const core = await startCore(parseConfig({ ...config, policy }), module);
      core.beginFuture();
      return new Cell(core, check, null);
    } catch (error) {
      return new Cell(null, check, failureOf(error, null));
    }
  }

  get failed(): boolean {
    return this.failure !== null;
  }

  /** `names` are those of the objects in the trace so far. */
  play(feed: Feed, names: ObjectNames | undefined): void {
    const { core } = this;
    if (!core) return;
    const { touches } = core.clock();
    try {
      adopt(core, names);
      core.load(feed.bytes, feed.nextUses);
      core.execute(0, feed.records);
      if (this.check) assertInvariants(core);
    } catch (thrown) {
      this.failure = failureIn(thrown, core, feed, touches);
      this.core = null;
    }
  }

  outcome(): CellOutcome {
    const { core, failure } = this;
    if (failure || !core) return { failure: failure ?? { name: 'Error', reason: 'not played', place: null } };
    return { failure: null, counters: namedCounters(core.counters()), total_ns: Number(core.clock().ns) };
  }
}

function adopt({ objects }: Core, names: ObjectNames | undefined): void {
  if (names && names.size > objects.size) for (const name of names) objects.number(name);
}

/** `touches`: those before the feed. */
function failureIn(thrown: unknown, core: Core, feed: Feed, touches: number): CellFailure {
  if (thrown instanceof Refused) return failureOf(thrown.error, placeOf(thrown, core, feed));
  if (!(thrown instanceof PolicyError)) return failureOf(thrown, null);
  const access = accessOfTouch(core.records(feed.records), thrown.touch - touches, core.config.page_size);
  return failureOf(thrown.at(feed.accesses + access), null);
}

function placeOf({ place, error }: Refused, core: Core, feed: Feed): CellFailure['place'] {
  const words = core.records(place + 1);
  if (error.operation !== null) return { operation: feed.operations + countOperations(words, 0, place) };
  return { access: feed.accesses + reach(words, 0, place, feed.even, Number.POSITIVE_INFINITY)[1] };
}

function failureOf(error: unknown, place: CellFailure['place']): CellFailure {
  if (!(error instanceof Error)) return { name: 'Error', reason: String(error), place };
  return { name: error.name, reason: error.message, place };
}
