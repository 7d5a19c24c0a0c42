import type { PolicyMaker } from '../../policy.ts';
import { Pff } from '../pff.ts';
import { Vmin } from '../vmin.ts';
import { Ws } from '../ws.ts';

export const WORKING_SET_MAKERS = {
  ws: (world, [tau = 50_000, global = 0]) => new Ws(world, tau, global),
  pff: (world, [interval = 10_000]) => new Pff(world, interval),
  vmin: (world, [tau = 50_000]) => new Vmin(world, tau),
} satisfies Record<string, PolicyMaker>;
