/** The replacement policies, family by family (policies/row.ts says what a row is). The place of a row is its number in the engine. */
import { ADAPTIVE_POLICIES } from './policies/adaptive.ts';
import { CLASSIC_POLICIES } from './policies/classic.ts';
import { CLOCK_POLICIES } from './policies/clock.ts';
import { KERNEL_POLICIES } from './policies/kernel.ts';
import { LIST_POLICIES } from './policies/lists.ts';
import { MODERN_POLICIES } from './policies/modern.ts';
import type { PolicyRow } from './policies/row.ts';
import { WORKING_SET_POLICIES } from './policies/working-set.ts';
import { WRITE_AWARE_POLICIES } from './policies/write-aware.ts';

export * from './policies/row.ts';

export const POLICIES = [
  ...CLASSIC_POLICIES,
  ...CLOCK_POLICIES,
  ...WORKING_SET_POLICIES,
  ...LIST_POLICIES,
  ...ADAPTIVE_POLICIES,
  ...MODERN_POLICIES,
  ...WRITE_AWARE_POLICIES,
  ...KERNEL_POLICIES,
] as const satisfies readonly PolicyRow[];

export type PolicyId = (typeof POLICIES)[number]['id'];

/** Replacement inside the sets of a TLB or page-walk cache; the place of a name is its number in the configuration block. */
export const TLB_POLICIES = ['lru', 'fifo', 'random', 'plru'] as const;

export type TlbPolicy = (typeof TLB_POLICIES)[number];
