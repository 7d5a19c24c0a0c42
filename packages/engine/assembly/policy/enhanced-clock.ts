import { DIRTY, FRAME_EVICTABLE } from '../frame/frames';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** Frames that are looked at together. */
const BLOCK: u32 = 16;

/**
 * CLOCK with the dirty bit: the hand looks for a page that is neither referenced nor dirty; then for a dirty one that is not referenced,
 * clearing the ref bits that it passes; then both once more. Departs in that it can have the dirty pages of the first search written
 * ahead (`writes`). Goldman 1989, Mac VM Revealed, Byte 14 (12); Stallings, Operating Systems, "Clock policy".
 */
export class EnhancedClock extends Policy {
  private writes: u32;

  constructor(context: PolicyContext) {
    super(context);
    this.refOnLoad = <u8>context.params.get(0);
    this.writes = <u32>context.params.get(1);
    this.hand = 0;
  }

  victim(page: PageKey): Frame {
    let victim = NONE;
    for (let round = 0; round < 2 && victim == NONE; round++) {
      victim = this.findClean();
      if (victim == NONE) victim = this.findDirty();
    }
    if (victim != NONE) this.hand = this.behind(victim);
    return victim;
  }

  /** One word: 2·ref + dirty. */
  state(frame: Frame): u32 {
    return (u32(this.frames.isReferenced(frame)) << 1) | u32(this.frames.isDirty(frame));
  }

  /** The first page that is not referenced and need not be written. */
  private findClean(): Frame {
    const frames = this.frames;
    const inBlocks = this.writes == 0 && !frames.narrow;
    let f = this.hand;
    for (let i: u32 = 0; i < frames.count; i++, f = this.behind(f)) {
      if (inBlocks) {
        for (; i + BLOCK < frames.count && f + BLOCK < frames.count && !this.hasClean(f); i += BLOCK, f += BLOCK)
          this.steps += BLOCK;
      }
      this.steps++;
      if (!frames.isEvictable(f) || frames.isReferenced(f)) continue;
      if (frames.isDirty(f)) this.schedule(f);
      else if (!this.writer.isWriting(f)) return f;
    }
    return NONE;
  }

  /** Whether one of the frames of a block is what `findClean` looks for, if none is being written. */
  private hasClean(first: Frame): bool {
    const frames = this.frames;
    const used = i8x16.ne(v128.load(frames.ref.at(first)), i8x16.splat(0));
    const dirty = i8x16.eq(v128.load(frames.dirty.at(first)), i8x16.splat(DIRTY));
    const evictable = i8x16.eq(v128.load(frames.state.at(first)), i8x16.splat(FRAME_EVICTABLE));
    return v128.any_true(v128.andnot(evictable, v128.or(used, dirty)));
  }

  /** The first page that is not referenced and must be written, or is being written. */
  private findDirty(): Frame {
    const frames = this.frames;
    let f = this.hand;
    for (let i: u32 = 0; i < frames.count; i++, f = this.behind(f)) {
      this.steps++;
      if (!frames.isEvictable(f)) continue;
      if (!frames.isReferenced(f) && (frames.isDirty(f) || this.writer.isWriting(f))) return f;
      frames.clearReference(f);
    }
    return NONE;
  }

  private schedule(frame: Frame): void {
    if (this.writer.pending() < this.writes) this.writer.schedule(frame);
  }

  private behind(frame: Frame): Frame {
    return frame + 1 == this.frames.count ? 0 : frame + 1;
  }
}
