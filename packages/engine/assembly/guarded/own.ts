import { Policy, PolicyContext } from './policy/policy';
import { Script } from './script';

/**
 * The policy of this engine. In the module for policies that are JavaScript objects it is the one that calls them, and the number of the policy
 * in the configuration has a bit for each fact of its row:
 *
 *     0 every access   1 repeats count once   2 repeats count always   3 needs the future   4 releases pages   5 schedules writes
 *
 * For a policy that is compiled, the compiler writes this file: it makes that policy, and the facts are constants.
 */
export function createOwn(context: PolicyContext): Policy {
  return new Script(context);
}

export function observesEveryAccess(policy: u32): bool {
  return (policy & 1) != 0;
}

export function repeatsCountOnce(policy: u32): bool {
  return (policy & 2) != 0;
}

export function repeatsCountAlways(policy: u32): bool {
  return (policy & 4) != 0;
}

export function needsTheFuture(policy: u32): bool {
  return (policy & 8) != 0;
}

export function releasesPages(policy: u32): bool {
  return (policy & 16) != 0;
}

export function schedulesWrites(policy: u32): bool {
  return (policy & 32) != 0;
}
