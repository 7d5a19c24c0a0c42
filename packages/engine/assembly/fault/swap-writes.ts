import { EventRing, eventsOn } from '../event/event-ring';
import { CLEAN_IN_SWAP, Frames } from '../frame/frames';
import { C_SCHEDULED_WRITES } from '../gen/counters';
import { EV_WRITE_BACK } from '../gen/events';
import { Processes } from '../space/processes';
import { Device } from '../swap/device';
import { Slots } from '../swap/slots';
import { WriteTarget } from '../swap/writer';
import { Clock } from '../time/clock';
import { Asid, Frame, NONE64, Ns } from '../types';

/** Pages that are written ahead of their eviction go to swap: each is clean then, with a copy in its slot. */
export class SwapWrites extends WriteTarget {
  private frames: Frames;
  private slots: Slots;
  private device: Device;
  private processes: Processes;
  private clock: Clock;
  private events: EventRing;
  private verifying: bool;

  constructor(
    frames: Frames,
    slots: Slots,
    device: Device,
    processes: Processes,
    clock: Clock,
    events: EventRing,
    verifying: bool,
  ) {
    super();
    this.frames = frames;
    this.slots = slots;
    this.device = device;
    this.processes = processes;
    this.clock = clock;
    this.events = events;
    this.verifying = verifying;
  }

  post(frame: Frame, cause: Asid): Ns {
    const now = this.clock.now();
    if (this.slots.isFull() || !this.device.hasRoom(now)) return NONE64;
    const slot = this.slots.take();
    const record = this.frames.record(frame);
    record.slot = slot;
    this.frames.dirty.set(frame, CLEAN_IN_SWAP);
    if (this.verifying) this.slots.stamp.set(slot, this.frames.stamp.get(frame));
    this.processes.inc(cause, C_SCHEDULED_WRITES);
    if (eventsOn) this.events.emit(EV_WRITE_BACK, 0, 0, frame, slot);
    return this.device.post(now, slot);
  }
}
