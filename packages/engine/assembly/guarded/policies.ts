import { Policy, PolicyContext } from '../policy/policy';
import { GuardedPolicy } from './guarded-policy';

/** In the place of gen/policies.ts: an engine with one policy, which somebody brought along. */
export function createPolicy(_policy: u32, context: PolicyContext): Policy {
  return new GuardedPolicy(context);
}

/** What a policy does on a hit is not known. */
export function hitsByLast(_policy: u32): bool {
  return false;
}

export { MOST_PARAMETERS as PARAMETERS } from '../gen/policy-rules';
export {
  needsTheFuture,
  observesEveryAccess,
  releasesPages,
  repeatsCountAlways,
  repeatsCountOnce,
  schedulesWrites,
} from './own';
