/** Makes an error of the policy of what ended a call into an engine with a policy that somebody brought along. */
import type { Place } from './places.ts';
import { hookName, PolicyError, ruleName, ruleText } from './policy-error.ts';

/** What a policy threw by itself: `throw new Error(…)` or a failed `assert`. */
export class Thrown extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** What an engine cannot do any more when its policy has failed; what it counted so far can be read. */
const GOES_ON = new Set(['run', 'check']);

interface GuardedExports {
  readonly memory: WebAssembly.Memory;
  policyGuard(): number;
  clock(): number;
}

export class Traps {
  private readonly policy: string;
  private readonly file: string;
  private readonly placeIn: (stack: string) => Place | null;

  /** `placeIn` finds the place in the file in the stack of an error. */
  constructor(policy: string, file: string, placeIn: (stack: string) => Place | null) {
    this.policy = policy;
    this.file = file;
    this.placeIn = placeIn;
  }

  /** The exports of an engine, which throw PolicyError where the policy is to blame. */
  guard<E extends GuardedExports>(exports: E): E {
    let failed: unknown;
    const wrapped = Object.entries(exports).map(([name, value]) => {
      if (typeof value !== 'function') return [name, value];
      const call = (...args: unknown[]): unknown => {
        if (failed !== undefined && GOES_ON.has(name)) throw failed;
        try {
          return (value as (...args: unknown[]) => unknown)(...args);
        } catch (error) {
          const made = this.errorOf(error, exports);
          if (made instanceof PolicyError) failed = made;
          throw made;
        }
      };
      return [name, call];
    });
    return Object.fromEntries(wrapped) as E;
  }

  private errorOf(error: unknown, exports: GuardedExports): unknown {
    const [rule = 0n, hook = 0n, a = 0n, b = 0n] = new BigUint64Array(
      exports.memory.buffer,
      exports.policyGuard() >>> 0,
      4,
    );
    if (hook === 0n || !(error instanceof Error)) return error;
    const place = error instanceof Thrown ? error : this.placeIn(error.stack ?? '');
    const name = ruleName(rule);
    return new PolicyError(
      {
        policy: this.policy,
        file: this.file,
        line: place?.line ?? null,
        column: place?.column ?? null,
        hook: hookName(hook),
        rule: name,
        what: rule === 0n ? trapText(error) : ruleText(name, a, b),
        touch: hookName(hook) === 'constructor' ? 0 : touchesOf(exports),
        access: null,
      },
      { cause: error },
    );
  }
}

const touchesOf = (exports: GuardedExports): number =>
  Number(new BigUint64Array(exports.memory.buffer, exports.clock() >>> 0, 1)[0] ?? 0n);

function trapText(error: Error): string {
  if (error instanceof Thrown) return `threw: ${error.message}`;
  if (!(error instanceof WebAssembly.RuntimeError)) {
    const isDeep = /call stack|recursion/.test(error.message);
    return isDeep ? 'called itself too deeply' : `threw: ${error.message}`;
  }
  if (/divide|division|remainder/.test(error.message)) return 'divided by zero';
  return `was stopped: ${error.message}`;
}
