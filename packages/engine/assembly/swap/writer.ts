import { Column, column } from '../ds/column';
import { DIRTY, FRAME_EVICTABLE, Frames } from '../frame/frames';
import { Clock } from '../time/clock';
import { VirtualTime } from '../time/virtual-time';
import { Asid, Frame, NONE64, Ns } from '../types';

/** Where the writer's pages go: to swap alone, or to the files as well. */
export abstract class WriteTarget {
  /**
   * Posts the write of a dirty page while a process runs; the time at which it is done, all ones if it cannot be written now. The page is
   * clean then.
   */
  abstract post(frame: Frame, cause: Asid): Ns;
}

/**
 * Writes dirty pages back before they are evicted, on a policy's wish. The page is clean as soon as the write is posted; what is written
 * to it meanwhile makes it dirty again. A frame that is evicted while its page is still being written must wait for that.
 */
export class Writer {
  target: WriteTarget;
  private frames: Frames;
  private clock: Clock;
  private time: VirtualTime;
  /** When the write of a frame's page is done, per frame; nothing in a machine whose policy schedules none. */
  private doneAt: Column<Ns>;
  private isOpen: bool;
  /** When each outstanding write is done, in ascending order from `head` on. */
  private outstanding: Column<Ns>;
  private depth: u32;
  private head: u32 = 0;
  private count: u32 = 0;

  /** `depth`: writes that the devices together take. */
  constructor(frames: Frames, clock: Clock, time: VirtualTime, target: WriteTarget, depth: u32, isOpen: bool) {
    this.frames = frames;
    this.clock = clock;
    this.time = time;
    this.target = target;
    this.isOpen = isOpen;
    this.doneAt = column<Ns>(isOpen ? frames.count : 0);
    this.depth = depth;
    this.outstanding = column<Ns>(isOpen ? depth : 0);
  }

  /** Has the page of a frame written back; false if it is not dirty or cannot be written now. */
  schedule(frame: Frame): bool {
    if (!this.isOpen || this.frames.dirty.get(frame) != DIRTY || this.frames.state.get(frame) != FRAME_EVICTABLE)
      return false;
    if (this.pending() == this.depth) return false;
    const done = this.target.post(frame, this.time.running);
    if (done == NONE64) return false;
    this.doneAt.set(frame, done);
    this.enter(done);
    return true;
  }

  isWriting(frame: Frame): bool {
    return this.isOpen && !this.frames.isDirty(frame) && this.doneAt.get(frame) > this.clock.now();
  }

  /** Writes that are not done. */
  pending(): u32 {
    const now = this.clock.now();
    while (this.count > 0 && this.outstanding.get(this.head) <= now) {
      this.head = this.head + 1 == this.depth ? 0 : this.head + 1;
      this.count--;
    }
    return this.count;
  }

  /** The frame gives up its page: simulated time that passes until that can be. */
  leave(frame: Frame): Ns {
    if (!this.isOpen) return 0;
    const wait = this.isWriting(frame) ? this.doneAt.get(frame) - this.clock.now() : 0;
    this.doneAt.set(frame, 0);
    return wait;
  }

  /** The page of `from` is in `to` now. */
  move(from: Frame, to: Frame): void {
    if (!this.isOpen) return;
    this.doneAt.set(to, this.doneAt.get(from));
    this.doneAt.set(from, 0);
  }

  private enter(done: Ns): void {
    let place = this.count++;
    for (; place > 0 && this.outstanding.get(this.at(place - 1)) > done; place--) {
      this.outstanding.set(this.at(place), this.outstanding.get(this.at(place - 1)));
    }
    this.outstanding.set(this.at(place), done);
  }

  private at(place: u32): u32 {
    const i = this.head + place;
    return i >= this.depth ? i - this.depth : i;
  }
}
