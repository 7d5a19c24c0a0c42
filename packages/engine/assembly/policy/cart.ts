import { Column, column } from '../ds/column';
import { Frame, NONE, PageKey } from '../types';
import { B1, B2, FourLists, other, T1, T2 } from './four-lists';
import { PolicyContext } from './policy';

/**
 * CAR with temporal filtering: a page counts as of long-term utility only when it is used again after the hand has passed it, so that uses close
 * together do not bring it into T2. T1 holds pages of both kinds, T2 long-term ones; a second target, q, shares out the ghosts.
 * Front is where the hand is. Bansal, Modha 2004, CAR: clock with adaptive replacement, USENIX FAST.
 */
export class Cart extends FourLists {
  /** The filter bit: of long-term utility. */
  private long: Column<u8>;
  /** n_S; the other resident pages are n_L. */
  private shorts: u32 = 0;
  /** Target for |B1|. */
  private q: i64 = 0;

  constructor(context: PolicyContext) {
    super(context);
    this.long = column<u8>(context.frames.count);
    this.refOnLoad = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost == NONE) {
      this.dropGhosts();
      this.shorts++;
    } else {
      this.target = this.targetAfter(ghost, this.shorts, this.size(T1) + this.size(T2) - this.shorts);
    }
    this.long.set(frame, u8(ghost != NONE));
    this.setPage(frame, page);
    this.enterBack(T1, frame);
    if (ghost == NONE) return;
    const list = this.ghosts.listOf(ghost);
    this.ghosts.remove(ghost);
    if (list == B2) this.raiseQ();
  }

  onEvict(frame: Frame): void {
    super.onEvict(frame);
    this.uncount(frame);
  }

  onDiscard(frame: Frame): void {
    super.onDiscard(frame);
    this.uncount(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.long.set(part, this.long.get(head));
    this.shorts += u32(!this.long.get(head));
    super.onSplit(head, part, page);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    let f = this.head(T2);
    while (f != NONE && frames.isReferenced(f)) {
      frames.clearReference(f);
      this.move(f, T1);
      this.raiseQ();
      f = this.head(T2);
    }
    f = this.head(T1);
    while (f != NONE) {
      if (frames.isReferenced(f)) {
        frames.clearReference(f);
        this.move(f, T1);
        if (<f64>this.size(T1) >= min<f64>(this.target + 1, this.ghosts.size(B1))) this.makeLong(f);
      } else if (this.long.get(f)) {
        this.move(f, T2);
        this.q = max(this.q - 1, <i64>this.capacity - this.size(T1));
      } else break;
      f = this.head(T1);
    }
    const list = <f64>this.size(T1) >= max<f64>(this.target, 1) ? T1 : T2;
    f = this.head(list);
    return f == NONE ? this.head(other(list)) : f;
  }

  /** 1 in T1 and short-term, 2 in T1 and long-term, 3 in T2. */
  state(frame: Frame): u32 {
    const list = super.state(frame);
    return list == 1 && !this.long.get(frame) ? 1 : list + u32(list > 0);
  }

  protected dropGhosts(): void {
    const ghosts = this.ghosts;
    while (ghosts.total > this.capacity) {
      ghosts.removeBack(<i64>ghosts.size(B1) > this.q || ghosts.isEmpty(B2) ? B1 : B2);
    }
  }

  private raiseQ(): void {
    const one = this.size(T1);
    const two = this.size(T2) + this.ghosts.size(B2);
    if (one + two - this.shorts >= this.capacity) this.q = min(this.q + 1, 2 * <i64>this.capacity - one);
  }

  private move(frame: Frame, list: u32): void {
    this.leave(frame);
    this.enterBack(list, frame);
  }

  private makeLong(frame: Frame): void {
    this.uncount(frame);
    this.long.set(frame, 1);
  }

  private uncount(frame: Frame): void {
    if (!this.long.get(frame)) this.shorts--;
  }
}
