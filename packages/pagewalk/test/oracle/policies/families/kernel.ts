import type { PolicyMaker } from '../../policy.ts';
import { Damon } from '../damon.ts';
import { Freebsd } from '../freebsd.ts';
import { Linux } from '../linux.ts';
import { Mglru } from '../mglru.ts';

export const KERNEL_MAKERS = {
  linux: (world, [batch = 32, inactiveRatio = 1, writeAhead = 1]) =>
    new Linux(world, { batch, inactiveRatio, writeAhead: writeAhead === 1 }),
  mglru: (world, [margin = 64, lowerGain = 2, upperGain = 3, recentGens = 4, earlyAging = 0, shadows = 100]) =>
    new Mglru(world, { margin, lowerGain, upperGain, recentGens, earlyAging: earlyAging === 1, shadows }),
  freebsd: (world, params) => {
    const [actInit = 5, actAdvance = 3, actDecline = 1, actMax = 64, ...others] = params;
    const [inactiveTarget = 3, launder = 32, tick = 1000, updatePeriod = 600] = others;
    return new Freebsd(world, {
      actInit,
      actAdvance,
      actDecline,
      actMax,
      inactiveTarget,
      launder,
      tick,
      updatePeriod,
    });
  },
  damon: (world, [sample = 10_000, samples = 20, minRegions = 10, maxRegions = 1000]) =>
    new Damon(world, { sample, samples, minRegions, maxRegions }),
} satisfies Record<string, PolicyMaker>;
