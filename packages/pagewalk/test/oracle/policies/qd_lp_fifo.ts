/**
 * QD-LP-FIFO: new pages are on probation in a short FIFO (quick demotion), those that were used there live in a FIFO with reinsertion (lazy
 * promotion). One use is enough, and the queue that the new page will enter is the one that pays for it; else it is the machine of S3-FIFO.
 * Yang, Qiu, Zhang, Yue, Rashmi, HotOS 2023, doi 10.1145/3593856.3595887.
 */
import type { World } from '../policy.ts';
import { S3Fifo } from './s3_fifo.ts';

export class QdLpFifo extends S3Fifo {
  constructor(world: World, probation: number, ghosts: number, max: number) {
    super(world, { small: probation, ghosts, max, threshold: 1 });
  }

  protected override smallPays(page: string): boolean {
    if (this.ghosts.includes(page)) return this.main.length < this.mainTarget;
    return this.small.length >= this.smallTarget;
  }
}
