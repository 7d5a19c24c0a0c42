/**
 * How many frames each process may have: a number, at most all, an equal share, or a number that follows its faults. Faults that come sooner than the interval
 * raise it by one frame, faults that come later lower it. Time is the virtual time of the process.
 */
import type { MachineConfig } from './config.ts';
import type { Tally } from './counts.ts';

interface Adapted {
  frames: number;
  lastFault: number;
}

export class Limits {
  private readonly config: MachineConfig;
  private readonly tally: Tally;
  private readonly adapted = new Map<number, Adapted>();

  constructor(config: MachineConfig, tally: Tally) {
    this.config = config;
    this.tally = tally;
  }

  of(process: number): number {
    return this.adapted.get(process)?.frames ?? this.given();
  }

  /** A fault of the process begins. */
  fault(process: number): void {
    const { limit, frames } = this.config;
    if (limit.frames === 0 || limit.interval === 0) return;
    const now = this.tally.of(process).touches;
    const known = this.adapted.get(process);
    if (known === undefined) {
      this.adapted.set(process, { frames: this.given(), lastFault: now });
      return;
    }
    const gap = now - known.lastFault;
    if (gap < limit.interval) known.frames = Math.min(known.frames + 1, frames);
    if (gap > limit.interval) known.frames = Math.max(known.frames - 1, 1);
    known.lastFault = now;
  }

  private given(): number {
    const { limit, frames } = this.config;
    if (limit.frames === 0) return Number.POSITIVE_INFINITY;
    if (limit.frames !== 'equal') return Math.min(limit.frames, frames);
    return Math.max(1, Math.floor(frames / this.tally.each.length));
  }
}
