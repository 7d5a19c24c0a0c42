import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Clean-first LRU: of the pages at the end of the LRU list, a window of a part of the frames, the least recently used clean one goes, and
 * the least recently used of all if the window has none, so that a write is spared for a few more faults. A window of 0 is LRU, of all frames
 * clean-first without limit. Only the paper's static window. Park, Jung, Kang, Kim, Lee 2006, doi 10.1145/1176760.1176789.
 */
export class Cflru extends Policy {
  private window: u32;

  constructor(context: PolicyContext) {
    super(context);
    this.keepRecency();
    this.window = <u32>((<u64>context.frames.count * context.params.get(0)) / 100);
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
    let oldest = NONE;
    let place: u32 = 0;
    let f = this.recency.back(0);
    for (; !this.recency.isEnd(f); f = this.recency.before(f)) {
      if (place == this.window && oldest != NONE) break;
      if (place < this.window) place++;
      this.steps++;
      if (!this.frames.isEvictable(f)) continue;
      // Behind the window `oldest` is NONE: what may be taken there is the least recently used of all.
      if (!this.frames.isDirty(f)) return f;
      if (oldest == NONE) oldest = f;
    }
    return oldest;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.recency.holds(frame) == resident;
  }
}
