import { HOOK_CONSTRUCTOR, RULE_ALLOCATION, RULE_FRAME, RULE_MEMORY, RULE_STEPS } from '../gen/policy-rules';
import { Frame } from '../types';

/**
 * The guard around a policy that somebody brought along. The compiler puts `spend` at the entry of each of its functions and loops and
 * `allocate` before each allocation; what the policy calls checks what it is given. Whatever breaks a rule ends in `refuse`: words for the
 * host, then a trap. The engine in which that happened is of no use any more; nothing outside of it has changed.
 */

/** Steps that any decision may take, and more for each frame. */
const LEAST_STEPS: i64 = 10_000_000;
const STEPS_A_FRAME: i64 = 256;
/** Bytes that any policy may have, and more for each frame. */
const LEAST_BYTES: u64 = 64 << 20;
const BYTES_A_FRAME: u64 = 1024;

/** What the policy is doing, a place in POLICY_HOOKS; 0: the engine runs. */
let hook: u32 = 0;
let steps: i64 = LEAST_STEPS;
/** Steps left of this decision. */
let stepsLeft: i64 = 0;
let bytesLeft: u64 = 0;
let frames: u32 = 0;
/** {rule, hook, a, b}: the rule that was broken, what the policy was doing, and two words that the rule names. */
const words: usize = memory.data(32, 8);

/** Address of the words for the host. */
export function policyGuard(): usize {
  store<u64>(words, hook, 8);
  return words;
}

/** Once, before the policy is made. */
export function open(count: u32): void {
  frames = count;
  steps = LEAST_STEPS + STEPS_A_FRAME * count;
  bytesLeft = LEAST_BYTES + BYTES_A_FRAME * count;
}

/** The policy is called. Returns what it was doing before, for `leave`: a hook may call another. */
export function enter(next: u32): u32 {
  const before = hook;
  if (before == 0) stepsLeft = steps;
  hook = next;
  return before;
}

export function leave(before: u32): void {
  hook = before;
}

export function spend(): void {
  if (--stepsLeft < 0) refuse(RULE_STEPS, steps, 0);
}

/** Work in one go that is as long as `count` steps. */
export function spendMany(count: usize): void {
  stepsLeft -= count;
  spend();
}

export function allocate(bytes: usize): void {
  if (hook == 0) return;
  spend();
  if (hook != HOOK_CONSTRUCTOR) refuse(RULE_ALLOCATION, bytes, 0);
  if (bytes > bytesLeft) refuse(RULE_MEMORY, bytes, bytesLeft);
  bytesLeft -= bytes;
}

export function checkFrame(frame: Frame): void {
  if (frame >= frames) refuse(RULE_FRAME, frame, frames);
}

export function refuse(rule: u32, a: u64, b: u64): void {
  store<u64>(words, rule);
  store<u64>(words, a, 16);
  store<u64>(words, b, 24);
  unreachable();
}
