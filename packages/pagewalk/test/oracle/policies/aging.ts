/**
 * Aging: at each tick the ref bit is shifted into the top of an age counter, so that the counter reads as the recent past in binary. The
 * smallest age is evicted, where a reference since the last tick counts above every age. Tanenbaum, "Simulating LRU in software".
 */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

export class Aging extends Policy {
  private hand = 0;
  private readonly bits: number;
  private readonly tick: number;
  private readonly age: number[];

  constructor(world: World, bits: number, tick: number) {
    super(world);
    this.bits = bits;
    this.tick = tick;
    this.age = world.frames.map(() => 0);
  }

  override onLoad(frame: number): void {
    this.age[frame] = 0;
  }

  override onTouched(vtime: number): void {
    if (vtime % this.tick !== 0) return;
    for (const [at, frame] of this.frames.entries()) {
      if (!frame.resident) continue;
      this.age[at] = Math.floor((this.age[at] as number) / 2) + (frame.ref ? 2 ** (this.bits - 1) : 0);
      frame.ref = false;
    }
  }

  victim(): number {
    const rank = (at: number) => ((this.frames[at] as Frame).ref ? 2 ** this.bits : 0) + (this.age[at] as number);
    const order = around(this.hand, this.frames.length).filter((at) => (this.frames[at] as Frame).evictable);
    this.steps += this.frames.length;
    if (order.length === 0) return NONE;
    const least = Math.min(...order.map(rank));
    const victim = order.find((at) => rank(at) === least) as number;
    this.hand = (victim + 1) % this.frames.length;
    return victim;
  }
}
