import { EventRing } from '../event/event-ring';
import { Frames } from '../frame/frames';
import {
  C_CLEAN_EVICTIONS,
  C_CLEAN_FALLBACKS,
  C_DIRTY_EVICTIONS,
  C_EVICTIONS,
  C_RESIDENT_PAGES,
  C_SWAP_OUTS,
  C_SWAP_WRITE_WAIT_NS,
  C_SWAPPED_PAGES,
  C_TLB_INVALIDATIONS,
} from '../gen/counters';
import { EV_EVICTION, EV_VICTIM, EV_WRITE_BACK } from '../gen/events';
import { PTE_SWAP, PTE_TARGET, RadixShape } from '../pagetable/radix';
import { WalkCaches } from '../pagetable/walk-caches';
import { Policy } from '../policy/policy';
import { Processes } from '../space/processes';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { Clock } from '../time/clock';
import { TranslationCaches } from '../tlb/translation-caches';
import { Asid, Frame, NONE, Pte, Slot } from '../types';

/**
 * Reclaim: the policy names a victim, its page is unmapped everywhere, dropped from the TLBs, written to swap if it is dirty, and its
 * frame is free for another. A dirty victim needs a slot; when swap is full, the next clean page after `cleanHand` goes instead,
 * and when there is none, reclaim fails and nothing has changed.
 */
export class Reclaimer {
  private frames: Frames;
  private slots: Slots;
  private device: Device;
  private policy: Policy;
  private processes: Processes;
  private shape: RadixShape;
  private caches: TranslationCaches;
  private walkCaches: WalkCaches;
  private clock: Clock;
  private events: EventRing;
  private cleanHand: Frame = 0;

  constructor(
    frames: Frames,
    slots: Slots,
    device: Device,
    policy: Policy,
    processes: Processes,
    shape: RadixShape,
    caches: TranslationCaches,
    walkCaches: WalkCaches,
    clock: Clock,
    events: EventRing,
  ) {
    this.frames = frames;
    this.slots = slots;
    this.device = device;
    this.policy = policy;
    this.processes = processes;
    this.shape = shape;
    this.caches = caches;
    this.walkCaches = walkCaches;
    this.clock = clock;
    this.events = events;
  }

  /** Frees one frame on behalf of a process and returns it, or NONE when memory and swap are full. */
  reclaim(cause: Asid): Frame {
    const before = this.policy.steps;
    let frame = this.policy.victim();
    let instead = false;
    if (frame != NONE && this.frames.dirty.get(frame) != 0 && this.slots.isFull()) {
      frame = this.nextClean();
      instead = true;
    }
    if (frame == NONE) return NONE;
    if (instead) this.processes.inc(cause, C_CLEAN_FALLBACKS);
    if (this.events.on) this.events.emit(EV_VICTIM, 0, u32(instead), frame, <u32>(this.policy.steps - before));
    this.evict(frame, cause);
    return frame;
  }

  private evict(frame: Frame, cause: Asid): void {
    const owner = this.frames.process.get(frame);
    const page = this.frames.page.get(frame);
    this.policy.onEvict(frame);
    const dropped = this.caches.invalidate(owner, page);
    this.processes.add64(this.processes.machine, C_TLB_INVALIDATIONS, dropped);
    if (this.walkCaches.enabled) this.walkCaches.invalidateAsid(owner);

    const dirty = this.frames.dirty.get(frame) != 0;
    const slot = dirty ? this.slots.take() : this.frames.slot.get(frame);
    if (this.events.on) {
      this.events.emitFor(page, this.processes.pid.get(owner), EV_EVICTION, 0, u32(dirty), frame, slot);
    }
    if (dirty) this.writeBack(frame, slot, cause);
    store<Pte>(
      this.shape.leaf(this.processes.root.get(owner), page),
      slot == NONE ? 0 : ((<u64>slot) << PTE_TARGET) | PTE_SWAP,
    );
    if (slot != NONE) this.processes.inc(owner, C_SWAPPED_PAGES);
    this.processes.dec(owner, C_RESIDENT_PAGES);
    this.processes.inc(cause, C_EVICTIONS);
    this.processes.inc(cause, dirty ? C_DIRTY_EVICTIONS : C_CLEAN_EVICTIONS);
    this.frames.references.set(frame, 0);
  }

  private writeBack(frame: Frame, slot: Slot, cause: Asid): void {
    const now = this.clock.now();
    const start = this.device.roomAt(now);
    this.clock.extra += start - now;
    this.processes.add64(cause, C_SWAP_WRITE_WAIT_NS, start - now);
    this.slots.ready.set(slot, this.device.post(start));
    this.slots.stamp.set(slot, this.frames.stamp.get(frame));
    this.processes.inc(cause, C_SWAP_OUTS);
    if (this.events.on) this.events.emit(EV_WRITE_BACK, 0, 0, frame, slot);
  }

  private nextClean(): Frame {
    const count = this.frames.count;
    let f = this.cleanHand;
    for (let i: u32 = 0; i < count; i++) {
      const next = f + 1 == count ? 0 : f + 1;
      if (this.frames.dirty.get(f) == 0 && this.frames.evictable(f)) {
        this.cleanHand = next;
        return f;
      }
      f = next;
    }
    return NONE;
  }
}
