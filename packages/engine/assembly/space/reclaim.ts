import { eventsOn } from '../event/event-ring';
import { CLEAN, CLEAN_IN_SWAP, DIRTY, LAZILY_FREE } from '../frame/frames';
import {
  C_CLEAN_EVICTIONS,
  C_CLEAN_FALLBACKS,
  C_DIRTY_EVICTIONS,
  C_FILE_CLEAN_DROPS,
  C_FILE_SYNCS,
  C_FILE_WRITE_BACKS,
  C_FILE_WRITE_WAIT_NS,
  C_LAZY_FREE_DROPS,
  C_RELEASED_PAGES,
  C_SWAP_CLEAN_DROPS,
  C_SWAP_WRITE_WAIT_NS,
} from '../gen/counters';
import { EV_EVICTION, EV_VICTIM, EV_WRITE_BACK } from '../gen/events';
import { PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { Device } from '../swap/device';
import { Asid, Frame, NONE, NONE64, PageKey, Pte, Slot } from '../types';
import { Kernel } from './kernel';
import { Splitter } from './splitter';

/**
 * Reclaim where pages can be shared: the policy names a victim; every mapping of it goes, with one invalidation for all of them, and what
 * it holds goes where it belongs. A page of a file is dropped, or written to the file; a page of a shared memory object goes to
 * swap, and the object owns the slot; an anonymous page goes to swap, and every PTE that mapped it owns the slot.
 */
export class Reclaim {
  private kernel: Kernel;
  private splitter: Splitter;

  constructor(kernel: Kernel, splitter: Splitter) {
    this.kernel = kernel;
    this.splitter = splitter;
  }

  /** Frees a frame for a page of a process and returns it, still in nobody's hands; NONE if nothing can be reclaimed. */
  reclaim(cause: Asid, page: PageKey): Frame {
    const kernel = this.kernel;
    const frames = kernel.frames;
    for (;;) {
      const before = kernel.policy.steps;
      let frame = kernel.policy.victim(page);
      let instead = false;
      if (frame != NONE && this.needsSlot(frame) && kernel.slots.isFull()) {
        frame = this.nextWithoutSlot();
        instead = true;
      }
      if (frame == NONE) return NONE;
      if (frames.order.get(frame) != 0) {
        // A large page is split, and the policy chooses again among what it knows then.
        this.splitter.split(frame);
        continue;
      }
      if (instead) kernel.processes.inc(cause, C_CLEAN_FALLBACKS);
      if (eventsOn) kernel.events.emit(EV_VICTIM, 0, u32(instead), frame, <u32>(kernel.policy.steps - before));
      this.evict(frame, cause);
      return frame;
    }
  }

  /** Takes the page of a small frame away; the frame is then in nobody's hands. There is a slot for it if it needs one. */
  evict(frame: Frame, cause: Asid): void {
    const kernel = this.kernel;
    const frames = kernel.frames;
    kernel.policy.onEvict(frame);
    const content = frames.dirty.get(frame);
    const object = frames.object.get(frame);
    const isFile = object != NONE64 && kernel.objects.get(kernel.objects.idOf(object)).isFile;
    const dirty = content == DIRTY;
    let slot: Slot = NONE;
    this.finishWrite(frame, isFile, cause);
    if (!isFile) slot = dirty ? kernel.slots.take() : content == CLEAN_IN_SWAP ? frames.record(frame).slot : NONE;
    if (dirty && !isFile && kernel.verifying) kernel.slots.stamp.set(slot, frames.stamp.get(frame));
    // The frame holds on to the slot until its new owners have it.
    if (dirty && !isFile) {
      kernel.slots.addReference(slot);
      kernel.slots.object.set(slot, object);
    }
    if (eventsOn) this.emit(frame, dirty, slot);
    if (dirty) this.writeBack(isFile ? kernel.files : kernel.swap, frame, isFile ? <u32>object : slot, isFile, cause);
    this.unmapAll(frame, object == NONE64 ? slot : NONE, content);
    if (object != NONE64) this.leaveObject(object, slot);
    if (slot != NONE) {
      kernel.slots.cached.set(slot, NONE);
      kernel.slots.dropReference(slot);
    }
    frames.dirty.set(frame, CLEAN);
    kernel.detach(frame);
    this.count(cause, content, isFile);
  }

  /** Evicts a page that the policy gives back; false if there is no slot for it. A large page is only split, and asked for again. */
  release(frame: Frame, cause: Asid): bool {
    const kernel = this.kernel;
    if (this.needsSlot(frame) && kernel.slots.isFull()) return false;
    if (kernel.frames.order.get(frame) != 0) {
      this.splitter.split(frame);
      return true;
    }
    this.evict(frame, cause);
    kernel.supply.release(frame, 0);
    kernel.processes.inc(cause, C_RELEASED_PAGES);
    return true;
  }

  /** Writes a dirty page of a file back and waits for it (msync); the page stays. */
  sync(frame: Frame, cause: Asid): void {
    const kernel = this.kernel;
    const now = kernel.clock.now();
    const start = kernel.files.roomAt(now);
    const done = kernel.files.post(start, <u32>kernel.frames.object.get(frame));
    kernel.clock.extra += done - now;
    kernel.processes.add64(cause, C_FILE_WRITE_WAIT_NS, done - now);
    kernel.processes.inc(cause, C_FILE_WRITE_BACKS);
    kernel.processes.inc(cause, C_FILE_SYNCS);
    kernel.oracleWritesFile(frame);
    kernel.frames.dirty.set(frame, CLEAN);
  }

  needsSlot(frame: Frame): bool {
    const kernel = this.kernel;
    if (kernel.frames.dirty.get(frame) != DIRTY) return false;
    const object = kernel.frames.object.get(frame);
    return object == NONE64 || !kernel.objects.get(kernel.objects.idOf(object)).isFile;
  }

  /** A page that is still being written holds on to its frame until that is done. */
  private finishWrite(frame: Frame, isFile: bool, cause: Asid): void {
    const kernel = this.kernel;
    const wait = kernel.writer.leave(frame);
    if (wait == 0) return;
    kernel.clock.extra += wait;
    kernel.processes.add64(cause, isFile ? C_FILE_WRITE_WAIT_NS : C_SWAP_WRITE_WAIT_NS, wait);
  }

  private unmapAll(frame: Frame, slot: Slot, content: u8): void {
    const kernel = this.kernel;
    const left: Pte = slot == NONE ? 0 : ((<u64>slot) << PTE_TARGET) | PTE_SWAP;
    kernel.shootdown.begin(kernel.cpu);
    while (kernel.mappings.first(frame)) {
      const tag = kernel.mappings.tag;
      const process = kernel.processOf(tag);
      if (slot != NONE) kernel.slots.addReference(slot);
      if (content == LAZILY_FREE && kernel.verifying) kernel.oracle.lose(tag);
      kernel.unmap(process, kernel.pageOf(tag), 0, kernel.mappings.pte, left, 0);
    }
    kernel.shootdown.finish();
  }

  private leaveObject(object: u64, slot: Slot): void {
    const objects = this.kernel.objects;
    if (slot == NONE) objects.forgetPage(object);
    else {
      this.kernel.slots.addReference(slot);
      objects.setSlot(object, slot);
    }
  }

  private writeBack(device: Device, frame: Frame, place: u32, isFile: bool, cause: Asid): void {
    const kernel = this.kernel;
    const now = kernel.clock.now();
    const start = device.roomAt(now);
    if (start > now) {
      kernel.clock.extra += start - now;
      kernel.processes.add64(cause, isFile ? C_FILE_WRITE_WAIT_NS : C_SWAP_WRITE_WAIT_NS, start - now);
    }
    device.post(start, place);
    if (isFile) kernel.oracleWritesFile(frame);
    if (eventsOn) kernel.events.emit(EV_WRITE_BACK, 0, u32(isFile), frame, isFile ? NONE : place);
  }

  private count(cause: Asid, content: u8, isFile: bool): void {
    const processes = this.kernel.processes;
    processes.inc(cause, content == DIRTY ? C_DIRTY_EVICTIONS : C_CLEAN_EVICTIONS);
    if (isFile) processes.inc(cause, content == DIRTY ? C_FILE_WRITE_BACKS : C_FILE_CLEAN_DROPS);
    else if (content == CLEAN_IN_SWAP) processes.inc(cause, C_SWAP_CLEAN_DROPS);
    else if (content == LAZILY_FREE) processes.inc(cause, C_LAZY_FREE_DROPS);
  }

  private emit(frame: Frame, dirty: bool, slot: Slot): void {
    const kernel = this.kernel;
    if (!kernel.mappings.first(frame)) {
      kernel.events.emitFor(NONE64, NONE, EV_EVICTION, 0, u32(dirty), frame, slot);
      return;
    }
    for (let has: bool = true; has; has = kernel.mappings.more()) {
      const tag = kernel.mappings.tag;
      const pid = kernel.processes.pid.get(kernel.processOf(tag));
      kernel.events.emitFor(kernel.pageOf(tag), pid, EV_EVICTION, 0, u32(dirty), frame, slot);
    }
  }

  private nextWithoutSlot(): Frame {
    const frames = this.kernel.frames;
    const count = frames.count;
    let f = frames.cleanHand;
    for (let i: u32 = 0; i < count; i++) {
      const next = f + 1 == count ? 0 : f + 1;
      if (frames.isEvictable(f) && !this.needsSlot(f)) {
        frames.cleanHand = next;
        return f;
      }
      f = next;
    }
    return NONE;
  }
}
