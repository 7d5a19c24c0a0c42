/** A policy that somebody brought along broke a rule, or threw: the run ends, and so does the machine. */
import { POLICY_HOOKS, POLICY_RULES, type PolicyHookName, type PolicyRuleName } from '@pagewalk/engine/catalog';
import { MachineError } from '../errors.ts';

export interface PolicyFailure {
  readonly policy: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly hook: PolicyHookName;
  /** `none`: it threw, or did what the processor traps at. */
  readonly rule: PolicyRuleName;
  /** What happened, as half a sentence behind the call: `victim() of mine …`. */
  readonly what: string;
  /** Number of the page touch that was being served, 0 before the first. */
  readonly touch: number;
  /** Number of the access, from 1; null outside of a run, and before the first. */
  readonly access: number | null;
}

export class PolicyError extends MachineError implements PolicyFailure {
  override readonly name = 'PolicyError';
  readonly policy: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly hook: PolicyHookName;
  readonly rule: PolicyRuleName;
  readonly what: string;
  readonly touch: number;
  readonly access: number | null;

  constructor(failure: PolicyFailure, options?: ErrorOptions) {
    super(sentence(failure), options);
    this.policy = failure.policy;
    this.file = failure.file;
    this.line = failure.line;
    this.column = failure.column;
    this.hook = failure.hook;
    this.rule = failure.rule;
    this.what = failure.what;
    this.touch = failure.touch;
    this.access = failure.access;
  }

  /** The same with the number of the access. */
  at(access: number): PolicyError {
    const { policy, file, line, column, hook, rule, what, touch, cause } = this;
    return new PolicyError({ policy, file, line, column, hook, rule, what, touch, access }, { cause });
  }
}

function sentence({ policy, file, line, column, hook, what, touch, access }: PolicyFailure): string {
  const call = POLICY_HOOKS.find(({ name }) => name === hook)?.call ?? '';
  const where = line === null ? file : `${file}:${line}:${column}`;
  const doing = hook === 'constructor' ? 'the constructor' : `${call}()`;
  const when = access !== null ? ` at access ${access}` : touch > 0 ? ` at touch ${touch}` : '';
  return `${where}: ${doing} of policy ${policy} ${what}${when}`;
}

export const ruleName = (place: bigint): PolicyRuleName => POLICY_RULES[Number(place)]?.name ?? 'none';
export const hookName = (place: bigint): PolicyHookName => POLICY_HOOKS[Number(place)]?.name ?? 'none';

const FRAME_STATES = ['is free', '', 'is pinned', 'is a part of a large page', 'is reserved'];

/** What a broken rule was, with its two words. */
export function ruleText(rule: PolicyRuleName, a: bigint, b: bigint): string {
  switch (rule) {
    case 'steps':
      return `took more than ${a} steps`;
    case 'index':
      return `used index ${a} of a column of ${b}`;
    case 'frame':
      return `asked about frame ${a} of ${b}`;
    case 'memory':
      return `wants ${a} bytes, of which ${b} are left to it`;
    case 'allocation':
      return `allocates ${a} bytes: everything is allocated in the constructor`;
    case 'victim':
      return victimText(a, b);
    case 'no_victim':
      return `named no victim, although frame ${a} may be taken`;
    case 'agrees':
      return `left frame ${a} ${b === 1n ? 'out, although it is resident' : 'in, although it is not resident'}: agrees() says so`;
    case 'free_item':
      return `used item ${a} of its lists, which is in none`;
    case 'held_item':
      return `put item ${a} into a list, although it is in one`;
    case 'recency':
      return `keeps a list of recency of ${a} items for ${b} frames: call keepRecency()`;
    default:
      return 'stopped';
  }
}

/** `b`: the number of frames, or the state of the frame in the upper half. */
function victimText(frame: bigint, b: bigint): string {
  const state = Number(b >> 32n);
  if (b > 0n && b < 2n ** 32n) return `named frame ${frame} of ${b}`;
  return `named frame ${frame}, which ${FRAME_STATES[state] || 'is not among those that may be taken now'}`;
}
