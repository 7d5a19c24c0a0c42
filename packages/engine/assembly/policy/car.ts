import { Frame, NONE, PageKey } from '../types';
import { B1, B2, FourLists, other, T1, T2 } from './four-lists';
import { PolicyContext } from './policy';

/**
 * Clock with adaptive replacement: ARC with two clocks in the place of its lists, so that a hit is no more than a ref bit. The hand of the
 * clock that is above its target takes the first page without the bit; a page with it goes to the tail of T2. Front is where the hand is.
 * Bansal, Modha 2004, CAR: clock with adaptive replacement, USENIX FAST.
 */
export class Car extends FourLists {
  constructor(context: PolicyContext) {
    super(context);
    this.refOnLoad = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) {
      this.target = this.targetAfter(ghost, this.ghosts.size(B2), this.ghosts.size(B1));
      this.ghosts.remove(ghost);
    }
    this.setPage(frame, page);
    this.enterBack(ghost == NONE ? T1 : T2, frame);
    this.dropGhosts();
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    let open = true;
    let f: Frame = NONE;
    for (;;) {
      const list = open && <f64>this.size(T1) >= max<f64>(this.target, 1) ? T1 : T2;
      f = this.head(list);
      // No page that may be taken enters T1 here, so it needs no second look.
      if (f == NONE && list == T1) open = false;
      if (f == NONE) f = this.head(other(list));
      if (f == NONE || !frames.isReferenced(f)) break;
      frames.clearReference(f);
      this.leave(f);
      this.enterBack(T2, f);
    }
    return f;
  }
}
