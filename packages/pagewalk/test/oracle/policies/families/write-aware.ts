import type { PolicyMaker } from '../../policy.ts';

export const WRITE_AWARE_MAKERS = {} satisfies Record<string, PolicyMaker>;
