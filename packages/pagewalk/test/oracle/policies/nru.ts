/** Not recently used: the first page at or after the hand in the lowest class of (referenced, dirty); a tick clears ref bits. Tanenbaum. */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

export class Nru extends Policy {
  private hand = 0;
  private readonly tick: number;

  constructor(world: World, tick: number) {
    super(world);
    this.tick = tick;
  }

  override onTouched(vtime: number): void {
    if (vtime % this.tick === 0) for (const frame of this.frames) frame.ref = false;
  }

  victim(): number {
    const classOf = (at: number) => {
      const { ref, dirty } = this.frames[at] as Frame;
      return (ref ? 2 : 0) + (dirty ? 1 : 0);
    };
    const order = around(this.hand, this.frames.length);
    const evictable = order.filter((at) => this.frames[at]?.evictable);
    const lowest = Math.min(...evictable.map(classOf));
    const victim = evictable.find((at) => classOf(at) === lowest);
    this.steps += victim !== undefined && lowest === 0 ? order.indexOf(victim) + 1 : order.length;
    if (victim === undefined) return NONE;
    this.hand = (victim + 1) % this.frames.length;
    return victim;
  }
}
