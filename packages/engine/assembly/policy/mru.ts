import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Most recently used goes first: right for a loop over more pages than there are frames, wrong for nearly all else.
 * Chou, DeWitt 1985, doi 10.1007/BF01840450.
 */
export class Mru extends Policy {
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
    let f = this.recency.front(0);
    for (; !this.recency.isEnd(f); f = this.recency.after(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.recency.holds(frame) == resident;
  }
}
