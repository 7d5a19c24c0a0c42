import { Column, column } from '../ds/column';
import { Frame, PageKey } from '../types';
import { PolicyContext } from './policy';
import { Ranked } from './ranked';

/**
 * LFU with dynamic aging: a page's key is the number of its touches since the load plus an age that was current at the last one. The age is the
 * key of the page evicted last, so that pages of today overtake those which were used much long ago. Among equals the least recently used goes.
 * Arlitt, Cherkasova, Dilley, Friedrich, Jin 2000, doi 10.1145/346000.346003.
 */
export class LfuDa extends Ranked {
  private uses: Column<u64>;
  private age: u64 = 0;

  constructor(context: PolicyContext) {
    super(context);
    this.uses = column<u64>(context.frames.count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.uses.set(frame, 1);
    this.ranks.add(frame, this.age + 1, this.time.now);
  }

  onHit(frame: Frame): void {
    const uses = this.uses.get(frame) + 1;
    this.uses.set(frame, uses);
    this.ranks.raise(frame, this.age + uses, this.time.now);
  }

  onEvict(frame: Frame): void {
    this.age = max(this.age, this.ranks.first(frame));
    this.ranks.remove(frame);
  }

  onDiscard(frame: Frame): void {
    this.ranks.remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.uses.set(part, this.uses.get(head));
    super.onSplit(head, part, page);
  }

  onCold(frame: Frame): void {
    this.uses.set(frame, 0);
    this.ranks.remove(frame);
    this.ranks.add(frame, 0, this.ranks.second(frame));
  }

  /** The key, as far as it fits. */
  state(frame: Frame): u32 {
    return this.ranks.holds(frame) ? <u32>min<u64>(this.ranks.first(frame), u32.MAX_VALUE) : 0;
  }
}
