import { Lru } from './policy/lru';
import { Policy, PolicyContext } from './policy/policy';

/** Stands for what the compiler writes here: the policy that somebody brought along, and what its row says. */
export function createOwn(context: PolicyContext): Policy {
  return new Lru(context);
}

export const EVERY_ACCESS: bool = true;
export const REPEATS_ONCE: bool = false;
export const REPEATS_ALWAYS: bool = false;
export const FUTURE: bool = false;
export const RELEASES: bool = false;
export const WRITES: bool = false;
