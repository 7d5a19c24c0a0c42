import type { PolicyMaker } from '../../policy.ts';
import { Cflru } from '../cflru.ts';
import { OptWa } from '../opt_wa.ts';

export const WRITE_AWARE_MAKERS = {
  cflru: (world, [window = 33]) => new Cflru(world, window),
  opt_wa: (world, [writeCost = 100]) => new OptWa(world, writeCost),
} satisfies Record<string, PolicyMaker>;
