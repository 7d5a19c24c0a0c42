/**
 * Enhanced second chance: up to four passes over the frames, from the hand on, look for a page that is neither referenced nor dirty, then for
 * one that is not referenced, clearing ref bits on the way. On request, the writes of dirty pages that a pass leaves behind are scheduled.
 * A page counts as dirty also while its write is going on. docs/policies/enhanced-clock.md.
 */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

const isDirty = ({ dirty, writing }: Frame) => dirty || writing;

export class EnhancedClock extends Policy {
  private hand = 0;
  private readonly loadSetsRef: boolean;
  private readonly writes: number;

  constructor(world: World, refOnLoad: number, writes: number) {
    super(world);
    this.loadSetsRef = refOnLoad === 1;
    this.writes = writes;
  }

  override refOnLoad(): boolean {
    return this.loadSetsRef;
  }

  victim(): number {
    const found = this.clean() ?? this.dirty() ?? this.clean() ?? this.dirty();
    if (found === undefined) return NONE;
    this.hand = (found + 1) % this.frames.length;
    return found;
  }

  /** First and third pass: R = 0, not dirty. */
  private clean(): number | undefined {
    return this.pass((at, frame) => {
      if (frame.ref) return false;
      if (!isDirty(frame)) return true;
      if (!frame.writing && this.world.pendingWrites() < this.writes) this.world.schedule(at);
      return false;
    });
  }

  /** Second and fourth pass: R = 0, dirty. */
  private dirty(): number | undefined {
    return this.pass((_, frame) => {
      if (!frame.ref && isDirty(frame)) return true;
      frame.ref = false;
      return false;
    });
  }

  private pass(suits: (at: number, frame: Frame) => boolean): number | undefined {
    return around(this.hand, this.frames.length).find((at) => {
      this.steps++;
      const frame = this.frames[at] as Frame;
      return frame.evictable && suits(at, frame);
    });
  }
}
