import type { PolicyMaker } from '../../policy.ts';

export const LISTS_MAKERS = {} satisfies Record<string, PolicyMaker>;
