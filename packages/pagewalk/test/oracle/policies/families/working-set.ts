import type { PolicyMaker } from '../../policy.ts';

export const WORKING_SET_MAKERS = {} satisfies Record<string, PolicyMaker>;
