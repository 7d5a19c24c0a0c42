import type { PolicyMaker } from '../../policy.ts';

export const ADAPTIVE_MAKERS = {} satisfies Record<string, PolicyMaker>;
