/** When each touch's page is touched again, found by looking through the rest of the trace backwards. Few policies may know. */
import { POLICIES, type PolicyId, type PolicyRow } from '@pagewalk/engine/catalog';
import type { Access } from './trace.ts';
import { touchesOf } from './trace.ts';

/** No further use. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Whether a policy is told of next uses. */
export const isForeseeing = (id: PolicyId): boolean =>
  POLICIES.some((row: PolicyRow) => row.id === id && row.future === true);

/** For each touch in order (a repeat in a folded access is a touch), the number of the next touch of that page, or NEVER. The first is 1. */
export function nextUses(trace: readonly Access[], pageShift: number): number[] {
  const touches = trace.flatMap((access) => touchesOf(access, pageShift));
  const seen = new Map<string, number>();
  const next: number[] = new Array(touches.length);
  for (const [back, touch] of touches.toReversed().entries()) {
    const place = touches.length - 1 - back;
    const page = `${touch.pid}:${touch.page}`;
    next[place] = seen.get(page) ?? NEVER;
    seen.set(page, place + 1);
  }
  return next;
}
