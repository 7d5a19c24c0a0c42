import { Frame, NONE, NOWHERE, PageKey } from '../types';
import { B1, B2, FourLists, other, T1, T2 } from './four-lists';

/**
 * Adaptive replacement cache: T1 holds pages used once, T2 those used again, both in order of use; B1 and B2 remember what was evicted from
 * them. A fault on a page of B1 says that T1 is too small, one on a page of B2 that it is too large, and moves the target for its size. The
 * fault that moves it already evicts by the new target, which is therefore worked out in `victim` and stored by `onLoad`.
 * Megiddo, Modha 2003, ARC: a self-tuning, low overhead replacement cache, USENIX FAST.
 */
export class Arc extends FourLists {
  /** The ghost for which a victim was wanted last, and the target that its load will set. */
  private wanted: PageKey = NOWHERE;
  private wantedTarget: f64 = 0;

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) {
      this.target = page == this.wanted ? this.wantedTarget : this.targetOf(ghost);
      this.ghosts.remove(ghost);
    }
    this.wanted = NOWHERE;
    this.setPage(frame, page);
    this.enterFront(ghost == NONE ? T1 : T2, frame);
    this.dropGhosts();
  }

  onHit(frame: Frame): void {
    if (this.listOf(frame) == T2) {
      this.lists.moveToFront(T2, frame);
      return;
    }
    this.leave(frame);
    this.enterFront(T2, frame);
  }

  onCold(frame: Frame): void {
    this.lists.remove(frame);
    this.lists.pushBack(this.listOf(frame), frame);
  }

  victim(page: PageKey): Frame {
    let target = this.target;
    let tieToT1 = false;
    const ghost = page == NOWHERE ? NONE : this.ghosts.find(page);
    if (ghost != NONE) {
      if (page != this.wanted) {
        this.wanted = page;
        this.wantedTarget = this.targetOf(ghost);
      }
      target = this.wantedTarget;
      tieToT1 = this.ghosts.listOf(ghost) == B2;
    }
    const size = <f64>this.size(T1);
    const list = size > target || (tieToT1 && size == target) ? T1 : T2;
    const f = this.leastRecent(list);
    return f == NONE ? this.leastRecent(other(list)) : f;
  }

  private targetOf(ghost: u32): f64 {
    return this.targetAfter(ghost, this.ghosts.size(B2), this.ghosts.size(B1));
  }

  private leastRecent(list: u32): Frame {
    let f = this.lists.back(list);
    for (; !this.lists.isEnd(f); f = this.lists.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }
}
