/**
 * The same trace under many policies, in memories of several sizes: a machine for each of the pairs, in everything else alike. The trace is read
 * once and feeds them all. OPT is among them as the measure of the others, unless that is not wanted.
 */
import { Attendant, attended, type Progress } from '../../machine/attended.ts';
import { parseConfig } from '../../machine/config/parse.ts';
import { ConfigError, type ConfigProblem } from '../../machine/config/problem.ts';
import type { ConfigInput, MachineConfig } from '../../machine/config/schema.ts';
import { MachineError, MismatchError } from '../../machine/errors.ts';
import { defaultModule } from '../../machine/module.ts';
import type { TraceSource } from '../../trace/source.ts';
import type { CellOutcome, CellPlan } from './cell.ts';
import { type Executor, sequential } from './executor.ts';
import { framesOf, type MemorySize, needsPages, parseSizes } from './memory-size.ts';
import { type ComparedPolicy, knowsFuture, parsePolicyList, policyNamed } from './policy-list.ts';
import { failureText, type MemoryFacts, reportOf } from './report.ts';
import type { PolicyComparison } from './schema.ts';
import { type Stream, streamOf } from './stream.ts';

export const DEFAULT_SIZES = '5%,10%,20%,40%,60%,80%';

export interface CompareQuestion {
  /** `all`, or names with their parameters: `lru,clock:bits=2,fifo`, `all,-mru`. */
  readonly policies?: string | undefined;
  /** Frames, sizes or shares of the trace's distinct pages: `256,64MiB,10%`. */
  readonly sizes?: string | undefined;
  /** Of all machines; what it says of policy, frames and ram is of no account. */
  readonly config?: ConfigInput;
  /** Do without OPT, whose ratios are null then, and so, with sizes in frames, without putting the trace aside. */
  readonly withoutOpt?: boolean | undefined;
}

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

/** What is compared. */
export interface ComparePlan {
  readonly policies: readonly ComparedPolicy[];
  readonly sizes: readonly MemorySize[];
  /** What all machines have. */
  readonly shared: ConfigInput;
  readonly config: MachineConfig;
}

/** @throws ConfigError with everything that is wrong with the question, but for what depends on the size of memory. */
export function planComparison(question: CompareQuestion = {}): ComparePlan {
  const { policy: _policy, frames: _frames, ram: _ram, ...shared } = question.config ?? {};
  const problems: ConfigProblem[] = [];
  const config = orProblems(() => parseConfig(shared), problems);
  const policies = parsePolicyList(question.policies ?? 'all', problems);
  const sizes = parseSizes(question.sizes ?? DEFAULT_SIZES, config?.page_size ?? 1, problems);
  if (!config || problems.length > 0) throw new ConfigError(problems);
  const enough = question.withoutOpt === true || policies.some(({ name }) => name === 'opt');
  return { policies: enough ? policies : [policyNamed('opt'), ...policies], sizes, shared, config };
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
      config: { ...shared, policy: choice, frames },
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

function orProblems<T>(read: () => T, problems: ConfigProblem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
