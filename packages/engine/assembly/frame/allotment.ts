import { Column, column } from '../ds/column';
import { C_RESIDENT_PAGES } from '../gen/counters';
import { Processes } from '../space/processes';
import { VirtualTime } from '../time/virtual-time';
import { Asid, NONE64 } from '../types';

/** `limit` for a process: an equal share of all frames. */
const EQUAL: u64 = NONE64;

/**
 * Whose pages go when a process needs a frame, and how many it may have. With local replacement its own go; at its limit its own go
 * although there are free frames. A fixed limit is VMS's working-set limit; one that follows the faults grows by a frame when the last
 * fault is less than `interval` touches of the process ago and shrinks by one when it is more (Chu, Opderbeck 1976; VMS: automatic
 * working-set adjustment). Levy, Lipman 1982, doi 10.1109/MC.1982.1653971.
 */
export class Allotment {
  isLocal: bool;
  isLimited: bool;
  private frames: u32;
  private limit: u64;
  private interval: u64;
  private processes: Processes;
  private time: VirtualTime;
  /** Of a limit that follows the faults: the limit, 0 before the first fault, and when the last fault was. */
  private current: Column<u32>;
  private last: Column<u64>;

  /** `limit` in frames: 0 none, all ones an equal share. `interval` 0: it stays as it is. */
  constructor(isLocal: bool, limit: u64, interval: u64, frames: u32, processes: Processes, time: VirtualTime) {
    const adapts = limit != 0 && interval != 0;
    this.isLocal = isLocal;
    this.isLimited = limit != 0;
    this.frames = frames;
    this.limit = limit;
    this.interval = interval;
    this.processes = processes;
    this.time = time;
    this.current = column<u32>(adapts ? processes.capacity : 0);
    this.last = column<u64>(adapts ? processes.capacity : 0);
  }

  /** Whether a process has all the frames that it may have. */
  isAtLimit(process: Asid): bool {
    return this.isLimited && this.processes.get(process, C_RESIDENT_PAGES) >= <u64>this.of(process);
  }

  /** The process has a fault: its limit follows. */
  fault(process: Asid): void {
    if (!this.isLimited || this.interval == 0) return;
    const now = this.time.of(process);
    const limit = this.current.get(process);
    if (limit == 0) this.current.set(process, this.share());
    else {
      const gap = now - this.last.get(process);
      if (gap < this.interval && limit < this.frames) this.current.set(process, limit + 1);
      else if (gap > this.interval && limit > 1) this.current.set(process, limit - 1);
    }
    this.last.set(process, now);
  }

  private of(process: Asid): u32 {
    return this.interval == 0 ? this.share() : this.current.get(process);
  }

  private share(): u32 {
    if (this.limit != EQUAL) return <u32>min<u64>(this.limit, this.frames);
    const share = this.frames / this.processes.alive;
    return share == 0 ? 1 : share;
  }
}
