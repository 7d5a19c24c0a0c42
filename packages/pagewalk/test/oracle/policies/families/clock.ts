import type { PolicyMaker } from '../../policy.ts';
import { EnhancedClock } from '../enhanced_clock.ts';
import { Gclock } from '../gclock.ts';
import { Nfu } from '../nfu.ts';
import { Wsclock } from '../wsclock.ts';

export const CLOCK_MAKERS = {
  enhanced_clock: (world, [refOnLoad = 1, writes = 0]) => new EnhancedClock(world, refOnLoad, writes),
  gclock: (world, [load = 2, hit = 2, add = 0, max = 5]) => new Gclock(world, load, hit, add, max),
  nfu: (world, [tick = 1000]) => new Nfu(world, tick),
  wsclock: (world, [tau = 1000, exact = 0, refOnLoad = 1, writes = 32]) =>
    new Wsclock(world, tau, exact, refOnLoad, writes),
} satisfies Record<string, PolicyMaker>;
