import { eventsOn } from '../event/event-ring';
import { CLEAN, CLEAN_IN_SWAP } from '../frame/frames';
import { C_FILE_WRITE_BACKS, C_SCHEDULED_WRITES } from '../gen/counters';
import { EV_WRITE_BACK } from '../gen/events';
import { WriteTarget } from '../swap/writer';
import { Asid, Frame, NONE, NONE64, Ns } from '../types';
import { Kernel } from './kernel';
import { Reclaim } from './reclaim';

/**
 * Pages that are written ahead of their eviction where there are files: a page of a file goes to the file, any other to swap, and its
 * frame is one owner of the slot, as if it had been read from there. Large pages are not written in one piece.
 */
export class SpaceWrites extends WriteTarget {
  private kernel: Kernel;
  private reclaim: Reclaim;

  constructor(kernel: Kernel, reclaim: Reclaim) {
    super();
    this.kernel = kernel;
    this.reclaim = reclaim;
  }

  post(frame: Frame, cause: Asid): Ns {
    const kernel = this.kernel;
    if (kernel.frames.order.get(frame) != 0) return NONE64;
    const now = kernel.clock.now();
    const done = this.reclaim.needsSlot(frame) ? this.toSwap(frame, now) : this.toFile(frame, now, cause);
    if (done != NONE64) kernel.processes.inc(cause, C_SCHEDULED_WRITES);
    return done;
  }

  private toSwap(frame: Frame, now: Ns): Ns {
    const kernel = this.kernel;
    const slots = kernel.slots;
    if (slots.isFull() || !kernel.swap.hasRoom(now)) return NONE64;
    const slot = slots.take();
    slots.addReference(slot);
    slots.object.set(slot, kernel.frames.object.get(frame));
    slots.cached.set(slot, frame);
    kernel.frames.record(frame).slot = slot;
    kernel.frames.dirty.set(frame, CLEAN_IN_SWAP);
    if (kernel.verifying) slots.stamp.set(slot, kernel.frames.stamp.get(frame));
    if (eventsOn) kernel.events.emit(EV_WRITE_BACK, 0, 0, frame, slot);
    return kernel.swap.post(now, slot);
  }

  private toFile(frame: Frame, now: Ns, cause: Asid): Ns {
    const kernel = this.kernel;
    if (!kernel.files.hasRoom(now)) return NONE64;
    kernel.oracleWritesFile(frame);
    kernel.frames.dirty.set(frame, CLEAN);
    kernel.shootdown.begin(kernel.cpu);
    kernel.protect(frame);
    kernel.shootdown.finish();
    kernel.processes.inc(cause, C_FILE_WRITE_BACKS);
    if (eventsOn) kernel.events.emit(EV_WRITE_BACK, 0, 1, frame, NONE);
    return kernel.files.post(now, <u32>kernel.frames.object.get(frame));
  }
}
