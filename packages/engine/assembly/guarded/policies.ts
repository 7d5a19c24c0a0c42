import { Policy, PolicyContext } from '../policy/policy';
import { GuardedPolicy } from './guarded-policy';
import { EVERY_ACCESS, FUTURE, RELEASES, REPEATS_ALWAYS, REPEATS_ONCE, WRITES } from './own';

/** In the place of gen/policies.ts: an engine with one policy, which has no number. */
export function createPolicy(_policy: u32, context: PolicyContext): Policy {
  return new GuardedPolicy(context);
}

export function observesEveryAccess(_policy: u32): bool {
  return EVERY_ACCESS;
}

export function repeatsCountOnce(_policy: u32): bool {
  return REPEATS_ONCE;
}

export function repeatsCountAlways(_policy: u32): bool {
  return REPEATS_ALWAYS;
}

export function needsTheFuture(_policy: u32): bool {
  return FUTURE;
}

export function releasesPages(_policy: u32): bool {
  return RELEASES;
}

export function schedulesWrites(_policy: u32): bool {
  return WRITES;
}

export { MOST_PARAMETERS as PARAMETERS } from '../gen/policy-rules';
