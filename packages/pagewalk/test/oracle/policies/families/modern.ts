import type { PolicyMaker } from '../../policy.ts';

export const MODERN_MAKERS = {} satisfies Record<string, PolicyMaker>;
