import { FrequencyLists } from '../ds/frequency-lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Least frequently used, counting from the load of a page (no history survives an eviction); among equals the one that was used least
 * recently. O(1) by lists of equal counts. Shah, Mitra, Matani 2010, An O(1) algorithm for implementing the LFU cache eviction scheme.
 */
export class Lfu extends Policy {
  private uses: FrequencyLists;

  constructor(context: PolicyContext) {
    super(context);
    this.uses = new FrequencyLists(context.frames.count, false);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.uses.add(frame, 1);
  }

  onHit(frame: Frame): void {
    this.uses.use(frame);
  }

  onEvict(frame: Frame): void {
    this.uses.remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.uses.addBeside(head, part);
  }

  victim(page: PageKey): Frame {
    let f = this.uses.first();
    for (; f != NONE; f = this.uses.after(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  state(frame: Frame): u32 {
    return this.uses.holds(frame) ? <u32>min<u64>(this.uses.usesOf(frame), u32.MAX_VALUE) : 0;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.uses.holds(frame) == resident;
  }
}
