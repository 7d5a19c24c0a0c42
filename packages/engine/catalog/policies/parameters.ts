/** Parameters that policies of several families have. */
import type { PolicyParameter } from './row.ts';

export const TICK: PolicyParameter = {
  name: 'tick',
  default: 1000,
  min: 1,
  max: 4_294_967_295,
  meaning: 'touches between two timer ticks',
};

/** At its maximum no page is ever too old. */
export const TAU: PolicyParameter = {
  name: 'tau',
  default: 50_000,
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  meaning: 'window of the working set, in references of the process',
};
