import type { PolicyMaker } from '../../policy.ts';
import { LfuDa } from '../lfu_da.ts';
import { Lrfu } from '../lrfu.ts';
import { LruK } from '../lru_k.ts';
import { Mq } from '../mq.ts';
import { Slru } from '../slru.ts';
import { TwoQ } from '../two_q.ts';
import { WTinyLfu } from '../w_tinylfu.ts';

export const LISTS_MAKERS = {
  slru: (world, [percent = 80]) => new Slru(world, percent),
  lru_k: (world, [k = 2, correlated = 0, retained = 0, ghosts = 100]) =>
    new LruK(world, k, correlated, retained, ghosts),
  two_q: (world, [kin = 25, kout = 50, a1inHit = 0]) => new TwoQ(world, kin, kout, a1inHit),
  mq: (world, [queues = 8, lifetime = 400, qout = 400]) => new Mq(world, queues, lifetime, qout),
  lrfu: (world, [halfLife = 1000]) => new Lrfu(world, halfLife),
  lfu_da: (world) => new LfuDa(world),
  w_tinylfu: (world, [window = 1, percent = 80, sample = 10, doorkeeper = 0]) =>
    new WTinyLfu(world, window, percent, sample, doorkeeper),
} satisfies Record<string, PolicyMaker>;
