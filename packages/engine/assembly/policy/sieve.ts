import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * SIEVE: a queue in order of loading and a hand that runs from old to new, clears ref bits and takes the first page without one. A page that
 * survives keeps its place, and new pages enter at the head, behind which the hand returns to the tail: what is not used again is sieved out
 * soon. The visited bit of the paper is the ref bit; a load does not set it. Zhang et al., NSDI'24, "SIEVE is Simpler than LRU".
 */
export class Sieve extends Policy {
  /** List 0: resident frames, the latest load in front. */
  private queue: Lists;
  private size: u32 = 0;

  constructor(context: PolicyContext) {
    super(context);
    this.queue = new Lists(context.frames.count, 1);
    this.refOnLoad = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.queue.pushFront(0, frame);
    this.size++;
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.queue.insertAfter(this.queue.before(head), part);
    this.size++;
  }

  onEvict(frame: Frame): void {
    if (frame == this.hand) {
      const newer = this.queue.before(frame);
      this.hand = this.queue.isEnd(newer) ? NONE : newer;
    }
    this.queue.remove(frame);
    this.size--;
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    const queue = this.queue;
    let f = this.hand == NONE ? queue.back(0) : this.hand;
    // The first look at a page clears its bit, the second one would find it clear.
    for (let looks: u64 = 2 * <u64>this.size; looks > 0; looks--) {
      if (queue.isEnd(f)) f = queue.back(0);
      this.steps++;
      if (frames.isEvictable(f)) {
        if (!frames.ref.get(f)) {
          this.hand = f;
          return f;
        }
        frames.ref.set(f, 0);
      }
      f = queue.before(f);
    }
    return NONE;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.queue.holds(frame) == resident;
  }
}
