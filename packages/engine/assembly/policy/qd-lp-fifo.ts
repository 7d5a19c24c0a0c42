import { Frame, NONE, PageKey } from '../types';
import { PolicyContext } from './policy';
import { MAIN, SMALL, TwoFifos } from './two-fifos';

/**
 * Quick demotion, lazy promotion: a new page is on probation in a short FIFO queue and leaves memory at its end unless it was used; then it
 * moves to a main queue, a CLOCK with counters up to `max`. Pages that failed are remembered and enter the main queue when they return.
 * Each queue pays for what enters it. Yang et al., HotOS'23, doi 10.1145/3593856.3595887.
 */
export class QdLpFifo extends TwoFifos {
  constructor(context: PolicyContext) {
    const params = context.params;
    super(context, params.get(0), params.get(1), params.get(2), 1);
  }

  victim(page: PageKey): Frame {
    if (this.ghosts.find(page) == NONE) return this.search(this.size(SMALL) >= this.smallShare ? SMALL : MAIN);
    return this.search(this.size(MAIN) >= this.mainShare ? MAIN : SMALL);
  }
}
