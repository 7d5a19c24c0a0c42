import { Column, column } from '../ds/column';
import { Asid, NONE } from '../types';
import { Clock } from './clock';

/** The clocks that a policy may read: touches of the machine, and those of each process. */
export class VirtualTime {
  /** Processes that there can be. */
  processes: u32;
  private clock: Clock;
  /** Touches of each process up to its last stretch. */
  private past: Column<u64>;
  /** The process that runs. */
  running: Asid = NONE;
  private since: u64 = 0;

  constructor(clock: Clock, processes: u32) {
    this.clock = clock;
    this.processes = processes;
    this.past = column<u64>(processes);
  }

  /** Number of the touch that is being served; the first is 1. */
  get now(): u64 {
    return this.clock.touches;
  }

  /** Touches of a process so far, with the one being served if it is its own: its virtual time. */
  of(process: Asid): u64 {
    const past = this.past.get(process);
    return process == this.running ? past + this.clock.touches - this.since : past;
  }

  /** Another process runs from the next touch on. */
  switchTo(process: Asid): void {
    const touches = this.clock.touches;
    if (this.running != NONE) this.past.set(this.running, this.past.get(this.running) + touches - this.since);
    this.running = process;
    this.since = touches;
  }
}
