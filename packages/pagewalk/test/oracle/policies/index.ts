/** The slow policy of each catalog row that has one, family by family. */
import { POLICIES, type PolicyId, type PolicyRow } from '@pagewalk/engine/catalog';
import type { Policy, PolicyMaker, World } from '../policy.ts';
import { ADAPTIVE_MAKERS } from './families/adaptive.ts';
import { CLASSIC_MAKERS } from './families/classic.ts';
import { CLOCK_MAKERS } from './families/clock.ts';
import { KERNEL_MAKERS } from './families/kernel.ts';
import { LISTS_MAKERS } from './families/lists.ts';
import { MODERN_MAKERS } from './families/modern.ts';
import { WORKING_SET_MAKERS } from './families/working-set.ts';
import { WRITE_AWARE_MAKERS } from './families/write-aware.ts';

const MAKERS: Readonly<Record<string, PolicyMaker>> = {
  ...CLASSIC_MAKERS,
  ...CLOCK_MAKERS,
  ...WORKING_SET_MAKERS,
  ...LISTS_MAKERS,
  ...ADAPTIVE_MAKERS,
  ...MODERN_MAKERS,
  ...WRITE_AWARE_MAKERS,
  ...KERNEL_MAKERS,
};

/** Ids that there is a slow policy for. */
export const MODELLED: readonly string[] = Object.keys(MAKERS);

/** The rows that the engine can be compared with a slow policy in. */
export const COMPARED: readonly PolicyRow[] = POLICIES.filter(({ id }) => MODELLED.includes(id));

/** A parameter that is left out has the default of its catalog row. */
export function makePolicy(id: PolicyId, params: readonly number[], world: World): Policy {
  const row: PolicyRow | undefined = POLICIES.find((policy) => policy.id === id);
  const given = (row?.params ?? []).map((param, place) => params[place] ?? param.default);
  const maker = MAKERS[id];
  if (maker === undefined) throw new Error(`there is no slow ${id}`);
  return maker(world, given);
}
