import { repeatsCountAlways, repeatsCountOnce } from './gen/policies';
import { Policy } from './policy/policy';

/** What a policy is told of hits: nothing; those of a page not touched last; of several touches in a row one; all. */
export const TELL_NOTHING: u32 = 0;
export const TELL_CHANGES: u32 = 1;
export const TELL_ONCE: u32 = 2;
export const TELL_ALWAYS: u32 = 3;

/** By its row, `kind` being the row's place: hits that change nothing are not told. A list in order of use is kept without telling. */
export function tellingOf(kind: u32, policy: Policy, everyAccess: bool): u32 {
  if (!everyAccess || policy.keepsRecency) return TELL_NOTHING;
  if (repeatsCountAlways(kind) || policy.tick != 0) return TELL_ALWAYS;
  return repeatsCountOnce(kind) ? TELL_ONCE : TELL_CHANGES;
}
