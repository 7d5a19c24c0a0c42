import { Heap } from '../ds/heap';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** What policies have in common that give each page a key and take the smallest. */
export abstract class Ranked extends Policy {
  protected ranks: Heap;

  constructor(context: PolicyContext) {
    super(context);
    this.ranks = new Heap(context.frames.count);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.ranks.add(part, this.ranks.first(head), this.ranks.second(head));
  }

  onEvict(frame: Frame): void {
    this.ranks.remove(frame);
  }

  victim(page: PageKey): Frame {
    let f = this.ranks.top();
    while (f != NONE) {
      this.steps++;
      if (this.frames.isEvictable(f)) break;
      this.ranks.pass();
      f = this.ranks.top();
    }
    this.ranks.restore();
    return f;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.ranks.holds(frame) == resident;
  }
}
