/**
 * The same trace under many policies, in memories of several sizes: a machine for each of the pairs, in everything else alike. The trace is read
 * once and feeds them all. OPT is among them as the measure of the others, unless that is not wanted.
 */
import { Attendant, attended, type Progress } from '../../machine/attended.ts';
import { MachineError, MismatchError } from '../../machine/errors.ts';
import { defaultModule } from '../../machine/module.ts';
import type { TraceSource } from '../../trace/source.ts';
import type { CellOutcome, CellPlan } from './cell.ts';
import { type Executor, sequential } from './executor.ts';
import { framesOf, needsPages } from './memory-size.ts';
import type { ComparePlan } from './plan.ts';
import { knowsFuture } from './policy-list.ts';
import { failureText, type MemoryFacts, reportOf } from './report.ts';
import type { PolicyComparison } from './schema.ts';
import { type Stream, streamOf } from './stream.ts';

/** Gathering runs takes as long as a few machines take for folded records. */
const MACHINES_FOR_RUNS = 4;

export interface ComparePoliciesOptions {
  /** Who plays the machines; by default this thread, one after the other. */
  readonly executor?: Executor | undefined;
  /** The compiled engine.wasm; by default the one of `pagewalk/node` or `pagewalk/browser`. */
  readonly module?: WebAssembly.Module;
  readonly maxAccesses?: number | undefined;
  /** Check every invariant after each chunk: slow. */
  readonly check?: boolean | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the trace to its end and closes it.
 *
 * @throws TraceError, `signal.reason`; MachineError if no machine came to the end, all for one reason.
 */
export async function comparePolicies(
  trace: TraceSource,
  plan: ComparePlan,
  options: ComparePoliciesOptions = {},
): Promise<PolicyComparison> {
  let stream: Stream | undefined;
  const attendant = new Attendant(() => {
    const source = stream?.source ?? trace;
    options.onProgress?.({ position: source.position(), size: source.sizeHint });
  }, options.signal);
  try {
    stream = await streamOf(attended(trace, attendant), {
      config: plan.config,
      nextUses: plan.policies.some(knowsFuture),
      pagesFirst: needsPages(plan.sizes),
      maxAccesses: options.maxAccesses,
      runs: plan.policies.length * plan.sizes.length >= MACHINES_FOR_RUNS,
    });
    return await played(plan, stream, attendant, options);
  } finally {
    await (stream ?? trace).close();
  }
}

async function played(
  plan: ComparePlan,
  stream: Stream,
  attendant: Attendant,
  options: ComparePoliciesOptions,
): Promise<PolicyComparison> {
  const { policies, shared } = plan;
  let feed = await stream.next();
  const memories = memoriesOf(plan, stream);
  const sizes = [...new Set(memories.map(({ frames }) => frames))];
  const module = options.module ?? (await defaultModule());
  const plans: CellPlan[] = sizes.flatMap((frames) =>
    policies.map(({ choice }) => ({
      policy: choice,
      config: { ...shared, frames },
      module,
      check: options.check === true,
    })),
  );
  const execution = await (options.executor ?? sequential).start(plans, policies.some(knowsFuture));
  try {
    for (; feed !== null && execution.alive; feed = await stream.next()) {
      await execution.feed(feed, stream.source.operations?.names);
      await attendant.look();
    }
    const outcomes = await execution.finish();
    refuseAll(outcomes, stream);
    const each = memories.map(({ frames }) => {
      const first = sizes.indexOf(frames) * policies.length;
      return outcomes.slice(first, first + policies.length);
    });
    return reportOf({ plan, memories, outcomes: each, stream });
  } finally {
    await execution.close();
  }
}

/** @throws MismatchError if a share is asked for of pages that are too many to count. */
function memoriesOf({ sizes, config }: ComparePlan, stream: Stream): MemoryFacts[] {
  const { pages } = stream;
  if (pages === null && needsPages(sizes)) {
    throw new MismatchError(
      `${stream.source.name} touches too many pages to count them; give --frames as numbers or sizes`,
    );
  }
  return sizes.map((size) => {
    const frames = framesOf(size, pages ?? 0);
    return { text: size.text, frames, bytes: frames * config.page_size };
  });
}

/** @throws MachineError if nothing is left to compare. */
function refuseAll(outcomes: readonly CellOutcome[], stream: Stream): void {
  const reasons = new Set(outcomes.map(({ failure }) => failure && failureText(failure, stream)));
  const [reason] = reasons;
  if (reasons.size === 1 && reason) throw new MachineError(reason);
}
