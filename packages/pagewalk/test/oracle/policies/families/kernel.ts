import type { PolicyMaker } from '../../policy.ts';

export const KERNEL_MAKERS = {} satisfies Record<string, PolicyMaker>;
