import { EventRing, eventsOn } from '../event/event-ring';
import { Allotment } from '../frame/allotment';
import { CLEAN_IN_SWAP, DIRTY, Frames } from '../frame/frames';
import {
  C_CLEAN_EVICTIONS,
  C_CLEAN_FALLBACKS,
  C_DIRTY_EVICTIONS,
  C_LIMIT_EVICTIONS,
  C_LOCAL_FALLBACKS,
  C_RELEASED_PAGES,
  C_RESIDENT_PAGES,
  C_SWAP_CLEAN_DROPS,
  C_SWAP_WRITE_WAIT_NS,
  C_SWAPPED_PAGES,
  C_TLB_INVALIDATIONS,
} from '../gen/counters';
import { EV_EVICTION, EV_VICTIM, EV_WRITE_BACK } from '../gen/events';
import { PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { WalkCaches } from '../pagetable/walk-caches';
import { Policy } from '../policy/policy';
import { bump, Processes } from '../space/processes';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { Writer } from '../swap/writer';
import { Clock } from '../time/clock';
import { TranslationCaches } from '../tlb/translation-caches';
import { Asid, Frame, NONE, PageKey, Pte, Slot } from '../types';

/**
 * Reclaim: the policy names a victim, its page is unmapped everywhere, dropped from the TLBs, written to swap if it is dirty, and its
 * frame is free for another. A dirty victim needs a slot; when swap is full, the next clean page after `frames.cleanHand` goes instead,
 * and when there is none, reclaim fails and nothing has changed.
 */
export class Reclaimer {
  private frames: Frames;
  private slots: Slots;
  private device: Device;
  private policy: Policy;
  private processes: Processes;
  private caches: TranslationCaches;
  private walkCaches: WalkCaches;
  private clock: Clock;
  private events: EventRing;
  private allotment: Allotment;
  private writer: Writer;
  private verifying: bool;

  constructor(
    frames: Frames,
    slots: Slots,
    device: Device,
    policy: Policy,
    processes: Processes,
    caches: TranslationCaches,
    walkCaches: WalkCaches,
    clock: Clock,
    events: EventRing,
    allotment: Allotment,
    writer: Writer,
    verifying: bool,
  ) {
    this.frames = frames;
    this.slots = slots;
    this.device = device;
    this.policy = policy;
    this.processes = processes;
    this.caches = caches;
    this.walkCaches = walkCaches;
    this.clock = clock;
    this.events = events;
    this.allotment = allotment;
    this.writer = writer;
    this.verifying = verifying;
  }

  /** Frees one frame for a page of a process and returns it, or NONE when memory and swap are full. */
  reclaim(cause: Asid, page: PageKey): Frame {
    if (!this.allotment.isLocal) return this.take(cause, page);
    this.frames.setOwner(cause);
    const frame = this.take(cause, page);
    this.frames.setOwner(NONE);
    if (frame != NONE) return frame;
    const other = this.take(cause, page);
    if (other != NONE) this.processes.inc(cause, C_LOCAL_FALLBACKS);
    return other;
  }

  /** A process at its limit gives frames of its own back until one more page fits in, as far as that is possible. */
  trim(process: Asid, page: PageKey): void {
    while (this.allotment.isAtLimit(process)) {
      this.frames.setOwner(process);
      const frame = this.take(process, page);
      this.frames.setOwner(NONE);
      if (frame == NONE) return;
      this.frames.release(frame);
      this.processes.inc(process, C_LIMIT_EVICTIONS);
    }
  }

  /** Evicts a page that the policy gives back; false if there is no slot for it. */
  release(frame: Frame, cause: Asid): bool {
    if (this.frames.isDirty(frame) && this.slots.isFull()) return false;
    this.evict(frame, cause);
    this.frames.release(frame);
    this.processes.inc(cause, C_RELEASED_PAGES);
    return true;
  }

  private take(cause: Asid, page: PageKey): Frame {
    const before = this.policy.steps;
    let frame = this.policy.victim(page);
    let instead = false;
    if (frame != NONE && this.frames.dirty.get(frame) == DIRTY && this.slots.isFull()) {
      frame = this.nextClean();
      instead = true;
    }
    if (frame == NONE) return NONE;
    if (instead) this.processes.inc(cause, C_CLEAN_FALLBACKS);
    if (eventsOn) this.events.emit(EV_VICTIM, 0, u32(instead), frame, <u32>(this.policy.steps - before));
    this.evict(frame, cause);
    return frame;
  }

  private evict(frame: Frame, cause: Asid): void {
    this.finishWrite(frame, cause);
    const record = this.frames.record(frame);
    const owner = <Asid>(record.tag >> 49);
    this.policy.onEvict(frame);
    const dropped = this.caches.invalidate(record.tag);
    bump(this.processes.block(this.processes.machine), C_TLB_INVALIDATIONS, dropped);
    if (this.walkCaches.enabled) this.walkCaches.invalidateAsid(owner);

    const content = this.frames.dirty.get(frame);
    const dirty = content == DIRTY;
    const slot = dirty ? this.slots.take() : content == CLEAN_IN_SWAP ? record.slot : NONE;
    if (eventsOn) {
      const page = this.caches.pageOf(record.tag);
      this.events.emitFor(page, this.processes.pid.get(owner), EV_EVICTION, 0, u32(dirty), frame, slot);
    }
    if (dirty) this.writeBack(frame, slot, cause);
    store<Pte>(record.pte, slot == NONE ? 0 : ((<u64>slot) << PTE_TARGET) | PTE_SWAP);
    const block = this.processes.block(owner);
    if (slot != NONE) bump(block, C_SWAPPED_PAGES, 1);
    bump(block, C_RESIDENT_PAGES, <u64>-1);
    bump(this.processes.block(cause), dirty ? C_DIRTY_EVICTIONS : C_CLEAN_EVICTIONS, 1);
    if (content == CLEAN_IN_SWAP) bump(this.processes.block(cause), C_SWAP_CLEAN_DROPS, 1);
  }

  /** A page that is still being written holds on to its frame until that is done. */
  private finishWrite(frame: Frame, cause: Asid): void {
    const wait = this.writer.leave(frame);
    if (wait == 0) return;
    this.clock.extra += wait;
    this.processes.add64(cause, C_SWAP_WRITE_WAIT_NS, wait);
  }

  private writeBack(frame: Frame, slot: Slot, cause: Asid): void {
    const now = this.clock.now();
    const start = this.device.roomAt(now);
    if (start > now) {
      this.clock.extra += start - now;
      this.processes.add64(cause, C_SWAP_WRITE_WAIT_NS, start - now);
    }
    this.device.post(start, slot);
    if (this.verifying) this.slots.stamp.set(slot, this.frames.stamp.get(frame));
    if (eventsOn) this.events.emit(EV_WRITE_BACK, 0, 0, frame, slot);
  }

  private nextClean(): Frame {
    const count = this.frames.count;
    let f = this.frames.cleanHand;
    for (let i: u32 = 0; i < count; i++) {
      const next = f + 1 == count ? 0 : f + 1;
      if (this.frames.dirty.get(f) != DIRTY && this.frames.isEvictable(f)) {
        this.frames.cleanHand = next;
        return f;
      }
      f = next;
    }
    return NONE;
  }
}
