import { Frame, PageKey } from '../types';
import { PolicyContext } from './policy';
import { MAIN, SMALL, TwoFifos } from './two-fifos';

/**
 * S3-FIFO: three FIFO queues. A small one takes new pages and lets those go that were not used more than once in it; these are remembered in
 * the ghost queue. The others, and pages that return while they are remembered, are in the main queue, where a page goes round as often as it
 * was used, at most `max` times. The small queue pays whenever it has its share. Yang et al., SOSP'23, doi 10.1145/3600006.3613147.
 */
export class S3Fifo extends TwoFifos {
  constructor(context: PolicyContext) {
    const params = context.params;
    super(context, params.get(0), params.get(1), params.get(2), params.get(3));
  }

  victim(page: PageKey): Frame {
    return this.search(this.size(SMALL) >= this.smallShare ? SMALL : MAIN);
  }
}
