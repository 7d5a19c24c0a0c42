/** What is compared: the question as it is asked, and read. */
import { parseConfig } from '../../machine/config/parse.ts';
import { ConfigError, type ConfigProblem } from '../../machine/config/problem.ts';
import type { ConfigInput, MachineConfig } from '../../machine/config/schema.ts';
import { type MemorySize, parseSizes } from './memory-size.ts';
import { type ComparedPolicy, parsePolicyList, policyNamed } from './policy-list.ts';

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

function orProblems<T>(read: () => T, problems: ConfigProblem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
