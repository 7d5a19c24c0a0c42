import { EventRing } from '../event/event-ring';
import { Frames } from '../frame/frames';
import {
  C_DEMAND_ZERO_FAULTS,
  C_MAJOR_FAULTS,
  C_MINOR_FAULTS,
  C_OOM_FAILURES,
  C_PAGE_FAULTS,
  C_SWAP_IN_FAULTS,
  C_SWAP_INS,
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
import { Asid, Frame, NONE, Ns, Pte, Slot, Vpn } from '../types';
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
  private faultNs: Ns;
  private zeroNs: Ns;

  constructor(
    frames: Frames,
    slots: Slots,
    device: Device,
    policy: Policy,
    processes: Processes,
    reclaimer: Reclaimer,
    clock: Clock,
    events: EventRing,
    faultNs: Ns,
    zeroNs: Ns,
  ) {
    this.frames = frames;
    this.slots = slots;
    this.device = device;
    this.policy = policy;
    this.processes = processes;
    this.reclaimer = reclaimer;
    this.clock = clock;
    this.events = events;
    this.faultNs = faultNs;
    this.zeroNs = zeroNs;
  }

  /** The frame that now holds the page, or NONE: out of memory. `pte` is what the walk found. The caller writes the new PTE. */
  serve(process: Asid, page: Vpn, pte: Pte): Frame {
    const swapped = (pte & PTE_SWAP) != 0;
    const slot: Slot = swapped ? <u32>(pte >> PTE_TARGET) : NONE;
    if (this.events.on) this.events.emit(EV_FAULT, 0, swapped ? FAULT_SWAP_IN : FAULT_DEMAND_ZERO, 0, slot);
    this.clock.extra += this.faultNs;
    let frame = this.frames.take();
    if (frame == NONE) frame = this.reclaimer.reclaim(process);
    if (frame == NONE) {
      this.clock.extra -= this.faultNs;
      this.processes.inc(process, C_OOM_FAILURES);
      if (this.events.on) this.events.emit(EV_FAULT, 0, FAULT_OUT_OF_MEMORY, 0, NONE);
      return NONE;
    }
    this.frames.assign(frame, process, page);
    this.processes.inc(process, C_PAGE_FAULTS);
    if (swapped) this.readSlot(frame, slot, process);
    else this.zero(frame, process);
    this.processes.gainPage(process);
    this.frames.ref.set(frame, this.policy.refOnLoad);
    this.policy.onLoad(frame);
    if (this.events.on) this.events.emit(EV_FILL, 0, u32(swapped), frame, slot);
    return frame;
  }

  private readSlot(frame: Frame, slot: Slot, process: Asid): void {
    const now = this.clock.now();
    const ready = this.slots.ready.get(slot);
    const done = this.device.read(ready > now ? ready : now);
    this.clock.extra += done - now;
    this.frames.slot.set(frame, slot);
    this.frames.stamp.set(frame, this.slots.stamp.get(slot));
    this.processes.add64(process, C_SWAP_READ_WAIT_NS, done - now);
    this.processes.inc(process, C_MAJOR_FAULTS);
    this.processes.inc(process, C_SWAP_IN_FAULTS);
    this.processes.inc(process, C_SWAP_INS);
    this.processes.dec(process, C_SWAPPED_PAGES);
  }

  private zero(frame: Frame, process: Asid): void {
    this.clock.extra += this.zeroNs;
    this.frames.stamp.set(frame, 0);
    this.processes.inc(process, C_MINOR_FAULTS);
    this.processes.inc(process, C_DEMAND_ZERO_FAULTS);
  }
}
