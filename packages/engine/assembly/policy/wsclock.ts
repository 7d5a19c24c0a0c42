import { Column, column } from '../ds/column';
import { Frame, NONE, NONE64, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * WSClock: a hand goes round the frames and takes the first clean page that its process has not used within the last `tau` of its own
 * references; of a dirty one it schedules the write and goes on. The last use is dated by the pass of the hand that finds the ref bit set, or
 * exactly (`exact`). Departs from the paper in having no load control: when a turn finds no page outside of every working set, a page whose
 * write is going on goes, else a clean one, else the one at the hand. Carr, Hennessy 1981, doi 10.1145/800216.806596; the last two and the
 * limit of writes as in Tanenbaum, Modern Operating Systems.
 */
export class Wsclock extends Policy {
  private tau: u64;
  private writes: u32;
  /** Last use that is known of the page, on the clock of its owner. */
  private lastUse: Column<u64>;

  constructor(context: PolicyContext) {
    super(context);
    this.tau = context.params.get(0);
    this.everyAccess = context.params.get(1) != 0;
    this.refOnLoad = <u8>context.params.get(2);
    this.writes = <u32>context.params.get(3);
    this.lastUse = column<u64>(context.frames.count);
    this.hand = 0;
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.lastUse.set(frame, this.time.of(this.time.running));
  }

  onHit(frame: Frame): void {
    this.lastUse.set(frame, this.ownTime(frame));
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.lastUse.set(part, this.lastUse.get(head));
  }

  onCold(frame: Frame): void {
    this.lastUse.set(frame, 0);
  }

  victim(page: PageKey): Frame {
    const frames = this.frames;
    const writer = this.writer;
    // The first of each that the hand passes over, for when it comes round without a victim.
    let written = NONE;
    let clean = NONE;
    let any = NONE;
    let f = this.hand;
    for (let i: u32 = 0; i < frames.count; i++, f = f + 1 == frames.count ? 0 : f + 1) {
      this.steps++;
      if (!frames.isEvictable(f)) continue;
      if (any == NONE) any = f;
      const isInUse = this.isInWorkingSet(f);
      if (frames.isDirty(f)) {
        if (!isInUse && this.schedule(f) && written == NONE) written = f;
      } else if (writer.isWriting(f)) {
        if (!isInUse && written == NONE) written = f;
      } else if (!isInUse) {
        return this.take(f);
      } else if (clean == NONE) {
        clean = f;
      }
    }
    if (written != NONE) return this.take(written);
    if (any == NONE) return NONE;
    this.fallbacks++;
    return this.take(clean != NONE ? clean : any);
  }

  /** References of its process since the last use. */
  state(frame: Frame): u32 {
    return <u32>min<u64>(this.age(frame), u32.MAX_VALUE);
  }

  private take(frame: Frame): Frame {
    this.hand = frame + 1 == this.frames.count ? 0 : frame + 1;
    return frame;
  }

  private schedule(frame: Frame): bool {
    return this.writer.pending() < this.writes && this.writer.schedule(frame);
  }

  /** Whether the page was used within the window; the ref bit is taken for a use just now. */
  private isInWorkingSet(frame: Frame): bool {
    if (!this.everyAccess && this.frames.isReferenced(frame)) {
      this.frames.clearReference(frame);
      this.lastUse.set(frame, this.ownTime(frame));
      return true;
    }
    return this.age(frame) <= this.tau;
  }

  /** A page that nobody maps is in no working set. The owner of a shared page may change, and time with it. */
  private age(frame: Frame): u64 {
    if (this.frames.ownerOf(frame) == NONE) return NONE64;
    const now = this.ownTime(frame);
    const last = this.lastUse.get(frame);
    return now > last ? now - last : 0;
  }

  private ownTime(frame: Frame): u64 {
    const owner = this.frames.ownerOf(frame);
    return owner == NONE ? 0 : this.time.of(owner);
  }
}
