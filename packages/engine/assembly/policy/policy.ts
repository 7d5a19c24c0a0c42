import { Column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Frames } from '../frame/frames';
import { Frame, NONE } from '../types';

/** What is known about the future: only OPT may ask. */
export class Future {
  /** Index of the record touch at which the page being touched is used next; all ones: never. */
  next: u64 = u64.MAX_VALUE;
}

/** What a policy is made from. */
export class PolicyContext {
  frames: Frames;
  /** Parameters in the order of the catalog row. */
  params: Column<u64>;
  seed: u64;
  future: Future;

  constructor(frames: Frames, params: Column<u64>, seed: u64, future: Future) {
    this.frames = frames;
    this.params = params;
    this.seed = seed;
    this.future = future;
  }
}

/**
 * The contract of a replacement policy. The machine owns ref and dirty bits, frames and pages; a policy owns the order in which pages
 * go, in columns of its own with one value per frame, allocated in its constructor. What it may observe is declared in the catalog:
 * `onHit` is called only for `every-access` policies, `onTick` only when `tick` is set.
 */
export abstract class Policy {
  /** Value that the access which loads a page gives to its ref bit. */
  refOnLoad: u8 = 1;
  /** Touches between two calls of `onTick`; 0: none. */
  tick: u64 = 0;
  /** Position of a clock-like scan, for views; NONE where there is none. */
  hand: Frame = NONE;
  /** Frames looked at so far to find victims. */
  steps: u64 = 0;
  /**
   * List 0: resident frames by last use, the latest in front. A policy that needs only this order of an every-access policy sets
   * `keepsRecency` and is spared the calls of `onHit`.
   */
  recency: Lists;
  keepsRecency: bool = false;
  protected frames: Frames;

  constructor(context: PolicyContext) {
    this.frames = context.frames;
    this.recency = new Lists(0, 1);
  }

  /** For the constructor of a policy that lives on the order of use. */
  protected keepRecency(): void {
    this.recency = new Lists(this.frames.count, 1);
    this.keepsRecency = true;
  }

  /** A page was loaded into the frame. */
  onLoad(frame: Frame): void {}

  /** The page in the frame was touched. */
  onHit(frame: Frame): void {}

  /** The frame is being taken from its page, on the policy's choice or for another reason. */
  onEvict(frame: Frame): void {}

  /** The large page in frame `head` was split: the frame `part` holds a page of its own now, which was used as lately as `head`. */
  onSplit(head: Frame, part: Frame): void {
    this.onLoad(part);
  }

  /** The page in the frame will not be needed soon; its ref bit is clear. */
  onCold(frame: Frame): void {
    if (!this.keepsRecency) return;
    this.recency.remove(frame);
    this.recency.pushBack(0, frame);
  }

  /** The frame to take next: resident and not pinned. Called when every frame is in use; NONE if none may be taken. */
  abstract victim(): Frame;

  onTick(): void {}

  /** One word about a frame for views, in the meaning that the policy gives it. */
  state(frame: Frame): u32 {
    return 0;
  }

  /** For `check()`: whether the policy's own structures hold this frame exactly when it is resident. */
  agrees(frame: Frame, resident: bool): bool {
    return true;
  }
}
