import type { PolicyMaker } from '../../policy.ts';
import { Aging } from '../aging.ts';
import { Clock } from '../clock.ts';
import { Fifo } from '../fifo.ts';
import { Lfu } from '../lfu.ts';
import { Lru } from '../lru.ts';
import { Mru } from '../mru.ts';
import { Nru } from '../nru.ts';
import { Opt } from '../opt.ts';
import { Random } from '../random.ts';

export const CLASSIC_MAKERS = {
  fifo: (world) => new Fifo(world),
  lru: (world) => new Lru(world),
  mru: (world) => new Mru(world),
  clock: (world, [bits = 1, refOnLoad = 1]) => new Clock(world, bits, refOnLoad),
  aging: (world, [bits = 8, tick = 1000]) => new Aging(world, bits, tick),
  nru: (world, [tick = 1000]) => new Nru(world, tick),
  lfu: (world) => new Lfu(world),
  random: (world) => new Random(world),
  opt: (world) => new Opt(world),
} satisfies Record<string, PolicyMaker>;
