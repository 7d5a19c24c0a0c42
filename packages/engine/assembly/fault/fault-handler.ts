import { EventRing, eventsOn } from '../event/event-ring';
import { Allotment } from '../frame/allotment';
import { CLEAN, CLEAN_IN_SWAP, FRAME_EVICTABLE, Frames } from '../frame/frames';
import {
  C_DEMAND_ZERO_FAULTS,
  C_OOM_FAILURES,
  C_SWAP_IN_FAULTS,
  C_SWAP_READ_WAIT_NS,
  C_SWAPPED_PAGES,
} from '../gen/counters';
import { EV_FAULT, EV_FILL, FAULT_DEMAND_ZERO, FAULT_OUT_OF_MEMORY, FAULT_SWAP_IN } from '../gen/events';
import { PTE_SWAP, PTE_TARGET } from '../pagetable/radix';
import { Policy } from '../policy/policy';
import { Processes } from '../space/processes';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { Clock } from '../time/clock';
import { Asid, Frame, NONE, Ns, Pte, Slot } from '../types';
import { Reclaimer } from './reclaimer';

/**
 * Serves a fault on a page that is not present: finds a frame, reclaiming one if none is free, and fills it from swap (major) or with
 * zeroes (minor). A page read from swap keeps its slot, so that it can be dropped again without a write, until it is written to.
 */
export class FaultHandler {
  private frames: Frames;
  private slots: Slots;
  private device: Device;
  private policy: Policy;
  private processes: Processes;
  private reclaimer: Reclaimer;
  private clock: Clock;
  private events: EventRing;
  private allotment: Allotment;
  private faultNs: Ns;
  private zeroNs: Ns;
  private verifying: bool;

  constructor(
    frames: Frames,
    slots: Slots,
    device: Device,
    policy: Policy,
    processes: Processes,
    reclaimer: Reclaimer,
    clock: Clock,
    events: EventRing,
    allotment: Allotment,
    faultNs: Ns,
    zeroNs: Ns,
    verifying: bool,
  ) {
    this.frames = frames;
    this.slots = slots;
    this.device = device;
    this.policy = policy;
    this.processes = processes;
    this.reclaimer = reclaimer;
    this.clock = clock;
    this.events = events;
    this.allotment = allotment;
    this.faultNs = faultNs;
    this.zeroNs = zeroNs;
    this.verifying = verifying;
  }

  /**
   * The frame that now holds the page, or NONE: out of memory. `pte` is what the walk found; the caller writes the new PTE and its address
   * into the frame's record.
   */
  serve(process: Asid, tag: u64, pte: Pte): Frame {
    const swapped = (pte & PTE_SWAP) != 0;
    const slot: Slot = swapped ? <u32>(pte >> PTE_TARGET) : NONE;
    if (eventsOn) this.events.emit(EV_FAULT, 0, swapped ? FAULT_SWAP_IN : FAULT_DEMAND_ZERO, 0, slot);
    this.clock.extra += this.faultNs;
    if (this.allotment.isLimited) {
      this.allotment.fault(process);
      this.reclaimer.trim(process, tag);
    }
    let frame = this.frames.take();
    if (frame == NONE) frame = this.reclaimer.reclaim(process, tag);
    if (frame == NONE) {
      this.clock.extra -= this.faultNs;
      this.processes.inc(process, C_OOM_FAILURES);
      if (eventsOn) this.events.emit(EV_FAULT, 0, FAULT_OUT_OF_MEMORY, 0, NONE);
      return NONE;
    }
    const frames = this.frames;
    const record = frames.record(frame);
    record.tag = tag;
    record.slot = slot;
    if (swapped) this.readSlot(frame, slot, process);
    else this.zero(frame, process);
    this.processes.gainPage(process);
    frames.ref.set(frame, this.policy.refOnLoad);
    frames.dirty.set(frame, swapped ? CLEAN_IN_SWAP : CLEAN);
    frames.state.set(frame, FRAME_EVICTABLE);
    this.policy.onLoad(frame, tag);
    if (eventsOn) this.events.emit(EV_FILL, 0, u32(swapped), frame, slot);
    return frame;
  }

  private readSlot(frame: Frame, slot: Slot, process: Asid): void {
    const now = this.clock.now();
    const done = this.device.read(now, slot);
    this.clock.extra += done - now;
    if (this.verifying) this.frames.stamp.set(frame, this.slots.stamp.get(slot));
    this.processes.add64(process, C_SWAP_READ_WAIT_NS, done - now);
    this.processes.inc(process, C_SWAP_IN_FAULTS);
    this.processes.dec(process, C_SWAPPED_PAGES);
  }

  private zero(frame: Frame, process: Asid): void {
    this.clock.extra += this.zeroNs;
    if (this.verifying) this.frames.stamp.set(frame, 0);
    this.processes.inc(process, C_DEMAND_ZERO_FAULTS);
  }
}
