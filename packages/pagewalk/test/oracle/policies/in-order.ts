/** Policies whose victim is the first page of an order that may be taken: each page looked at on the way is a step. */
import { NONE, Policy } from '../policy.ts';

export abstract class InOrder extends Policy {
  protected first(order: readonly number[]): number {
    for (const frame of order) {
      this.steps++;
      if (this.frames[frame]?.evictable) return frame;
    }
    return NONE;
  }
}

export const without = <T>(list: readonly T[], item: T): T[] => list.filter((other) => other !== item);

/** By the first of these numbers in which two differ, the smallest in front. */
export const byAll =
  <T>(...keys: readonly ((item: T) => number)[]) =>
  (a: T, b: T): number => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return 0;
  };
