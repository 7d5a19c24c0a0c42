import { Column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Frames } from '../frame/frames';
import { Writer } from '../swap/writer';
import { VirtualTime } from '../time/virtual-time';
import { Frame, NONE, NONE64, PageKey } from '../types';

/** What is known about the future: only policies whose row says `future` may ask. */
export class Future {
  /** Number of the touch at which the page being touched is touched next, in the unit of `time.now`; all ones: never. */
  next: u64 = u64.MAX_VALUE;
}

/** What a policy is made from. */
export class PolicyContext {
  frames: Frames;
  /** Parameters in the order of the catalog row. */
  params: Column<u64>;
  seed: u64;
  future: Future;
  time: VirtualTime;
  writer: Writer;

  constructor(frames: Frames, params: Column<u64>, seed: u64, future: Future, time: VirtualTime, writer: Writer) {
    this.frames = frames;
    this.params = params;
    this.seed = seed;
    this.future = future;
    this.time = time;
    this.writer = writer;
  }
}

/**
 * The contract of a replacement policy. The machine owns ref and dirty bits, frames and pages; a policy owns the order in which pages
 * go, in columns of its own with one value per frame, allocated in its constructor. What it may observe is declared in the catalog:
 * `onHit` is called only for `every-access` policies, `onTick` only when `tick` is set, `surplus` only for those that release pages.
 *
 * In a fault the order is `victim(page)` → `onEvict(frame)` → `onLoad(frame, page)`. Only the last two change what is resident: the frame
 * that was named may stay (swap is full), be asked for again (a large page is split first), and the page may not come (out of memory).
 * So what `victim` learns about the page that comes must be stored by `onLoad`.
 */
export abstract class Policy {
  /** Value that the access which loads a page gives to its ref bit. */
  refOnLoad: u8 = 1;
  /** Set by a policy that is an `every-access` one with some of its parameters only. */
  everyAccess: bool = false;
  /** Touches between two calls of `onTick`; 0: none. */
  tick: u64 = 0;
  /** `surplus` is asked after each touch from this one on. */
  releaseAt: u64 = NONE64;
  /** Position of a clock-like scan, for views; NONE where there is none. */
  hand: Frame = NONE;
  /** Frames looked at so far to find victims. */
  steps: u64 = 0;
  /** Victims that the policy's rule did not want: taken because there was no other. */
  fallbacks: u64 = 0;
  /**
   * List 0: resident frames by last use, the latest in front. A policy that needs only this order of an every-access policy sets
   * `keepsRecency` and is spared the calls of `onHit`.
   */
  recency: Lists;
  keepsRecency: bool = false;
  protected frames: Frames;
  protected time: VirtualTime;
  protected writer: Writer;

  constructor(context: PolicyContext) {
    this.frames = context.frames;
    this.time = context.time;
    this.writer = context.writer;
    this.recency = new Lists(0, 1);
  }

  /** For the constructor of a policy that lives on the order of use. */
  protected keepRecency(): void {
    this.recency = new Lists(this.frames.count, 1);
    this.keepsRecency = true;
  }

  /** A page was loaded into the frame. */
  onLoad(frame: Frame, page: PageKey): void {}

  /** The page in the frame was touched. */
  onHit(frame: Frame): void {}

  /** The frame is taken from its page, which may come back: replacement, on the policy's choice or for another reason. */
  onEvict(frame: Frame): void {}

  /** The page in the frame is gone for good (unmapped, its process ended): there is nothing to remember. */
  onDiscard(frame: Frame): void {
    this.onEvict(frame);
  }

  /** The large page in frame `head` was split: the frame `part` holds a page of its own now, which was used as lately as `head`. */
  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.onLoad(part, page);
  }

  /** The page of frame `from` is in frame `to` now. */
  onMove(from: Frame, to: Frame, page: PageKey): void {
    this.onSplit(from, to, page);
    this.onDiscard(from);
  }

  /** The page in the frame will not be needed soon; its ref bit is clear. */
  onCold(frame: Frame): void {
    if (!this.keepsRecency) return;
    this.recency.remove(frame);
    this.recency.pushBack(0, frame);
  }

  /**
   * The frame to take next, one for which `frames.isEvictable` holds; NONE if there is none. `page` is the one that comes, NOWHERE if no page
   * does. Called when no frame is free, or none that the process may have.
   */
  abstract victim(page: PageKey): Frame;

  /** A page to give back although nobody needs the room, or NONE; asked until NONE. One that cannot go (swap is full) is asked for again. */
  surplus(): Frame {
    return NONE;
  }

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
