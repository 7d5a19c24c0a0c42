/** The slow policy of each catalog row. */
import { POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import type { Frame, Policy } from '../policy.ts';
import { Aging } from './aging.ts';
import { Clock } from './clock.ts';
import { Fifo } from './fifo.ts';
import { Lfu } from './lfu.ts';
import { Lru } from './lru.ts';
import { Mru } from './mru.ts';
import { Nru } from './nru.ts';
import { Opt } from './opt.ts';
import { Random } from './random.ts';

export type PolicyMaker = (frames: readonly Frame[], params: readonly number[], seed: bigint) => Policy;

const MAKERS: Record<PolicyId, PolicyMaker> = {
  fifo: (frames) => new Fifo(frames),
  lru: (frames) => new Lru(frames),
  mru: (frames) => new Mru(frames),
  clock: (frames, [bits = 1, refOnLoad = 1]) => new Clock(frames, bits, refOnLoad),
  aging: (frames, [bits = 8, tick = 1000]) => new Aging(frames, bits, tick),
  nru: (frames, [tick = 1000]) => new Nru(frames, tick),
  lfu: (frames) => new Lfu(frames),
  random: (frames, _params, seed) => new Random(frames, seed),
  opt: (frames) => new Opt(frames),
};

/** A parameter that is left out has the default of its catalog row. */
export function makePolicy(id: PolicyId, params: readonly number[], frames: readonly Frame[], seed: bigint): Policy {
  const row = POLICIES.find((policy) => policy.id === id);
  const given = (row?.params ?? []).map((param, place) => params[place] ?? param.default);
  return MAKERS[id](frames, given, seed);
}
