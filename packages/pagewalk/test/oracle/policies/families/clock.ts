import type { PolicyMaker } from '../../policy.ts';

export const CLOCK_MAKERS = {} satisfies Record<string, PolicyMaker>;
