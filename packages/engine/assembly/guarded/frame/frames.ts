import { Column } from '../../ds/column';
import { Frames as Engine } from '../../frame/frames';
import { Asid, Frame } from '../../types';
import { checkFrame, spendMany } from '../guard';

export {
  CLEAN,
  CLEAN_IN_SWAP,
  DIRTY,
  FRAME_EVICTABLE,
  FRAME_FREE,
  FRAME_PINNED,
  FRAME_RESERVED,
  FRAME_TAIL,
  LAZILY_FREE,
} from '../../frame/frames';

/** A column of the frame table that a policy may read. */
export class FrameColumn {
  protected values: Column<u8>;

  constructor(values: Column<u8>) {
    this.values = values;
  }

  get(frame: Frame): u8 {
    checkFrame(frame);
    return this.values.get(frame);
  }
}

/** The ref bits, which it may set too. */
export class RefColumn extends FrameColumn {
  set(frame: Frame, value: u8): void {
    checkFrame(frame);
    this.values.set(frame, u8(value != 0));
  }

  /** Clears those of the frames 0 … count-1. */
  clear(count: u32): void {
    if (count > 0) checkFrame(count - 1);
    spendMany(count >> 4);
    this.values.clear(count);
  }
}

/** What a policy sees of the frame table: frame/frames.ts, each frame number checked, and nothing else of it. */
export class Frames {
  private engine: Engine;
  private refs: RefColumn;
  private contents: FrameColumn;
  private states: FrameColumn;

  constructor(engine: Engine) {
    this.engine = engine;
    this.refs = new RefColumn(engine.ref);
    this.contents = new FrameColumn(engine.dirty);
    this.states = new FrameColumn(engine.state);
  }

  get count(): u32 {
    return this.engine.count;
  }

  get ref(): RefColumn {
    return this.refs;
  }

  get dirty(): FrameColumn {
    return this.contents;
  }

  get state(): FrameColumn {
    return this.states;
  }

  /** Whether the frame holds a page that may be taken from it. */
  isEvictable(frame: Frame): bool {
    checkFrame(frame);
    return this.engine.isEvictable(frame);
  }

  isReferenced(frame: Frame): bool {
    checkFrame(frame);
    return this.engine.isReferenced(frame);
  }

  clearReference(frame: Frame): void {
    checkFrame(frame);
    this.engine.clearReference(frame);
  }

  setReference(frame: Frame): void {
    checkFrame(frame);
    this.engine.setReference(frame);
  }

  /** Whether taking the frame costs a write. */
  isDirty(frame: Frame): bool {
    checkFrame(frame);
    return this.engine.isDirty(frame);
  }

  /** The process whose page the frame holds, the first of several; NONE if nobody maps it. */
  ownerOf(frame: Frame): Asid {
    checkFrame(frame);
    return this.engine.ownerOf(frame);
  }
}
