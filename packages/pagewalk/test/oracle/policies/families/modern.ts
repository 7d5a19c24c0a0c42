import type { PolicyMaker } from '../../policy.ts';
import { Cacheus } from '../cacheus.ts';
import { Lecar } from '../lecar.ts';
import { QdLpFifo } from '../qd_lp_fifo.ts';
import { S3Fifo } from '../s3_fifo.ts';
import { Sieve } from '../sieve.ts';

export const MODERN_MAKERS = {
  sieve: (world) => new Sieve(world),
  s3_fifo: (world, [small = 10, ghosts = 100, max = 3, threshold = 2]) =>
    new S3Fifo(world, { small, ghosts, max, threshold }),
  qd_lp_fifo: (world, [probation = 10, ghosts = 100, max = 3]) => new QdLpFifo(world, probation, ghosts, max),
  lecar: (world, [history = 100, learning = 450]) => new Lecar(world, history, learning),
  cacheus: (world, [history = 50, scan = 1]) => new Cacheus(world, history, scan),
} satisfies Record<string, PolicyMaker>;
