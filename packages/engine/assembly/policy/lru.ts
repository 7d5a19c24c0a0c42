import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Least recently used: a list in order of use, most recent in front. A stack algorithm: what is resident with k frames is resident with
 * k + 1. Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078.
 */
export class Lru extends Policy {
  constructor(context: PolicyContext) {
    super(context);
    this.keepRecency();
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.recency.pushFront(0, frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.recency.insertAfter(head, part);
  }

  onEvict(frame: Frame): void {
    this.recency.remove(frame);
  }

  victim(page: PageKey): Frame {
    let f = this.recency.back(0);
    for (; !this.recency.isEnd(f); f = this.recency.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.recency.holds(frame) == resident;
  }
}
