import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * First in, first out: the page that was loaded first goes first, however often it is used. Not a stack algorithm: more frames can mean
 * more faults. Belady, Nelson, Shedler 1969, doi 10.1145/363011.363155.
 */
export class Fifo extends Policy {
  private queue: Lists;

  constructor(context: PolicyContext) {
    super(context);
    this.queue = new Lists(context.frames.count, 1);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.queue.pushBack(0, frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.queue.insertAfter(head, part);
  }

  onEvict(frame: Frame): void {
    this.queue.remove(frame);
  }

  victim(page: PageKey): Frame {
    let f = this.queue.front(0);
    for (; !this.queue.isEnd(f); f = this.queue.after(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.queue.holds(frame) == resident;
  }
}
