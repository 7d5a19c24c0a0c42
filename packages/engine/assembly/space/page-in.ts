import { CLEAN, CLEAN_IN_SWAP } from '../frame/frames';
import {
  C_DEMAND_ZERO_FAULTS,
  C_FILE_READ_FAULTS,
  C_FILE_READ_WAIT_NS,
  C_SWAP_IN_FAULTS,
  C_SWAP_READ_WAIT_NS,
} from '../gen/counters';
import { Asid, Frame, NONE, NONE64, Ns, Slot, Vpn } from '../types';
import { Kernel } from './kernel';
import { Obtain } from './obtain';

/** Brings pages into frames that nothing maps yet: from a slot, from a file, or as zeroes. */
export class PageIn {
  /** The counter of the kind of fault that the last call served. */
  kind: u32 = 0;
  /** While this is set, reads are not waited for, and `readyAt` says when the last one is done; 0: nothing was read. */
  ahead: bool = false;
  readyAt: Ns = 0;
  private kernel: Kernel;
  private obtain: Obtain;

  constructor(kernel: Kernel, obtain: Obtain) {
    this.kernel = kernel;
    this.obtain = obtain;
  }

  /** A page of zeroes that belongs to a process; NONE if no frame can be had. */
  zeroed(process: Asid, region: usize, page: Vpn): Frame {
    const key = this.kernel.keyOf(process, page, NONE64);
    const frame = this.obtain.frame(process, region, page, key);
    if (frame == NONE) return NONE;
    this.readyAt = 0;
    this.kernel.setStamp(frame, 0);
    this.kernel.place(frame, 0, key, NONE64, CLEAN, NONE);
    return frame;
  }

  /** The page of a slot that no frame holds. The frame is one more owner of the slot. */
  fromSlot(process: Asid, region: usize, page: Vpn, slot: Slot, object: u64): Frame {
    const key = this.kernel.keyOf(process, page, object);
    const frame = this.obtain.frame(process, region, page, key);
    if (frame == NONE) return NONE;
    this.readSlot(process, frame, slot);
    this.kernel.place(frame, 0, key, object, CLEAN_IN_SWAP, slot);
    this.kind = C_SWAP_IN_FAULTS;
    return frame;
  }

  /** The page of an object that is not in memory. */
  ofObject(process: Asid, region: usize, page: Vpn, object: u64): Frame {
    const kernel = this.kernel;
    const objects = kernel.objects;
    const slot = objects.slotOf(object);
    let frame: Frame;
    if (slot != NONE) {
      frame = this.fromSlot(process, region, page, slot, object);
      // The object's share of the slot is the frame's now.
      if (frame != NONE) kernel.slots.dropReference(slot);
    } else if (objects.get(objects.idOf(object)).isFile) frame = this.fromFile(process, region, page, object);
    else frame = this.zeroOf(process, region, page, object);
    if (frame != NONE) objects.setFrame(object, frame);
    return frame;
  }

  private fromFile(process: Asid, region: usize, page: Vpn, object: u64): Frame {
    const kernel = this.kernel;
    const key = kernel.keyOf(process, page, object);
    const frame = this.obtain.frame(process, region, page, key);
    if (frame == NONE) return NONE;
    const now = kernel.clock.now();
    this.wait(process, C_FILE_READ_WAIT_NS, now, kernel.files.read(now, <u32>object));
    if (kernel.verifying) {
      const stamp = kernel.disk.get(object);
      kernel.frames.stamp.set(frame, stamp == NONE64 ? 0 : stamp);
    }
    kernel.place(frame, 0, key, object, CLEAN, NONE);
    this.kind = C_FILE_READ_FAULTS;
    return frame;
  }

  private zeroOf(process: Asid, region: usize, page: Vpn, object: u64): Frame {
    const kernel = this.kernel;
    const key = kernel.keyOf(process, page, object);
    const frame = this.obtain.frame(process, region, page, key);
    if (frame == NONE) return NONE;
    this.readyAt = 0;
    if (this.ahead) kernel.chargeCopy(process, kernel.zeroNs);
    else kernel.clock.extra += kernel.zeroNs;
    kernel.setStamp(frame, 0);
    kernel.place(frame, 0, key, object, CLEAN, NONE);
    this.kind = C_DEMAND_ZERO_FAULTS;
    return frame;
  }

  private readSlot(process: Asid, frame: Frame, slot: Slot): void {
    const kernel = this.kernel;
    const now = kernel.clock.now();
    this.wait(process, C_SWAP_READ_WAIT_NS, now, kernel.swap.read(now, slot));
    if (kernel.verifying) kernel.frames.stamp.set(frame, kernel.slots.stamp.get(slot));
  }

  private wait(process: Asid, counter: u32, now: Ns, done: Ns): void {
    this.readyAt = done;
    if (this.ahead) return;
    this.kernel.clock.extra += done - now;
    this.kernel.processes.add64(process, counter, done - now);
  }
}
