/**
 * Not frequently used: each tick adds the ref bits to counters and clears them. The smallest counter goes, R = 0 before R = 1, from the hand on.
 * Tanenbaum, "Simulating LRU in software"; docs/policies/nfu.md.
 */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

export class Nfu extends Policy {
  private hand = 0;
  private readonly tick: number;
  private readonly counters: number[];

  constructor(world: World, tick: number) {
    super(world);
    this.tick = tick;
    this.counters = world.frames.map(() => 0);
  }

  override onLoad(frame: number): void {
    this.counters[frame] = 0;
  }

  override onTouched(vtime: number): void {
    if (vtime % this.tick !== 0) return;
    for (const [at, frame] of this.frames.entries()) {
      if (!frame.resident) continue;
      this.counters[at] = (this.counters[at] as number) + (frame.ref ? 1 : 0);
      frame.ref = false;
    }
  }

  victim(): number {
    this.steps += this.frames.length;
    const rank = (at: number) => 2 * (this.counters[at] as number) + ((this.frames[at] as Frame).ref ? 1 : 0);
    const candidates = around(this.hand, this.frames.length).filter((at) => this.frames[at]?.evictable);
    const least = Math.min(...candidates.map(rank));
    const victim = candidates.find((at) => rank(at) === least);
    if (victim === undefined) return NONE;
    this.hand = (victim + 1) % this.frames.length;
    return victim;
  }
}
